"""How long what uses a file waits for another process that has locked it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from stack_magic.errors import StorageError

from ._context_values import context_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._interrupts import Interrupts

T = TypeVar("T")

BUSY_SECONDS = 5.0
"""How long a process waits for another that writes, where nothing else is said."""

_SLICE = 0.1
"""How long it waits at a time where it waits as long as it takes."""

Waiting = Callable[[Path, float], None]
"""Is called ever again with what is waited for, and since how many seconds."""

_LONG: ContextVar[Waiting | None] = ContextVar("waits_long", default=None)


@contextmanager
def waits_long(waiting: Waiting) -> Iterator[None]:
    """Let the block wait for files that others have locked as long as it takes.

    Args:
        waiting: Is called all the time; what it raises ends the wait, and so does Ctrl-C.
    """
    with context_value(_LONG, waiting):
        yield


class Patience:
    """How long one use of a file waits.

    Args:
        file: What is used.
        interrupts: Lets Ctrl-C through between two tries.

    Attributes:
        seconds: How long one try may take.
    """

    def __init__(self, file: Path, interrupts: Interrupts) -> None:
        self._file = file
        self._interrupts = interrupts
        self._waiting = _LONG.get()
        self._since = time.monotonic()
        self.seconds = BUSY_SECONDS if self._waiting is None else _SLICE

    def until_free(self, attempt: Callable[[], T]) -> T:
        """Return what *attempt* returns, tried again while it fails since others hold the file.

        Raises:
            Exception: What the attempt raised for another reason, or with no patience left.
        """
        while True:
            try:
                return attempt()
            except (sqlite3.OperationalError, StorageError) as error:
                if self._waiting is None or not _is_locked(error):
                    raise
            self._interrupts.let_through()
            self._waiting(self._file, time.monotonic() - self._since)


def _is_locked(error: BaseException) -> bool:
    said = error if isinstance(error, sqlite3.OperationalError) else error.__cause__
    code = getattr(said, "sqlite_errorcode", 0) & 0xFF  # the rest tells why it is
    return code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
