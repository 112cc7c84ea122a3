"""Where container images and other OCI artifacts are kept."""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, field_validator

from stack_magic.enums import StackComponentType
from stack_magic.stack import StackComponent

if TYPE_CHECKING:
    from pathlib import Path

_THIS_MACHINE = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?(/|$)")


@dataclass(frozen=True)
class Image:
    """One image or artifact in a registry.

    Attributes:
        reference: `NAME:TAG`, relative to the registry's uri.
        digest: `sha256:...` of its manifest: what never changes.
        size: Bytes of all it consists of.
        media_type: What the manifest says it is.
    """

    reference: str
    digest: str
    size: int
    media_type: str


class BaseContainerRegistry(StackComponent):
    """Pushes, pulls, lists, resolves and deletes what is below `uri`."""

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

    def full_name(self, reference: str) -> str:
        """Return *reference* with the registry's address, as container tools want it."""
        inside = reference.removeprefix(f"{self.uri}/")
        return f"{self.uri}/{inside}"

    @abstractmethod
    def push(self, source: Path, reference: str) -> Image:
        """Upload the OCI layout in folder *source* under *reference*."""

    @abstractmethod
    def pull(self, reference: str, target: Path) -> Image:
        """Download into folder *target*, as an OCI layout, verifying every digest.

        Raises UnknownNameError for an unknown reference.
        """

    @abstractmethod
    def list_images(self, repository: str | None = None) -> list[Image]:
        """Return what is there, of one repository or all, sorted by reference."""

    @abstractmethod
    def resolve(self, reference: str) -> Image:
        """Return what a tag means now. Raises UnknownNameError for an unknown one."""

    @abstractmethod
    def delete(self, reference: str) -> None:
        """Remove a reference. Raises UnknownNameError for an unknown one."""
