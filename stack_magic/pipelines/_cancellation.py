"""The end of a run that somebody outside asks for."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Thread


class Cancellation:
    """Ends a run from another thread.

    What runs in processes of its own ends at once, and so does a step of the main thread,
    which is interrupted as by Ctrl-C. A step in another thread of this process cannot be
    stopped: the run ends before its next step.

    Attributes:
        asked: Set when somebody has asked for the end, and when the run is over.
        wanted: Whether somebody has asked for it.
    """

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.wanted = False
        self._thread: Thread | None = None

    @contextmanager
    def of_this_thread(self) -> Iterator[None]:
        """Let the block be what is interrupted; after it, there is nothing to interrupt."""
        self._thread = threading.current_thread()
        try:
            yield
        finally:
            self._thread = None

    def ask(self) -> None:
        """Ask for the end of the run; asking again changes nothing."""
        self.wanted = True
        main = threading.main_thread()
        if not self.asked.is_set() and self._thread is main is not threading.current_thread():
            # To that thread, not to the process: a step that sleeps has to wake up.
            signal.pthread_kill(main.ident or 0, signal.SIGINT)
        self.asked.set()

    def stop_if_asked(self) -> None:
        """Raise KeyboardInterrupt when the end was asked for."""
        if self.asked.is_set():
            raise KeyboardInterrupt
