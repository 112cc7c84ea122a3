"""Logged files in a folder: copied whole or not at all, the same bytes once."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stack_magic.errors import StorageError
from stack_magic.machine import private_folder, sweep, temporary_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Copy:
    """A copy on its way.

    Attributes:
        source: What was copied.
        temporary: Where the copy is now.
        place: Where it belongs.
        sha256: Hex digest of the bytes that were copied.
        size: Number of them.
    """

    source: Path
    temporary: Path
    place: Path
    sha256: str
    size: int

    def settle(self) -> None:
        """Move it to its place; it is on the disk when this returns.

        Raises:
            StorageError: It cannot be moved.
        """
        with _not_kept(self.source):
            private_folder(self.place.parent)
            self.temporary.replace(self.place)
            _to_disk(self.place.parent)


def place_of(folder: Path, sha256: str) -> Path:
    """Return where the bytes of a digest are: no name that a user gives is a path."""
    return folder / sha256[:2] / sha256


@contextmanager
def copied(source: Path, folder: Path) -> Iterator[Copy]:
    """Yield a copy of *source* in *folder*, gone after the block unless it settled.

    Raises:
        StorageError: There is no such file, or it cannot be copied.
    """
    sweep(folder)
    temporary = temporary_in(folder)
    try:
        with _not_kept(source):
            sha256, size = _copy(source, temporary)
        yield Copy(source, temporary, place_of(folder, sha256), sha256, size)
    finally:
        with suppress(OSError):
            temporary.unlink()


def _copy(source: Path, target: Path) -> tuple[str, int]:
    """Copy to the disk; the digest is of what was written, whatever happens to *source*."""
    if not stat.S_ISREG(source.stat().st_mode):
        message = f"{os.fspath(source)!r} was not kept: it is no file"
        raise StorageError(message, hint="log the files in a folder one by one")
    private_folder(target.parent)
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as written, source.open("rb") as read:
        while chunk := read.read(_CHUNK):
            digest.update(chunk)
            size += written.write(chunk)
        written.flush()
        os.fsync(descriptor)
    return digest.hexdigest(), size


def _to_disk(folder: Path) -> None:
    if os.name == "nt":  # pragma: no cover - a folder cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _not_kept(source: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        cause = os.strerror(error.errno).lower() if error.errno else str(error)
        message = f"{os.fspath(source)!r} was not kept: {cause}; nothing was logged"
        raise StorageError(message) from error
