"""One value a run: what clashes is told by its step, what is cached says from where."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd

from stack_magic.enums import Outcome
from stack_magic.experiment_trackers import (
    ComparedRun,
    Point,
    RunDifference,
    RunParts,
    TrackedArtifact,
    TrackedRun,
    compared_runs,
)

NOW = datetime(2024, 2, 29, tzinfo=UTC)


def logged(
    step: str, params: dict[str, Any] | None = None, cached_from: str = "", **metrics: float
) -> TrackedRun:
    points = {metric: (Point(0, value, NOW),) for metric, value in metrics.items()}
    return TrackedRun("a-1", step, "a", NOW, params or {}, points, cached_from=cached_from)


def one(
    *steps: TrackedRun, outcome: Outcome | None = Outcome.DONE, **parameters: Any
) -> ComparedRun:
    return compared_runs([RunParts("a-1", "a", NOW, parameters, steps, outcome)])[0]


def last(run: ComparedRun) -> dict[str, float | None]:
    return {name: run.last(name) for name in run.metrics}


def test_a_run_has_its_parameters_and_what_its_steps_logged() -> None:
    run = one(logged("load", {"rows": 3}), logged("fit", {"C": 1.0}, auc=0.5), C=1.0)
    assert run.params == {"C": 1.0, "rows": 3}
    assert last(run) == {"auc": 0.5}


def test_what_two_steps_log_is_told_by_the_step() -> None:
    run = one(logged("fit", {"seed": 1, "C": 2}, loss=0.5), logged("test", {"seed": 1}, loss=0.75))
    assert run.params == {"fit.seed": 1, "C": 2, "test.seed": 1}
    assert last(run) == {"fit.loss": 0.5, "test.loss": 0.75}


def test_a_param_that_differs_from_the_parameter_is_told_by_its_step() -> None:
    run = one(logged("fit", {"C": 2.0}), C=1.0)
    assert run.params == {"C": 1.0, "fit.C": 2.0}


def test_a_name_means_the_same_in_all_runs_of_a_pipeline() -> None:
    runs = compared_runs(
        [
            RunParts("a-2", "a", NOW, {}, (logged("fit", loss=0.1),)),
            RunParts("a-1", "a", NOW, {}, (logged("fit", loss=0.5), logged("test", loss=0.75))),
            RunParts("b-1", "b", NOW, {}, (logged("fit", loss=0.2),)),
        ]
    )
    assert [list(run.metrics) for run in runs] == [
        ["fit.loss"],
        ["fit.loss", "test.loss"],
        ["loss"],
    ]


def test_files_of_two_steps_are_both_there() -> None:
    steps = [
        TrackedRun("a-1", step, "a", NOW, artifacts={"p.png": TrackedArtifact(step, 1, step)})
        for step in ("fit", "test")
    ]
    assert list(one(*steps).artifacts) == ["fit.p.png", "test.p.png"]


def test_a_run_says_what_came_from_the_cache_and_how_it_ended() -> None:
    fit = logged("fit", {"a": 1}, "a-0", x=1.0)
    load, test = logged("load", {"b": 1}, "b-7"), logged("test", {"c": 1})
    assert one(fit).label == "a-1 (cached from a-0)"
    assert one(fit, test).label == "a-1 (fit cached from a-0)"
    assert one(fit, load).label == "a-1 (fit cached from a-0; load cached from b-7)"
    assert one(test, outcome=Outcome.FAILED).label == "a-1 (failed)"
    assert one(fit, outcome=Outcome.CANCELLED).label == "a-1 (cancelled; cached from a-0)"
    assert one(test, outcome=None).label == "a-1"


def test_runs_are_rows_of_a_data_frame() -> None:
    runs = [one(logged("fit", {"loss": "l2"}, loss=0.5), C=c) for c in (1.0, 2.0)]
    frame = pd.DataFrame([run.row for run in runs])
    assert frame["C"].tolist() == [1.0, 2.0]
    assert frame["loss"].tolist() == [0.5, 0.5]
    assert frame["params.loss"].tolist() == ["l2", "l2"]
    assert frame["run"].tolist() == ["a-1", "a-1"]
    assert frame.columns.tolist() == ["run", "pipeline", "started", "C", "params.loss", "loss"]
    odd = one(logged("fit", {"run": 7}, started=0.5)).row
    assert (odd["run"], odd["params.run"], odd["metrics.started"]) == ("a-1", 7, 0.5)


def test_a_run_shows_itself() -> None:
    shown = repr(one(logged("fit", {"text": "x" * 300}, auc=0.5), C=1.0)).splitlines()
    assert shown[0] == "a-1"
    assert shown[1].split() == ["C", "1.0"]
    assert "… (300 characters; the value's params has all)" in shown[2]
    assert shown[-1].split() == ["auc", "1", "0.5"]
    assert repr(one()).splitlines() == ["a-1", "nothing was logged"]


def test_the_difference_of_two_runs_is_side_by_side() -> None:
    before, after = compared_runs(
        [
            RunParts("a-1", "a", NOW, {"C": 1.0, "n": 3}, (logged("fit", {"o": "x"}, auc=0.5),)),
            RunParts("a-2", "a", NOW, {"C": "1.0", "n": 3}, (logged("fit", auc=0.75, f1=1.0),)),
        ]
    )
    difference = RunDifference(before, after, {"fit": ("its own code changed: `fit`",)})
    assert repr(difference).splitlines() == [
        "a-1 beside a-2",
        "param  a-1  a-2",
        "-----  ---  -----",
        'C      1.0  "1.0"',
        "o      x",
        "same params: n=3",
        "metric  a-1  a-2   change",
        "------  ---  ----  ------",
        "auc     0.5  0.75  +0.25",
        "f1           1",
        "step fit:",
        "  its own code changed: `fit`",
    ]
    same = repr(RunDifference(one(), one(), {}))
    assert same.splitlines()[1] == "nothing that is recorded differs"


def test_a_metric_that_is_nan_in_both_runs_does_not_differ() -> None:
    lost = one(logged("fit", loss=float("nan")))
    assert repr(RunDifference(lost, lost, {})).splitlines()[1:] == ["same metrics: loss=nan"]
