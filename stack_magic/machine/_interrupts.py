"""Ctrl-C waits while something is recorded: done and known, or not begun."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Interrupts:
    """What keeps SIGINT while a block lasts.

    Args:
        former: What hears it otherwise; None where it is never heard.
    """

    def __init__(self, former: Any = None) -> None:
        self._former = former
        self._kept: tuple[Any, ...] | None = None

    def __call__(self, *arguments: Any) -> None:
        """Keep it."""
        self._kept = arguments

    def let_through(self) -> None:
        """Let what was kept be heard now: it may raise KeyboardInterrupt."""
        kept, self._kept = self._kept, None
        if kept is not None and callable(self._former):
            self._former(*kept)

    def forget(self) -> None:
        """Let what was kept never be heard: what it asks for is done already."""
        self._kept = None

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Let SIGINT be heard in the block as it is outside; it may put a handler of its own."""
        if self._former is None:
            yield
            return
        signal.signal(signal.SIGINT, self._former)
        try:
            self.let_through()
            yield
        finally:
            self._former = signal.signal(signal.SIGINT, self)

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Keep SIGINT until the block is over."""
        signal.signal(signal.SIGINT, self)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, self._former)
            self.let_through()


@contextmanager
def interrupts_wait() -> Iterator[Interrupts]:
    """Keep SIGINT until the block is over; only the main thread ever gets it.

    In a block that is in another one, it is kept until the outer one is over.
    """
    former = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(former):
        yield Interrupts()
    elif isinstance(former, Interrupts):
        yield former
    else:
        interrupts = Interrupts(former)
        with interrupts.keeping():
            yield interrupts
