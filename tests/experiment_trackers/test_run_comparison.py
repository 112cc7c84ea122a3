"""Runs side by side: what differs, which is lowest and highest, curves with their numbers."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from stack_magic.display import Picture, render_html
from stack_magic.experiment_trackers import ComparedRun, Point, RunComparison

SVG = "{http://www.w3.org/2000/svg}"
NOW = datetime(2024, 2, 29, tzinfo=UTC)


def run(name: str, params: dict[str, Any] | None = None, **curves: Any) -> ComparedRun:
    metrics = {
        metric: tuple(Point(step, value, NOW) for step, value in enumerate(values))
        for metric, values in curves.items()
    }
    return ComparedRun(name, "train", NOW, params or {}, metrics)


def lines(comparison: RunComparison) -> list[str]:
    return repr(comparison).splitlines()


def pictures(comparison: RunComparison) -> list[ET.Element]:
    blocks = comparison.document().blocks
    return [ET.fromstring(b.svg) for b in blocks if isinstance(b, Picture)]  # noqa: S314 - our own


TWO = RunComparison(
    (
        run("train-2", {"rate": 0.5, "epochs": 3, "seed": 1}, loss=[2.0, 0.5, 0.75], score=[0.5]),
        run("train-1", {"rate": 0.1, "epochs": 3}, loss=[3.0, 2.0, 1.0], score=[0.25]),
    )
)


def test_params_that_differ_stand_beside_the_last_values() -> None:
    assert lines(TWO)[:6] == [
        "Runs, the newest first",
        "run      rate  seed  loss         score",
        "-------  ----  ----  -----------  -----------",
        "train-2  0.5   1     0.75 lowest  0.5 highest",
        "train-1  0.1         1 highest    0.25 lowest",
        "same in all runs: epochs=3",
    ]


def test_a_metric_with_steps_is_drawn_and_told_in_numbers() -> None:
    assert lines(TWO)[6:] == [
        "loss by step",
        "run      drawn            points  steps   first  last  lowest    highest",
        "-------  ---------------  ------  ------  -----  ----  --------  -------",
        "train-2  solid, circles   3       0 to 2  2      0.75  0.5 at 1  2 at 0",
        "train-1  dashed, squares  3       0 to 2  3      1     1 at 2    3 at 0",
    ]
    (picture,) = pictures(TWO)
    assert picture.findtext(f"{SVG}title") == "loss by step"
    assert "train-2 (solid, circles)" in [text.text for text in picture.iter(f"{SVG}text")]


def test_html_and_text_say_the_same_beside_the_drawing() -> None:
    html = re.sub(r"<svg.*?</svg>", "", render_html(TWO.document()), flags=re.DOTALL)
    words = [word for word in repr(TWO).split() if set(word) != {"-"}]
    assert unescape(re.sub(r"<[^>]+>", " ", html)).split() == words


def test_one_run_is_neither_lowest_nor_highest() -> None:
    shown = lines(RunComparison((run("train-1", {"rate": 0.1}, loss=[1.0]),)))
    assert shown[3:] == ["train-1  1", "params: rate=0.1"]


def test_a_pipeline_that_never_has_a_param_does_not_make_it_differ() -> None:
    fits = [run(f"train-{n}", {"rate": 0.1, "depth": n}, loss=[1.0]) for n in (2, 1)]
    other = replace(run("test-1", score=[1.0]), pipeline="test")
    shown = lines(RunComparison((other, *fits)))
    assert shown[1].split() == ["run", "depth", "loss", "score"]
    assert "same in all runs: rate=0.1" in shown


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        ("a", "b", ["a", "b"]),
        (1, "1", ["1", '"1"']),
        (True, "true", ["true", '"true"']),
        ("a b", "a  b", ['"a b"', '"a  b"']),
        ("x" * 50 + "a", "y" * 50, ["x" * 39 + "…", "y" * 39 + "…"]),
    ],
)
def test_params_that_differ_are_shown_to_differ(one: Any, other: Any, shown: list[str]) -> None:
    both = RunComparison((run("b-2", {"p": one}), run("b-1", {"p": other})))
    assert [line[5:] for line in lines(both)[3:5]] == shown


def test_long_params_that_begin_alike_are_told_by_their_digest() -> None:
    both = RunComparison((run("b-2", {"p": "x" * 50 + "a"}), run("b-1", {"p": "x" * 50 + "b"})))
    cells = [line[5:] for line in lines(both)[3:5]]
    assert all(re.fullmatch(r"x{30}… #[0-9a-f]{7}", cell) for cell in cells)
    assert cells[0] != cells[1]


def test_a_param_that_is_called_like_a_metric_says_so() -> None:
    both = RunComparison((run("b-2", {"loss": "l1"}, loss=[1.0]), run("b-1", {"loss": "l2"})))
    assert lines(both)[1].split() == ["run", "params.loss", "loss"]


def test_equal_values_are_neither_lowest_nor_highest() -> None:
    same = RunComparison((run("train-2", loss=[1.0]), run("train-1", loss=[1.0])))
    assert "lowest" not in repr(same)


def test_what_is_not_finite_is_shown_and_counted() -> None:
    shown = repr(
        RunComparison(
            (
                run("train-2", loss=[2.0, 1.0, math.nan]),
                run("train-1", loss=[math.inf, math.nan]),
                run("train-0", loss=[4.0, 3.0]),
            )
        )
    )
    assert re.search(r"train-2 +nan\n", shown)
    assert re.search(r"train-0 +3\n", shown)
    assert re.search(r"solid, circles +3, 1 not finite +0 to 2 +2 +nan +1 at 1 +2 at 0", shown)
    assert re.search(r"dashed, squares +2, 2 not finite +0 to 1 +inf +nan +none +none", shown)


def test_runs_that_are_called_alike_are_numbered() -> None:
    three = RunComparison(tuple(run("train-1", loss=[number]) for number in range(3)))
    assert three.labels() == ["train-1 (3)", "train-1 (2)", "train-1"]


def test_named_metrics_are_shown_alone_and_in_that_order() -> None:
    chosen = RunComparison(TWO.runs, ("score", "loss"))
    assert lines(chosen)[1].split() == ["run", "rate", "seed", "score", "loss"]
    assert "score" not in repr(RunComparison(TWO.runs, ("loss",)))


def test_too_many_columns_are_named_instead() -> None:
    params = [{f"p{n}": n + at for n in range(12)} for at in (0, 1)]
    metrics: dict[str, Any] = {f"m{n}": [1.0] for n in range(10)}
    wide = RunComparison((run("b-2", params[1], **metrics), run("b-1", params[0], **metrics)))
    shown = lines(wide)
    assert len(shown[1].split()) == 1 + 8 + 8
    assert "these params differ too: p8, p9, p10, p11" in shown
    assert "there are more metrics, which --metric=NAME shows: m8, m9" in shown


def test_more_curves_than_can_be_drawn_are_in_the_table() -> None:
    many = RunComparison(tuple(run(f"train-{n}", loss=[n, n + 1]) for n in range(10)))
    assert len(re.findall(r"not drawn", repr(many))) == 2


def test_names_and_values_are_escaped_and_stay_on_their_line() -> None:
    evil = "<script>alert(1)</script>"
    first = run("train-1", {evil: f"{evil}\nx\x1b[31m"}, **{evil: [1.0, 2.0]})
    second = run("train-2", {evil: "long " * 20}, **{evil: [2.0, 1.0]})
    both = RunComparison((second, first))
    html = render_html(both.document())
    assert "<script" not in html
    assert "\x1b" not in html + repr(both)
    assert ET.fromstring(html).tag == "div"  # noqa: S314 - our own
    assert max(map(len, lines(both))) < 250


def test_the_same_runs_are_shown_the_same() -> None:
    later = datetime(2030, 1, 1, tzinfo=UTC)
    again = tuple(replace(one, started=later) for one in TWO.runs)
    assert RunComparison(again)._repr_mimebundle_() == TWO._repr_mimebundle_()


def test_no_runs_are_said_to_be_none() -> None:
    assert repr(RunComparison(())) == "no runs are tracked"
