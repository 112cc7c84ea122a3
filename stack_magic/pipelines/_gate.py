"""What ends a run for good: after it is closed, nothing more is published."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Gate:
    """Lets steps publish until it is closed; a thread cannot be stopped, but this can."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._closed = False

    @contextmanager
    def publishing(self) -> Iterator[bool]:
        """Tell whether the block may publish; it may take its time."""
        with self._changed:
            may = not self._closed
            self._inside += may
        try:
            yield may
        finally:
            with self._changed:
                self._inside -= may
                self._changed.notify_all()

    @contextmanager
    def recording(self) -> Iterator[bool]:
        """Tell whether the block may record; one block at a time."""
        with self._changed:
            yield not self._closed

    def close(self, patience: float = 0.5) -> None:
        """Let nobody in any more, and wait a moment for those who are publishing."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: self._inside == 0, patience)
