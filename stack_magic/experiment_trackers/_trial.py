"""A tracker on trial: a pipeline of its own, and steps that log."""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from stack_magic.stack import Stack, StepContext, expect, in_step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._base import BaseExperimentTracker
    from ._records import TrackedRun


class Trial(NamedTuple):
    """A tracker and the name of a pipeline that nobody else has."""

    tracker: BaseExperimentTracker
    pipeline: str

    @contextmanager
    def step(self, step: str = "fit", run: int = 1) -> Iterator[BaseExperimentTracker]:
        """Let the block be a step, with the hooks around it."""
        stack = Stack("contract", {self.tracker.TYPE: self.tracker})
        with in_step(StepContext(self.pipeline, f"{self.pipeline}-{run}", step, stack)):
            try:
                self.tracker.prepare_step_run()
                yield self.tracker
            finally:
                self.tracker.cleanup_step_run()

    def runs(self) -> list[TrackedRun]:
        """Return the runs of the pipeline."""
        return self.tracker.get_runs(self.pipeline)

    def only_run(self) -> TrackedRun:
        """Return the run of the only step that logged."""
        runs = self.runs()
        expect(len(runs) == 1, f"{len(runs)} runs came back for one step")
        return runs[0]


def on_trial(check: Callable[[Trial], None]) -> Callable[[BaseExperimentTracker], None]:
    """Give a check a fresh pipeline, which is forgotten whatever happens."""

    @wraps(check)
    def checked(tracker: BaseExperimentTracker) -> None:
        trial = Trial(tracker, f"contract-{uuid4().hex[:12]}")
        try:
            check(trial)
        finally:
            tracker.forget_pipeline(trial.pipeline)

    return checked
