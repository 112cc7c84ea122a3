"""A folder in OCI image layout: `oci-layout`, `index.json` and `blobs/`."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stack_magic.errors import StorageError
from stack_magic.machine import private_folder, sweep, temporary_in, write_private

from ._blobs import blob_folder, copy_blob, keep_names, open_inside, read_blob
from ._manifests import COPY_AGAIN, Descriptor, Manifest, as_bytes, check_is_manifest, read_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

REF_NAME = "org.opencontainers.image.ref.name"
"""The annotation by which an index names what it holds."""

LARGEST_INDEX = 16 * 1024 * 1024
"""Bytes that an `index.json` may have: about 25,000 tags."""

_MARK = b'{"imageLayoutVersion":"1.0.0"}'
_LARGEST_MARK = 4096
_DEEPEST = 8
_MOST_MANIFESTS = 1000


@dataclass(frozen=True)
class Layout:
    """A layout that is read; what is read is checked.

    Attributes:
        folder: Where it is.
    """

    folder: Path

    def index(self) -> dict[str, Any]:
        """Return `index.json`.

        Raises:
            CorruptArtifactError: It is not what an index is.
            StorageError: The folder is no OCI layout of version 1.
        """
        mark = self._document("oci-layout", _LARGEST_MARK)
        version = mark.get("imageLayoutVersion")
        if not isinstance(version, str) or not version.startswith("1."):
            message = f"{os.fspath(self.folder)!r} is an OCI layout of version {version!r:.40}"
            raise StorageError(message, hint="write it as version 1.0.0")
        return self._document("index.json", LARGEST_INDEX)

    def manifest(self, descriptor: Descriptor) -> Manifest:
        """Return the image manifest or image index that is described, verified.

        Raises:
            CorruptArtifactError: Its bytes are missing, or others, or no manifest.
            StorageError: It is something else, or too large.
        """
        check_is_manifest(descriptor)
        return Manifest.read(read_blob(self.folder, descriptor), descriptor)

    def closure(self, top: Descriptor) -> tuple[Descriptor, ...]:
        """Return *top* and all that it consists of, each once, and *top* last.

        Raises what `manifest` does, and StorageError for too many or too deep.
        """
        found: dict[str, Descriptor] = {}
        self._collect(top, found, set(), _DEEPEST)
        return tuple(found.values())

    def _collect(
        self, top: Descriptor, found: dict[str, Descriptor], begun: set[str], depth: int
    ) -> None:
        if top.digest in begun:
            return
        begun.add(top.digest)
        if not depth or len(begun) > _MOST_MANIFESTS:
            message = (
                f"manifest {top.digest} is not used: at most {_MOST_MANIFESTS} "
                f"manifests in {_DEEPEST} levels are kept under one reference"
            )
            raise StorageError(message, hint="push its parts under references of their own")
        manifest = self.manifest(top)
        for below in manifest.manifests:
            self._collect(below, found, begun, depth - 1)
        blobs = (manifest.config, *manifest.layers)
        found.update({blob.digest: blob for blob in blobs if blob is not None})
        found[top.digest] = top

    def _document(self, name: str, largest: int) -> dict[str, Any]:
        where = os.fspath(self.folder / name)
        try:
            with open_inside(self.folder, name) as file:
                data = file.read(largest + 1)
        except FileNotFoundError as error:
            message = f"{os.fspath(self.folder)!r} is no OCI layout: it has no {name}"
            raise StorageError(message, hint="skopeo copy SOURCE oci:FOLDER:TAG") from error
        if len(data) > largest:
            message = f"{where!r} is larger than the {largest} bytes that it may have"
            raise StorageError(message, hint=COPY_AGAIN)
        return read_object(data, repr(where))


def check_is_layout(folder: Path) -> None:
    """Refuse a folder that is there and holds something else than a layout.

    Raises:
        StorageError: It does; the message names what it holds.
    """
    found = folder.iterdir() if folder.exists() else ()
    others = [entry.name for entry in found if not entry.name.startswith(".")]
    # Asked last: another process may be making it, and the mark is what it makes first.
    if others and not (folder / "oci-layout").exists():
        message = f"{os.fspath(folder)!r} is no OCI layout and holds {min(others)!r}"
        raise StorageError(message, hint="give a folder that is empty, or not there yet")


def begin_layout(folder: Path) -> None:
    """Make *folder* a layout without images, if it is none yet."""
    if not (folder / "oci-layout").exists():
        write_private(folder / "oci-layout", _MARK)
    private_folder(blob_folder(folder))
    if not (folder / "index.json").exists():
        write_index(folder, {"manifests": []})


def write_index(folder: Path, index: dict[str, Any]) -> None:
    """Write `index.json`, whole or not at all, unless nothing could read it again."""
    data = as_bytes({**index, "schemaVersion": 2})
    if len(data) > LARGEST_INDEX:
        message = f"{os.fspath(folder)!r} is full: its index may have {LARGEST_INDEX} bytes"
        raise StorageError(message, hint="delete images, or use another folder")
    write_private(folder / "index.json", data)


def write_layout(source: Path, blobs: Iterable[Descriptor], top: Descriptor, target: Path) -> None:
    """Make *target* a layout of what *top* describes, verified, whole or not at all.

    Raises:
        CorruptArtifactError: Bytes of *source* are not those of their digest.
        StorageError: *target* holds something, or cannot be written.
    """
    with new_layout(target, top) as folder:
        for blob in blobs:
            copy_blob(source, blob, folder)


@contextmanager
def new_layout(target: Path, top: Descriptor) -> Iterator[Path]:
    """Yield a folder for the blobs of a layout that appears at *target* when all is well."""
    if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        message = f"{os.fspath(target)!r} is not empty: what it holds is left alone"
        raise StorageError(message, hint="give a folder that is empty, or not there yet")
    sweep(target.parent)
    folder = temporary_in(target.parent)
    try:
        private_folder(folder)
        begin_layout(folder)
        yield folder
        keep_names(folder)
        write_index(folder, {"manifests": [top.as_json()]})
        folder.replace(target)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
