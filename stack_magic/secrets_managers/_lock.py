"""One writer at a time, also of several processes."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stack_magic.errors import StorageError
from stack_magic.machine import BUSY_SECONDS, private_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold *file*, made if it is not there, until the block ends.

    The system lets go of it when its holder dies; the file itself stays and says nothing.

    Raises:
        StorageError: Another process holds it for too long.
    """
    import fcntl

    descriptor = os.open(private_file(file), os.O_RDWR)
    try:
        _take(descriptor, file)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # a child forked meanwhile has it too
    finally:
        os.close(descriptor)


def _take(descriptor: int, file: Path) -> None:
    import fcntl

    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                break
            time.sleep(0.01)
        else:
            return
    message = f"{os.fspath(file)!r} is held by another process that writes; nothing was changed"
    raise StorageError(message, hint="try again")
