"""Artifacts in a folder of this machine."""

from __future__ import annotations

import errno
import os
from pathlib import Path as LocalPath
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from stack_magic.enums import Severity
from stack_magic.machine import private_folder, sweep_below, write_private
from stack_magic.stack import Diagnostic

from ._base import BaseArtifactStore
from ._whole import not_read, nothing_saved

if TYPE_CHECKING:
    from collections.abc import Iterator

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

    def probe(self) -> Iterator[Diagnostic]:
        """Yield whether nothing can be written to the folder."""
        root = LocalPath(self._absolute)
        there = next(path for path in (root, *root.parents) if path.exists())
        if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
            message = f"nothing can be written to {os.fspath(there)!r}"
            fix = f"%artifact_store update {self.name} --path=FOLDER"
            yield Diagnostic("not-writable", Severity.ERROR, self.name, message, fix)

    def exists(self, path: Path) -> bool:
        """Whether a file or folder is there; the root is from the beginning."""
        return LocalPath(self._root.local(path)).exists() or not self.key_of(path)

    def makedirs(self, path: Path) -> None:
        """Make a folder and those above it, for you only; one that exists is fine."""
        folder = LocalPath(self._root.local(path))
        try:
            private_folder(folder)
        except FileExistsError as error:
            if folder.exists():
                raise
            what = os.strerror(errno.ENOTDIR)
            raise NotADirectoryError(errno.ENOTDIR, what, error.filename) from None

    def read_bytes(self, key: str) -> bytes:
        """Return a file's bytes; FileNotFoundError if there is none."""
        with not_read(key, self.path):
            return LocalPath(self._root.local(key)).read_bytes()

    def write_bytes(self, key: str, data: bytes) -> None:
        """Write a file whole or not at all; on the disk when this returns."""
        with nothing_saved(key, self.path):
            write_private(LocalPath(self._root.local(key)), data)
        sweep_below(LocalPath(self._absolute))
