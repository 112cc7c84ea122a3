"""Artifacts in a folder of this machine."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path as LocalPath
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from stack_magic.errors import StorageError

from ._base import BaseArtifactStore
from ._whole import not_read, nothing_saved, temporary_name

if TYPE_CHECKING:
    from ._paths import Path


class LocalArtifactStore(BaseArtifactStore):
    """Keeps artifacts in a folder, readable by you only.

    What pipelines do all the time is done by the operating system directly; the other
    operations are those of the base.
    """

    FLAVOR: ClassVar[str] = "local"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {""}

    path: str = Field(
        default=".stack_magic/artifacts",
        description="Folder that holds the artifacts of every run",
    )

    @property
    def local_path(self) -> str | None:
        """The folder, absolute: on another machine it is not there."""
        return self._absolute

    def exists(self, path: Path) -> bool:
        """Whether a file or folder is there."""
        return LocalPath(self._root.local(path)).exists()

    def makedirs(self, path: Path) -> None:
        """Make a folder and those above it, for you only; one that exists is fine."""
        _make_private(LocalPath(self._root.local(path)))

    def read_bytes(self, key: str) -> bytes:
        """Return a file's bytes; FileNotFoundError if there is none."""
        with not_read(key, self.path):
            return LocalPath(self._root.local(key)).read_bytes()

    def write_bytes(self, key: str, data: bytes) -> None:
        """Write a file whole or not at all; on the disk when this returns."""
        target = LocalPath(self._root.local(key))
        temporary = LocalPath(temporary_name(str(target.parent)))
        with nothing_saved(key, self.path):
            _make_private(target.parent)
            try:
                _write_to_disk(temporary, data)
                temporary.replace(target)
            except BaseException:
                with suppress(OSError):
                    temporary.unlink()
                raise
        _settle(target.parent)


def _make_private(folder: LocalPath) -> None:
    """Make *folder* and those missing above it, for their owner only."""
    if folder.is_dir():
        return
    _make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def _write_to_disk(path: LocalPath, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _settle(folder: LocalPath) -> None:
    """Put the new name on the disk too: a power cut may not take it back."""
    if os.name == "nt":  # pragma: no cover - no such call there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        message = f"{os.fspath(folder)!r} may not have been saved: {error.strerror}"
        raise StorageError(message) from error
    finally:
        os.close(descriptor)
