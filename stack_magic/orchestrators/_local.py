"""Runs steps in this process: one after the other, or branches side by side."""

from __future__ import annotations

from collections import deque
from graphlib import TopologicalSorter
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from ._base import BaseOrchestrator

if TYPE_CHECKING:
    from ._plan import Plan, RunStep


class LocalOrchestrator(BaseOrchestrator):
    """Runs the steps in this process, in order or in parallel threads."""

    FLAVOR: ClassVar[str] = "local"

    max_parallel: int = Field(
        default=1, ge=1, le=64, description="Independent steps run at the same time"
    )

    def prepare_or_run_pipeline(self, plan: Plan, run_step: RunStep) -> None:
        """Run the steps in the plan's order, or up to `max_parallel` at a time."""
        if self.max_parallel == 1:
            for step in plan.steps:
                run_step(step.name)
        else:
            _run_in_threads(plan, run_step, self.max_parallel)


_Ended = SimpleQueue[tuple[str, BaseException | None]]


def _run_in_threads(plan: Plan, run_step: RunStep, limit: int) -> None:
    order = TopologicalSorter({s.name: s.upstream for s in plan.steps})
    order.prepare()
    waiting: deque[str] = deque()
    ended: _Ended = SimpleQueue()
    running = 0
    while order.is_active():
        waiting.extend(order.get_ready())
        while waiting and running < limit:
            _start(plan.run, waiting.popleft(), run_step, ended)
            running += 1
        name, error = _next(ended)
        running -= 1
        if error is not None:
            raise error
        order.done(name)


def _start(run: str, name: str, run_step: RunStep, ended: _Ended) -> None:
    def work() -> None:
        try:
            run_step(name)
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            ended.put((name, error))
        else:
            ended.put((name, None))

    # A daemon: a thread cannot be stopped, and neither Ctrl-C nor the end of the
    # process may wait for it.
    Thread(target=work, name=f"{run}/{name}", daemon=True).start()


def _next(ended: _Ended) -> tuple[str, BaseException | None]:
    while True:
        try:
            # A timeout, since a bare wait is not interrupted by Ctrl-C on every platform.
            return ended.get(timeout=0.2)
        except Empty:
            continue
