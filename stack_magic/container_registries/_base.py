"""Where container images and other OCI artifacts are kept."""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, field_validator

from stack_magic.enums import StackComponentType
from stack_magic.stack import StackComponent

from ._reference import Reference, parse_repository

if TYPE_CHECKING:
    from pathlib import Path

_THIS_MACHINE = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?(/|$)")


@dataclass(frozen=True)
class Image:
    """One image or artifact in a registry.

    Attributes:
        reference: `NAME:TAG`, relative to the registry's address; `NAME@sha256:...` when
            it was asked for by its digest, or has no tag.
        digest: `sha256:...` of its manifest: what never changes.
        size: Bytes of all it consists of, each blob once.
        media_type: What the manifest says it is.
    """

    reference: str
    digest: str
    size: int
    media_type: str


class BaseContainerRegistry(StackComponent):
    """Pushes, pulls, lists, resolves and deletes what is below `uri`.

    References are `NAME:TAG` or `NAME@sha256:...`, with or without one of `addresses` in
    front. A flavor reads them by `parse_reference`, which refuses what breaks the grammar
    of the OCI distribution spec with InvalidNameError. A tag may move; what it meant
    before stays, and is found by its digest until that is deleted.
    """

    TYPE: ClassVar[StackComponentType] = StackComponentType.CONTAINER_REGISTRY

    uri: str = Field(description="Address of the registry: host/path")

    @field_validator("uri")
    @classmethod
    def _uri_without_slash(cls, uri: str) -> str:
        stripped = uri.rstrip("/")
        if not stripped:
            message = f"uri {uri!r} is empty: an address such as ghcr.io/team is wanted"
            raise ValueError(message)
        return stripped

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return _THIS_MACHINE.match(self.uri) is not None

    @property
    def addresses(self) -> tuple[str, ...]:
        """What may stand in front of a reference; container tools want the first."""
        return (f"{self.uri}/",)

    def full_name(self, reference: str) -> str:
        """Return *reference* with the registry's address, as container tools want it.

        Raises InvalidNameError for one that breaks the grammar.
        """
        return f"{self.addresses[0]}{self.parse_reference(reference)}"

    def parse_reference(self, reference: str) -> Reference:
        """Return the parts of *reference*, without address.

        Raises InvalidNameError for one that breaks the grammar.
        """
        return Reference.parse(reference, self.addresses)

    def parse_repository(self, repository: str) -> str:
        """Return the name of a repository, without address.

        Raises InvalidNameError for one that breaks the grammar.
        """
        return parse_repository(repository, self.addresses)

    @abstractmethod
    def push(self, source: Path, reference: str) -> Image:
        """Upload the OCI layout in folder *source* under *reference*, whole or not at all.

        A tag that is there moves. When *source* holds several images, the one that is
        annotated with the reference or its tag is taken; when *reference* has a digest,
        the one with this digest. Every manifest below an image index is uploaded too.

        Raises:
            CorruptArtifactError: Bytes of *source* are not those of their digest.
            PathRefusedError: *source* has symbolic links.
            StorageError: *source* is no OCI layout, or cannot be uploaded.
            UnknownNameError: *source* holds several images, or none, of which none is meant.
        """

    @abstractmethod
    def pull(self, reference: str, target: Path) -> Image:
        """Download into folder *target*, as an OCI layout, verifying every digest.

        *target* is made; one that is there must be empty. Whole or not at all.

        Raises:
            CorruptArtifactError: Bytes of the registry are not those of their digest.
            StorageError: *target* holds something, or cannot be written.
            UnknownNameError: Nothing has this reference.
        """

    @abstractmethod
    def list_images(self, repository: str | None = None) -> list[Image]:
        """Return what is there, of one repository or all, sorted by reference.

        An unknown repository has no images.
        """

    @abstractmethod
    def resolve(self, reference: str) -> Image:
        """Return what a tag means now. Raises UnknownNameError for an unknown one."""

    @abstractmethod
    def delete(self, reference: str) -> None:
        """Remove a tag, other tags stay; or a digest, with every tag of it in NAME.

        Raises UnknownNameError for an unknown one.
        """

    def tags(self, repository: str) -> list[str]:
        """Return the tags of one repository, sorted; none for an unknown one."""
        images = self.list_images(self.parse_repository(repository))
        found = (self.parse_reference(image.reference).tag for image in images)
        return sorted(tag for tag in found if tag is not None)
