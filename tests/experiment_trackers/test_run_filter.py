"""Which runs match: comparisons over params and metrics, never run as code."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stack_magic.errors import LineError, StackMagicError, UnknownNameError
from stack_magic.experiment_trackers import (
    ComparedRun,
    Point,
    RunFilter,
    check_known,
    sorted_runs,
)

NOW = datetime(2024, 2, 29, tzinfo=UTC)


def run(name: str, params: dict[str, Any] | None = None, **metrics: float) -> ComparedRun:
    points = {metric: (Point(0, value, NOW),) for metric, value in metrics.items()}
    return ComparedRun(name, "train", NOW, params or {}, points)


RUN = run(
    "train-1",
    {
        "C": 2.0,
        "opt": "adam",
        "layers": [8, 2],
        "fast": True,
        "none": None,
        "fit.rate": 0.1,
        "val/split": 0.2,
        "loss": "l2",
    },
    auc=0.95,
    loss=0.5,
    lost=math.nan,
)


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("auc > 0.9", True),
        ("auc > 0.95", False),
        ("auc >= 0.95 and C == 2", True),
        ("C != 2 or opt == 'adam'", True),
        ("not (C < 3)", False),
        ("1 < C <= 2", True),
        ("1 < C < 2", False),
        ("-1 < C", True),
        ("opt in ('sgd', 'adam')", True),
        ("opt not in ['sgd']", True),
        ("8 in layers", True),
        ("layers == [8, 2]", True),
        ("fast", True),
        ("not fast", False),
        ("fast == True", True),
        ("none == None", True),
        ("fit.rate < 0.2", True),
        ("`val/split` == 0.2", True),
        ("loss == 0.5", True),
        ("params.loss == 'l2' and metrics.loss == 0.5", True),
        ("opt == '`C`'", False),
        ("lost < 1 or lost >= 1", False),
        ("opt > 1", False),
        ("missing > 1 or missing <= 1", False),
        ("missing == None and missing != 1", True),
        ("auc > 0.9 and missing > 1", False),
        ("none is None and C is not None", True),
        ("  auc > 0.9\n", True),
        ("not " * 249 + "C", False),
        ("C == 2 or a" + ".a" * 490, True),
    ],
)
def test_a_run_matches_or_does_not(text: str, matches: bool) -> None:
    assert RunFilter(text).matches(RUN) is matches


def test_a_metric_counts_by_its_last_value() -> None:
    curve = (Point(0, 0.1, NOW), Point(2, 0.9, NOW), Point(1, 0.5, NOW))
    assert RunFilter("auc == 0.9").matches(ComparedRun("a-1", "a", NOW, metrics={"auc": curve}))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is no comparison of values"),
        ("auc >", "it is no comparison of values"),
        ("auc > 0.9 && C == 1", "write and for &&"),
        ("auc > 0.9 || C == 1", r"write or for \|\|"),
        ("C = 1", "write == for ="),
        ("val/loss > 1", "in backticks: `val/loss`"),
        (
            "__import__('os').system('true')",
            r"__import__\('os'\)\.system\('true'\) is no comparison",
        ),
        ("().__class__", r"\(\)\.__class__ is no comparison"),
        ("[x for x in auc]", "is no comparison"),
        ("(lambda: 1)()", "is no comparison"),
        ("auc[0] > 1", r"auc\[0\] is no comparison"),
        ("2 ** 9 ** 9 ** 9 > C", "is no comparison"),
        ("f'{C}' == '1'", "is no comparison"),
        ("b'a' == opt", "is no comparison"),
        ("(C := 1)", "is no comparison"),
        ("(" * 300 + "C" + ")" * 300, "no comparison"),
        ("C\0 > 1", "no comparison of values"),
        ("C > 1" + " " * 1000, "it has more than 1000 characters"),
    ],
)
def test_what_is_no_comparison_is_refused_with_an_example(text: str, why: str) -> None:
    with pytest.raises(LineError, match=f"{why}.*\nhint: --where 'auc > 0.9"):
        RunFilter(text)


@given(st.text("aC01 .<>=!()'`[],notadr-", max_size=30))
def test_any_text_is_an_answer_or_an_error_in_words(text: str) -> None:
    try:
        wanted = RunFilter(text)
    except LineError:
        return
    assert wanted.matches(RUN) in {True, False}


def test_an_unknown_name_names_the_nearest() -> None:
    check_known(RunFilter("auc > 1 and params.C == 1 and metrics.auc > 1").names, [RUN])
    with pytest.raises(UnknownNameError, match=r"is called 'acu'\nhint: did you mean 'auc'\?"):
        check_known(["acu"], [RUN])
    with pytest.raises(StackMagicError, match=r"'x.y.z'\nhint: known: auc, loss, lost, C"):
        check_known(["x.y.z"], [RUN])


def test_runs_are_sorted_and_those_without_the_value_come_last() -> None:
    runs = [
        run("a-6"),
        run("a-5", {"C": "big"}),
        run("a-4", {"C": 3}),
        run("a-3", {"C": math.nan}),
        run("a-2", {"C": 1}),
        run("a-1", {"C": 3}),
    ]
    up, down = (
        [one.run for one in sorted_runs(runs, "C", descending=way)] for way in (False, True)
    )
    assert up == ["a-2", "a-4", "a-1", "a-5", "a-6", "a-3"]
    assert down == ["a-5", "a-4", "a-1", "a-2", "a-6", "a-3"]
