"""What a run waits for: records that others have locked, as long as it takes."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from stack_magic.machine import waits_long

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ._cancellation import Cancellation
    from ._watchers import Watchers

MOMENT = 1.0
"""Seconds after which somebody who waits is told."""


class LockWaits:
    """The waits of one run.

    Args:
        watchers: Are told of those that last.
        cancellation: Ends them.

    Attributes:
        over: Set when the steps are over: what threads of theirs still wait for is in vain.
    """

    def __init__(self, watchers: Watchers, cancellation: Cancellation) -> None:
        self.over = Event()
        self._watchers = watchers
        self._cancellation = cancellation
        self._told: set[str] = set()

    def of_step(self, step: str) -> AbstractContextManager[None]:
        """Let the block wait for a step, until the steps are over."""

        def waiting(what: str, seconds: float) -> None:
            if self.over.is_set():
                raise KeyboardInterrupt
            self._tell(step, what, seconds)

        return waits_long(waiting)

    def of_end(self) -> AbstractContextManager[None]:
        """Let the block wait to record how the run ended."""
        return waits_long(lambda what, seconds: self._tell("", what, seconds))

    def _tell(self, step: str, what: str, seconds: float) -> None:
        if self._cancellation.wanted:
            raise KeyboardInterrupt
        if seconds >= MOMENT and step not in self._told:
            self._told.add(step)
            self._watchers.waiting(step, f"waiting for the lock of {what}...")
