"""A tracker in a folder of its own, and steps that log to it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from stack_magic.experiment_trackers import BaseExperimentTracker, LocalExperimentTracker
from stack_magic.stack import Stack, StepContext, in_step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    Running = Callable[..., AbstractContextManager[BaseExperimentTracker]]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def tracker(project: Path) -> Iterator[LocalExperimentTracker]:
    made = LocalExperimentTracker(name="notes")
    yield made
    made.close()


@pytest.fixture
def running(tracker: LocalExperimentTracker) -> Running:
    """Return a context in which a step of a run of pipeline `train` runs."""

    @contextmanager
    def step(run: str = "train-1", step: str = "fit") -> Iterator[BaseExperimentTracker]:
        stack = Stack("demo", {tracker.TYPE: tracker})
        with in_step(StepContext("train", run, step, stack)):
            tracker.prepare_step_run()
            try:
                yield tracker
            finally:
                tracker.cleanup_step_run()

    return step
