"""Folders and files for their owner only, written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from stack_magic.errors import StorageError

from ._leftovers import sweep, temporary_in


def absolute_path(path: str | os.PathLike[str], folder: str) -> Path:
    """Return *path* absolute: `~` is the home, a relative one rests on *folder*."""
    # As text: this is asked for at each use of a file, and a `Path` for each part costs more.
    local = os.fspath(path)
    if local[:2] in {"~", "~/", f"~{os.sep}"}:
        local = os.fspath(Path(local).expanduser())  # raises where there is no home
    return Path(os.path.normpath(os.path.join(folder, local)))  # noqa: PTH118


def private_folder(folder: Path) -> Path:
    """Make *folder* and those missing above it, for their owner only; return it."""
    if not folder.is_dir():
        private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def private_file(file: Path) -> Path:
    """Make *file* if it is not there, for its owner only; return it."""
    private_folder(file.parent)
    # Opened for reading: a file that may not be written is there too.
    os.close(os.open(file, os.O_RDONLY | os.O_CREAT, 0o600))
    return file


def check_private(path: Path) -> None:
    """Refuse what another user could have written: it may decide what code runs.

    Raises:
        StorageError: *path* is another user's, or others may write to it.
    """
    if os.name == "nt":  # pragma: no cover - another system of rights
        return
    found = path.stat()
    if found.st_uid != os.getuid():
        message = f"{os.fspath(path)!r} belongs to another user: it is not used"
        raise StorageError(message, hint="give another path")
    if stat.S_IMODE(found.st_mode) & (stat.S_IWGRP | stat.S_IWOTH):
        message = f"{os.fspath(path)!r} can be written by other users: it is not used"
        raise StorageError(message, hint=f"chmod go-w {os.fspath(path)}")


def write_private(path: Path, data: bytes) -> None:
    """Write a file for its owner only, whole or not at all; on the disk on return."""
    try:
        sweep(private_folder(path.parent))
    except FileExistsError as error:  # there is a file above it
        reason = os.strerror(errno.ENOTDIR)
        raise NotADirectoryError(errno.ENOTDIR, reason, error.filename) from error
    temporary = temporary_in(path.parent)
    try:
        _write_to_disk(temporary, data)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    settle(path.parent)


def _write_to_disk(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def settle(folder: Path) -> None:
    """Put the new names of a folder on the disk: a power cut may not take them back."""
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
