"""What every experiment tracker promises of runs: whose is what, side by side, anew."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import copy_context
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

from stack_magic.stack import expect

from ._records import RunKey
from ._trial import Trial, on_trial

if TYPE_CHECKING:
    from collections.abc import Iterator

_LIMIT = 30.0


@on_trial
def tells_whose(trial: Trial) -> None:
    for run in (1, 2):
        for step in ("load", "fit"):
            with trial.step(step, run) as tracker:
                tracker.log_metrics({"loss": run})
    found = [(r.pipeline, r.run, r.step) for r in trial.runs()]
    name = trial.pipeline
    wanted = [(name, f"{name}-{run}", step) for run in (1, 2) for step in ("load", "fit")]
    expect(found == wanted, f"gave {found}")
    aware = all(r.started.utcoffset() == timedelta(0) for r in trial.runs())
    expect(aware, "the beginning of a run is not in UTC")


@on_trial
def gives_chosen_steps(trial: Trial) -> None:
    for run in (1, 2):
        for step in ("load", "fit"):
            with trial.step(step, run) as tracker:
                tracker.log_metrics({"loss": run})
    name = trial.pipeline
    asked = [RunKey(name, f"{name}-1", "fit"), RunKey(name, f"{name}-3", "fit")]
    found = [(r.run, r.step, list(r.metrics)) for r in trial.tracker.get_step_runs(asked)]
    expect(found == [(f"{name}-1", "fit", ["loss"])], f"gave {found}")


@on_trial
def lists_the_last(trial: Trial) -> None:
    for run in (1, 2, 3):
        with trial.step(run=run) as tracker:
            tracker.log_params({"run": run})
    last = [r.params.get("run") for r in trial.tracker.get_runs(trial.pipeline, last=2)]
    expect(last == [2, 3], f"the last two of three runs are {last}")
    everything = [r for r in trial.tracker.get_runs() if r.pipeline == trial.pipeline]
    expect(len(everything) == len(trial.runs()), "not among the runs of all pipelines")
    expect(not trial.tracker.get_runs(f"{trial.pipeline}-none"), "runs of an unknown pipeline")


@on_trial
def begins_anew(trial: Trial) -> None:
    for rate in (0.5, 0.25):
        with trial.step() as tracker:
            tracker.log_params({"rate": rate})
    found = [dict(run.params) for run in trial.runs()]
    expect(found == [{"rate": 0.5}, {"rate": 0.25}], f"gave {found}")


@on_trial
def keeps_what_a_failed_step_logged(trial: Trial) -> None:
    with suppress(ZeroDivisionError), trial.step() as tracker:
        tracker.log_metrics({"loss": 1 / 2})
        tracker.log_metrics({"loss": 1 / 0})
    expect("loss" in trial.only_run().metrics, "what it logged is gone")


@contextmanager
def _aborting(barrier: Barrier) -> Iterator[None]:
    """Let nobody wait for a branch that failed."""
    try:
        yield
    except BaseException:
        barrier.abort()
        raise


@on_trial
def keeps_steps_apart(trial: Trial) -> None:
    together = Barrier(2)

    def branch(step: str) -> None:
        with trial.step(step) as tracker, _aborting(together):
            together.wait(_LIMIT)
            tracker.log_params({"branch": step})
            for number in range(5):
                tracker.log_metrics({step: number})
            together.wait(_LIMIT)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(branch, ("left", "right")))
    found = {
        r.step: (dict(r.params), {n: len(p) for n, p in r.metrics.items()}) for r in trial.runs()
    }
    wanted = {step: ({"branch": step}, {step: 5}) for step in ("left", "right")}
    expect(found == wanted, f"gave {found}")


@on_trial
def serves_threads(trial: Trial) -> None:
    with trial.step() as tracker, ThreadPoolExecutor(4) as pool:
        calls = [
            pool.submit(copy_context().run, tracker.log_metrics, {"loss": 1.0}) for _ in range(12)
        ]
        for call in calls:
            call.result()
    steps = sorted(point.step for point in trial.only_run().metrics.get("loss", ()))
    expect(steps == list(range(12)), f"of twelve points of four threads the steps are {steps}")


@on_trial
def has_a_run_of_its_own(trial: Trial) -> None:
    own = trial.tracker.model_copy(update={"name": trial.pipeline})
    for rate in (0.5, 0.25):
        own.prepare_step_run()
        own.log_params({"rate": rate})
    found = [(r.run, r.step, dict(r.params)) for r in own.get_runs(own.name)]
    wanted = [(own.name, "", {"rate": rate}) for rate in (0.5, 0.25)]
    expect(found == wanted, f"gave {found}")
