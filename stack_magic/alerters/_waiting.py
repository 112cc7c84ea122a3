"""How long an answer counts."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from stack_magic.errors import RunCancelledError

from ._output import running_shell
from ._question import INTERRUPTED, LATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._question import Answer

SLICE = 0.2
"""Seconds: a bare wait is not interrupted by Ctrl-C on every platform."""


class Waiting:
    """The time in which an answer counts: until a limit, or Ctrl-C."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._interrupted = threading.Event()

    def interrupt(self) -> None:
        """End it now."""
        self._interrupted.set()

    @property
    def left(self) -> float:
        """The seconds that are left, 0 when it is over."""
        return 0.0 if self._interrupted.is_set() else max(0.0, self._end - time.monotonic())

    @property
    def outcome(self) -> Answer:
        """What it is when nobody has answered."""
        return INTERRUPTED if self._interrupted.is_set() else LATE


@contextmanager
def waiting(seconds: float) -> Iterator[Waiting]:
    """Let a time begin; in every thread it ends when the cell that runs is interrupted.

    Python raises KeyboardInterrupt in the main thread only. A step that asks in another
    one must not go on waiting: whoever answered later would answer a run that is over.
    """
    time_left = Waiting(seconds)
    shell = running_shell()
    if shell is None or threading.current_thread() is threading.main_thread():
        yield time_left
        return

    def cell_ended(result: Any) -> None:
        if isinstance(result.error_in_exec, KeyboardInterrupt | RunCancelledError):
            time_left.interrupt()

    shell.events.register("post_run_cell", cell_ended)
    try:
        yield time_left
    finally:
        shell.events.unregister("post_run_cell", cell_ended)
