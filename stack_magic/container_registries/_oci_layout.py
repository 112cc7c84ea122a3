"""Images in a folder of this machine, in the layout that container tools read."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, PrivateAttr, field_validator

from stack_magic.errors import (
    CorruptArtifactError,
    InUseError,
    StackMagicError,
    StorageError,
    UnknownNameError,
    did_you_mean,
)
from stack_magic.machine import absolute_path, locked

from ._base import BaseContainerRegistry, Image
from ._blobs import check_blob, copy_blob, keep_names
from ._index import Index, named
from ._layout import Layout, begin_layout, check_is_layout, write_index, write_layout
from ._source import meant_by
from ._sweep import sweep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

    from stack_magic.stack import Diagnostic

    from ._manifests import Descriptor
    from ._reference import Reference

_PREFIX = "oci:"
_PATIENCE = 600.0  # seconds: others may be pushing what is large
_SHOWN = 8
"""References that an error lists."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")


class OciLayoutContainerRegistry(BaseContainerRegistry):
    """Keeps images in one folder in OCI image layout, readable by you only.

    Every repository is in the same layout, annotated `NAME:TAG` and `NAME@sha256:...`, so
    that `skopeo copy oci:FOLDER:NAME:TAG ...` and podman find them. (They refuse names that
    the distribution spec allows and the image spec does not: `a__b`, a tag that begins or
    ends with a sign.) Blobs are shared; several processes may push at the same time. What
    a tag meant before it moved is kept until its digest is deleted.
    """

    FLAVOR: ClassVar[str] = "oci_layout"

    uri: str = Field(
        default=".stack_magic/registry",
        description="Folder that holds the images: a path, or oci:PATH",
    )

    # A relative path stays what it meant when the component was made.
    _made_in: str = PrivateAttr(default_factory=os.getcwd)

    @field_validator("uri")
    @classmethod
    def _uri_names_a_folder(cls, uri: str) -> str:
        path = uri.removeprefix(_PREFIX)
        scheme = _SCHEME.match(path)
        if scheme:
            message = f"uri has scheme {scheme[1]}, but only a path or {_PREFIX}PATH fits"
            raise ValueError(message)
        if not path.strip():
            message = f"uri {uri!r} names no folder"
            raise ValueError(message)
        found = re.search(r"[\0?#]", path)
        if found:
            message = f"uri {uri!r} contains {found[0]!r}: a folder's path is wanted"
            raise ValueError(message)
        return uri

    @property
    def is_local(self) -> bool:
        """Always: on another machine the folder is not there."""
        return True

    @property
    def local_path(self) -> str:
        """The folder, absolute."""
        return os.fspath(self._folder)

    @property
    def addresses(self) -> tuple[str, ...]:
        """What may stand in front of a reference: `oci:FOLDER:`, absolute first."""
        return (f"{_PREFIX}{self._folder}:", f"{_PREFIX}{self.uri.removeprefix(_PREFIX)}:")

    def push(self, source: Path, reference: str) -> Image:
        """Copy what is not there yet, then name it; whole or not at all."""
        wanted = self.parse_reference(reference)
        layout = Layout(Path(source))
        with self._nothing_changed(wanted, "pushed to"):
            image = meant_by(wanted, layout)
            blobs = layout.closure(image)
            check_is_layout(self._folder)
            with self._blobs_stay():
                with self._index_changes():
                    begin_layout(self._folder)
                for blob in blobs:
                    self._take(layout, blob)
                keep_names(self._folder)
                with self._index_changes():
                    write_index(self._folder, self._index().with_image(wanted, image))
        return _image(wanted, image, blobs)

    def pull(self, reference: str, target: Path) -> Image:
        """Copy into *target*, as a layout, verifying every digest."""
        wanted = self.parse_reference(reference)
        with self._nothing_changed(wanted, "pulled from"), self._blobs_read():
            image = self._found(wanted)
            blobs = self._layout.closure(image)
            write_layout(self._folder, blobs, named(image, str(wanted)), Path(target))
        return _image(wanted, image, blobs)

    def list_images(self, repository: str | None = None) -> list[Image]:
        """Return what is there, sorted by reference; by its digest what has no tag.

        One whose manifests cannot be read has the size that the index tells: `probe` says
        what is wrong with it.
        """
        name = None if repository is None else self.parse_repository(repository)
        with self._blobs_read():
            return [
                _image(reference, image, self._readable(image))
                for reference, image in self._index().shown(name)
            ]

    def resolve(self, reference: str) -> Image:
        """Return what a tag means now, or what has a digest, also below an image index."""
        wanted = self.parse_reference(reference)
        with self._blobs_read():
            image = self._found(wanted)
            return _image(wanted, image, self._layout.closure(image))

    def delete(self, reference: str) -> None:
        """Remove the reference, then every blob that nothing refers to any more.

        Waits for others that push or pull. While a manifest cannot be read, nobody knows
        what it refers to, and all blobs stay.
        """
        wanted = self.parse_reference(reference)
        self._check_deletable(wanted)
        with self._nothing_changed(wanted, "deleted from"), self._blobs_change():
            self._check_deletable(wanted)  # again: another process may have been first
            write_index(self._folder, self._index().without_image(wanted))
            sweep(self._folder)

    def probe(self) -> Iterator[Diagnostic]:
        """Yield images of which something is missing, and a folder that cannot be used."""
        from ._probe import findings

        with self._blobs_read():
            found = list(findings(self._folder, self.name))
        yield from found

    @property
    def _folder(self) -> Path:
        return absolute_path(self.uri.removeprefix(_PREFIX), self._made_in)

    @property
    def _layout(self) -> Layout:
        return Layout(self._folder)

    def _index(self) -> Index:
        folder = self._folder
        began = all((folder / name).exists() for name in ("oci-layout", "index.json"))
        document = self._layout.index() if began else {"manifests": []}
        return Index(document, os.fspath(folder / "index.json"))

    def _blobs_stay(self) -> AbstractContextManager[None]:
        return locked(self._folder / ".blobs.lock", _PATIENCE, shared=True)

    @contextmanager
    def _blobs_read(self) -> Iterator[None]:
        """Let no other process delete what is read, as far as this one may hold a lock."""
        with ExitStack() as held:
            if (self._folder / "oci-layout").exists():
                with suppress(OSError, StorageError):  # a folder that only others may write
                    held.enter_context(self._blobs_stay())
            yield

    def _blobs_change(self) -> AbstractContextManager[None]:
        return locked(self._folder / ".blobs.lock", _PATIENCE)

    def _index_changes(self) -> AbstractContextManager[None]:
        return locked(self._folder / ".index.lock", _PATIENCE)

    def _take(self, source: Layout, blob: Descriptor) -> None:
        """Copy a blob, unless it is there and sound."""
        try:
            check_blob(self._folder, blob)
        except CorruptArtifactError:
            copy_blob(source.folder, blob, self._folder)

    def _found(self, wanted: Reference) -> Descriptor:
        index = self._index()
        found = index.find(wanted) or self._part(wanted, index)
        if found is None:
            raise self._unknown(wanted, index)
        return found

    def _part(self, wanted: Reference, index: Index) -> Descriptor | None:
        """Return the manifest below an image index of the repository that has the digest."""
        if wanted.digest is None:
            return None
        tops = (top for _, top in index.images(wanted.repository) if top.is_index)
        parts = (part for top in tops for part in self._layout.closure(top))
        return next((p for p in parts if p.digest == wanted.digest and p.is_manifest), None)

    def _unknown(self, wanted: Reference, index: Index) -> UnknownNameError:
        known = sorted({str(ref) for ref, _ in index.images() if ref.tag})
        near = did_you_mean(str(wanted), known)
        message = f"no image is called '{wanted}' in container_registry {self.name!r}"
        there = f"known: {', '.join(known[:_SHOWN])}" if known else "push an image first"
        return UnknownNameError(message, hint=f"did you mean {near!r}?" if near else there)

    def _check_deletable(self, wanted: Reference) -> None:
        if self._index().find(wanted) is None:
            self._found(wanted)
            message = f"'{wanted}' is a part of an image index, which needs it"
            raise InUseError(message, hint="delete the tag of the image index")

    def _readable(self, image: Descriptor) -> tuple[Descriptor, ...]:
        try:
            return self._layout.closure(image)
        except StackMagicError:
            return (image,)

    @contextmanager
    def _nothing_changed(self, wanted: Reference, deed: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            cause = os.strerror(error.errno or 0).lower()
            message = f"'{wanted}' was not {deed} container_registry {self.name!r}: {cause}"
            raise StorageError(message, hint=f"%container_registry check {self.name}") from error


def _image(reference: Reference, top: Descriptor, blobs: Iterable[Descriptor]) -> Image:
    size = sum(blob.size for blob in blobs)
    return Image(str(reference), top.digest, size, top.media_type)
