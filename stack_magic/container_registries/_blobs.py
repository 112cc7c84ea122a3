"""Blobs of a layout: opened without following links, and read only as what was said."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from stack_magic.errors import CorruptArtifactError, PathRefusedError, StorageError
from stack_magic.machine import private_folder, temporary_in

from ._manifests import COPY_AGAIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ._manifests import Descriptor

_CHUNK = 1024 * 1024


def blob_folder(folder: Path) -> Path:
    """Return where a layout has its blobs."""
    return folder / "blobs" / "sha256"


def blob_name(descriptor: Descriptor) -> str:
    """Return the file's name of a blob."""
    return descriptor.digest.removeprefix("sha256:")


def open_inside(folder: Path, *parts: str) -> IO[bytes]:
    """Open a file below *folder*, which nothing on the way may leave.

    Raises:
        FileNotFoundError: It is not there.
        PathRefusedError: A symbolic link is on the way, or it is no file.
        StorageError: It cannot be read.
    """
    shown = os.fspath(folder.joinpath(*parts))
    try:
        descriptor = _descend(folder, parts)
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENOTDIR, errno.EMLINK}:
            raise _refused(shown) from error
        message = f"{shown!r} cannot be read: {os.strerror(error.errno or 0).lower()}"
        raise StorageError(message, hint=f"chmod -R u+rX {os.fspath(folder)!r}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _refused(shown)
    return os.fdopen(descriptor, "rb")


def open_blob(folder: Path, descriptor: Descriptor) -> IO[bytes]:
    """Open a blob of the layout in *folder*; CorruptArtifactError when it is missing."""
    try:
        return open_inside(folder, "blobs", "sha256", blob_name(descriptor))
    except FileNotFoundError as error:
        message = f"blob {descriptor.digest} is missing in {os.fspath(folder)!r}"
        raise CorruptArtifactError(message, hint=COPY_AGAIN) from error


def read_blob(folder: Path, descriptor: Descriptor) -> bytes:
    """Return the bytes of a blob; CorruptArtifactError when they are others."""
    with open_blob(folder, descriptor) as file:
        return b"".join(_verified(file, descriptor, folder))


def check_blob(folder: Path, descriptor: Descriptor) -> None:
    """Raise CorruptArtifactError unless the bytes of a blob are those that were said."""
    with open_blob(folder, descriptor) as file:
        for _ in _verified(file, descriptor, folder):
            pass


def copy_blob(source: Path, descriptor: Descriptor, target: Path) -> None:
    """Copy a blob between layouts, whole and verified, or not at all.

    Raises:
        CorruptArtifactError: The bytes are not those of the digest, or missing.
    """
    below = private_folder(blob_folder(target))
    temporary = temporary_in(below)
    try:
        with open_blob(source, descriptor) as file:
            new = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(new, "wb") as copy:
                copy.writelines(_verified(file, descriptor, source))
                copy.flush()
                os.fsync(new)
        temporary.replace(below / blob_name(descriptor))
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def keep_names(target: Path) -> None:
    """Put the names of the blobs on the disk: a power cut may not take them back."""
    descriptor = os.open(blob_folder(target), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _descend(folder: Path, parts: tuple[str, ...]) -> int:
    a_folder = os.O_RDONLY | os.O_DIRECTORY
    # Not to wait for the other end of a named pipe, which will be refused anyway.
    a_file = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    at = os.open(folder, a_folder)
    try:
        for part in parts[:-1]:
            below = os.open(part, a_folder | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = below
        return os.open(parts[-1], a_file, dir_fd=at)
    finally:
        os.close(at)


def _verified(file: IO[bytes], descriptor: Descriptor, folder: Path) -> Iterator[bytes]:
    """Yield the bytes of a blob; the end comes only when they are the right ones."""
    hashed = hashlib.sha256()
    left = descriptor.size
    while chunk := file.read(min(_CHUNK, left + 1)):
        left -= len(chunk)
        if left < 0:
            break
        hashed.update(chunk)
        yield chunk
    if left or f"sha256:{hashed.hexdigest()}" != descriptor.digest:
        message = (
            f"blob {descriptor.digest} in {os.fspath(folder)!r} has other bytes "
            "than its digest and size say"
        )
        raise CorruptArtifactError(message, hint=COPY_AGAIN)


def _refused(shown: str) -> PathRefusedError:
    message = f"{shown!r} is not used: a symbolic link or no file, and a layout has only files"
    return PathRefusedError(message, hint="copy the layout with its links followed: cp -rL")
