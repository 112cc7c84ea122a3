"""Locks between processes, and between the threads of one."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stack_magic.errors import StorageError
from stack_magic.machine import private_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def locked(file: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock in *file* for a block, waiting for others that hold it.

    Several may hold it at once when all of them share it. The system gives it back when
    a process dies.

    Raises:
        StorageError: The system, or the file's place, has no such locks.
    """
    try:
        import fcntl
    except ImportError as error:  # pragma: no cover - a system without
        message = "a folder of images needs flock, which this system does not have"
        raise StorageError(message, hint="use a registry over HTTP") from error
    # Opened anew each time: threads that share an opened file would share its lock.
    descriptor = os.open(private_file(file), os.O_RDWR)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        except OSError as error:
            message = f"{os.fspath(file)!r} cannot be locked: {os.strerror(error.errno or 0)}"
            raise StorageError(message) from error
        try:
            yield
        finally:
            # Said, not left to closing: a process forked meanwhile has the file open too.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)
