"""Ctrl-C waits while something is recorded: done and known, or not begun."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def interrupts_wait() -> Iterator[None]:
    """Keep SIGINT until the block is over; only the main thread ever gets it."""
    former = signal.getsignal(signal.SIGINT)
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or not callable(former):
        yield
        return
    kept: list[tuple[Any, ...]] = []
    signal.signal(signal.SIGINT, lambda *arguments: kept.append(arguments))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
        if kept:
            former(*kept[0])
