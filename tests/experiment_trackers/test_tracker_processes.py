"""Processes log to one run at the same time; what was acknowledged outlives them."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from stack_magic.experiment_trackers import BaseExperimentTracker, LocalExperimentTracker

    from .conftest import Running

LOGS_FOR_EVER = """
import itertools
from pathlib import Path
from stack_magic.experiment_trackers import LocalExperimentTracker
from stack_magic.stack import Stack, StepContext, in_step

tracker = LocalExperimentTracker(name="notes")
with in_step(StepContext("train", "train-1", "fit", Stack("demo"))):
    for number in itertools.count():
        tracker.log_metrics({"loss": number})
        Path("model.bin").write_text("x" * 10_000 + str(number))
        tracker.log_artifact("model.bin")
        print(number, flush=True)
"""

LOGS = """
import sys
from stack_magic.experiment_trackers import LocalExperimentTracker
from stack_magic.stack import Stack, StepContext, in_step

tracker = LocalExperimentTracker(name="notes")
with in_step(StepContext("train", "train-1", "fit", Stack("demo"))):
    print("ready", flush=True)
    sys.stdin.read()
    for number in range(100):
        tracker.log_metrics({"loss": number})
tracker.close()
"""


def test_what_was_acknowledged_survives_a_killed_process(
    tracker: LocalExperimentTracker, running: Running, project: Path
) -> None:
    command = [sys.executable, "-c", LOGS_FOR_EVER]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) == 25:
                break
        process.kill()
        acknowledged = [25, *map(int, process.stdout.read().split())][-1]
    (run,) = tracker.get_runs("train")
    steps = [point.step for point in run.metrics["loss"]]
    assert steps == list(range(len(steps)))
    assert len(steps) > acknowledged
    (artifact,) = run.artifacts.values()
    kept = (project / artifact.location).read_text()
    assert int(kept.strip("x")) >= acknowledged
    with running("train-2"):
        tracker.log_metrics({"loss": 1.0})
    assert len(tracker.get_runs("train")) == 2


def test_two_processes_log_to_one_run(
    tracker: LocalExperimentTracker, running: Running, project: Path
) -> None:
    with running():
        tracker.log_params({"rate": 0.1})
        others = [
            subprocess.Popen(
                [sys.executable, "-c", LOGS],
                cwd=project,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        for other in others:
            assert other.stdout is not None
            assert other.stdout.readline() == "ready\n"
        for other in others:
            assert other.stdin is not None
            other.stdin.close()
        for number in range(100):
            tracker.log_metrics({"loss": number})
        for other in others:
            with other:
                assert other.wait() == 0, other.stderr
    (run,) = tracker.get_runs()
    assert [point.step for point in run.metrics["loss"]] == list(range(300))
    assert run.params == {"rate": 0.1}


def _log_in_child(tracker: BaseExperimentTracker) -> None:
    tracker.log_metrics({"loss": 2.0})


def test_a_forked_child_logs_to_the_step_of_its_parent(
    tracker: LocalExperimentTracker, running: Running
) -> None:
    forking = multiprocessing.get_context("fork")
    with running():
        tracker.log_metrics({"loss": 1.0})
        child = forking.Process(target=_log_in_child, args=(tracker,))
        child.start()
        child.join()
        assert child.exitcode == 0
        tracker.log_metrics({"loss": 3.0})
    (run,) = tracker.get_runs()
    assert [(p.step, p.value) for p in run.metrics["loss"]] == [(0, 1.0), (1, 2.0), (2, 3.0)]
