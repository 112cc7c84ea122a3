"""A lock in a file: one holder at a time, among threads and processes."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stack_magic.errors import StorageError

from ._private import private_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PAUSE = 0.01
"""Seconds between tries: the system's own waiting knows no time limit."""


@contextmanager
def locked(file: Path, patience: float = 5.0, *, shared: bool = False) -> Iterator[None]:
    """Hold *file*, made if it is not there, until the block ends.

    Several may hold it at once when all of them share it.

    The system lets go of it when its holder dies; the file itself stays and says nothing.

    Args:
        file: What is locked; it is never read.
        patience: Seconds to wait for another holder.
        shared: Whether others that share it may hold it too.

    Raises:
        StorageError: It was held for longer, or the file's place has no such locks.
    """
    # Opened anew each time: threads that share an opened file would share its lock.
    descriptor = os.open(private_file(file), os.O_RDWR)
    try:
        _take(descriptor, file, time.monotonic() + patience, shared=shared)
        try:
            yield
        finally:
            _let_go(descriptor)
    finally:
        os.close(descriptor)


def _take(descriptor: int, file: Path, deadline: float, *, shared: bool) -> None:
    import fcntl

    how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    while True:
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                break
            time.sleep(_PAUSE)
        except OSError as error:
            message = f"{os.fspath(file)!r} cannot be locked: {os.strerror(error.errno or 0)}"
            raise StorageError(message) from error
        else:
            return
    message = f"{os.fspath(file)!r} is held by another process; nothing was changed"
    raise StorageError(message, hint="try again")


def _let_go(descriptor: int) -> None:
    import fcntl

    # Said, not left to closing: a process forked meanwhile has the file open too.
    fcntl.flock(descriptor, fcntl.LOCK_UN)
