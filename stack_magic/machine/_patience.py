"""How long what uses a file, or a database, waits for others that have locked it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

from ._context_values import context_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._interrupts import Interrupts

T = TypeVar("T")

BUSY_SECONDS = 5.0
"""How long a process waits for another that writes, where nothing else is said."""

_SLICE = 0.1
"""How long it waits at a time where it waits as long as it takes."""

_PAUSE = 0.01
"""Seconds between two tries: some fail at once, and who holds the lock has to go on."""

Waiting = Callable[[str, float], None]
"""Is called ever again with what is waited for, and since how many seconds."""

_LONG: ContextVar[Waiting | None] = ContextVar("waits_long", default=None)


@contextmanager
def waits_long(waiting: Waiting) -> Iterator[None]:
    """Let the block wait for what others have locked as long as it takes.

    Args:
        waiting: Is called all the time; what it raises ends the wait, and so does Ctrl-C.
    """
    with context_value(_LONG, waiting):
        yield


class Patience:
    """How long one use of a file, or a database, waits.

    Args:
        what: What is used, for who is told.
        interrupts: Lets Ctrl-C through between two tries.
        is_locked: Whether an error means that others hold it.

    Attributes:
        seconds: How long one try may take.
    """

    def __init__(
        self, what: str, interrupts: Interrupts, is_locked: Callable[[BaseException], bool]
    ) -> None:
        self._what = what
        self._interrupts = interrupts
        self._is_locked = is_locked
        self._waiting = _LONG.get()
        self._since = time.monotonic()
        self.seconds = BUSY_SECONDS if self._waiting is None else _SLICE

    def until_free(self, attempt: Callable[[], T]) -> T:
        """Return what *attempt* returns, tried again while others hold what is used.

        Raises:
            Exception: What the attempt raised for another reason, or with no patience left.
        """
        while True:
            try:
                return attempt()
            except Exception as error:
                seconds = time.monotonic() - self._since
                is_over = self._waiting is None and seconds >= BUSY_SECONDS
                if is_over or not self._is_locked(error):
                    raise
            self._interrupts.let_through()
            if self._waiting is not None:
                self._waiting(self._what, seconds)
            time.sleep(_PAUSE)  # nobody tells when a lock of another process is free
