"""The context of a step in the threads and pools that it uses."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import copy_context
from functools import wraps
from threading import RLock, Thread
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from stack_magic.machine import interrupts_wait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class _Block:
    """A block in which it is so."""


class ContextInheritance:
    """While steps run, what they hand to threads and pools takes their context along.

    Python does so for tasks; for threads from 3.14 on, if it is asked to.

    Args:
        is_in_step: Whether the caller is in a step; all other threads stay as they are.
    """

    def __init__(self, is_in_step: Callable[[], bool]) -> None:
        self._is_in_step = is_in_step
        self._lock = RLock()  # a forgotten block may end whenever memory is tidied up
        self._blocks: WeakSet[_Block] = WeakSet()
        self._undo: list[Any] = []

    @contextmanager
    def on(self) -> Iterator[None]:
        """Have it so in the block.

        Where Ctrl-C comes on the way out, the block counts as one that lasts until it is
        forgotten: nothing is lost by that, since threads outside of steps stay as they are.
        """
        block = _Block()
        try:
            with self._lock, interrupts_wait():
                self._blocks.add(block)
                if not self._undo:
                    self._install()
            yield
        finally:
            with self._lock, interrupts_wait():
                self._blocks.discard(block)
                if not self._blocks:
                    self._remove()

    def _install(self) -> None:
        from concurrent.futures import ThreadPoolExecutor

        for owner, name, made in (
            (Thread, "start", self._starting),
            (ThreadPoolExecutor, "submit", self._submitting),
        ):
            former = getattr(owner, name)
            ours = made(former)
            setattr(owner, name, ours)
            self._undo.append((owner, name, former, ours))

    def _remove(self) -> None:
        for owner, name, former, ours in self._undo:
            if getattr(owner, name) is ours:  # else another tool has put its own over it
                setattr(owner, name, former)
        self._undo.clear()

    def _starting(self, former: Any) -> Any:
        @wraps(former)
        def start(thread: Thread) -> None:
            if self._is_in_step():
                context, run = copy_context(), thread.run
                thread.run = lambda: context.run(run)  # type: ignore[method-assign]
            former(thread)

        return start

    def _submitting(self, former: Any) -> Any:
        @wraps(former)
        def submit(pool: Any, function: Any, /, *args: Any, **kwargs: Any) -> Any:
            if not self._is_in_step():
                return former(pool, function, *args, **kwargs)
            return former(pool, copy_context().run, function, *args, **kwargs)

        return submit
