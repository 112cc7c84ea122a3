"""A graph of very many steps in few boxes: whatever its shape, all is told and it stays small."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stack_magic.display import (
    MOST_STEPS,
    Document,
    Folding,
    Picture,
    Table,
    called_alike,
    draw_graph,
    render_html,
    render_text,
)

Upstream = dict[str, tuple[str, ...]]

SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 60_000


def calls(step: str, number: int) -> list[str]:
    """Return what so many calls of one step are called."""
    return [step, *(f"{step}_{n}" for n in range(2, number + 1))]


def fanned(names: list[str]) -> Upstream:
    return {"load": (), **dict.fromkeys(names, ("load",)), "report": tuple(names)}


def in_a_row(names: list[str]) -> Upstream:
    return {name: tuple(names[max(at - 1, 0) : at]) for at, name in enumerate(names)}


def in_layers(names: list[str], width: int, edges: int) -> Upstream:
    chosen = random.Random(0)  # noqa: S311 - the same each time
    return {
        name: tuple(
            chosen.sample(names[at - at % width - width : at - at % width], edges)
            if at >= width
            else ()
        )
        for at, name in enumerate(names)
    }


def at_random(names: list[str], edges: int) -> Upstream:
    chosen = random.Random(0)  # noqa: S311 - the same each time
    return {n: tuple(chosen.sample(names[:at], min(at, edges))) for at, n in enumerate(names)}


def named_apart(number: int) -> list[str]:
    return [f"prepare_the_region_of_{n}" for n in range(number)]


def mixed(number: int) -> list[str]:
    return [
        name for each in zip(*(calls(s, number // 4) for s in "abcd"), strict=True) for name in each
    ]


SHAPES = {
    "fan of calls": fanned(calls("sq", 998)),
    "fan of different steps": fanned(named_apart(998)),
    "chain of calls": in_a_row(calls("sq", 1000)),
    "chain of different steps": in_a_row(named_apart(1000)),
    "alternating chain": in_a_row(mixed(1000)),
    "independent calls": dict.fromkeys(calls("sq", 1000), ()),
    "independent steps": dict.fromkeys(named_apart(1000), ()),
    "five layers": in_layers(calls("sq", 1000), 200, 3),
    "twenty layers": in_layers(mixed(1000), 50, 3),
    "layers of different steps": in_layers(named_apart(1000), 100, 3),
    "dense layers": in_layers(mixed(1000), 40, 40),
    "random": at_random(mixed(1000), 3),
    "random, different steps": at_random(named_apart(1000), 2),
    "3,000 at random": at_random(mixed(3000), 3),
    "3,000 in a row": in_a_row(calls("sq", 3000)),
    "a fan of 3,000": fanned(calls("sq", 2998)),
    "60 that all wait for all before": at_random(named_apart(60), 60),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_any_shape_stays_small_and_tells_every_step(shape: Upstream) -> None:
    states = {name: ("✓ done", "✕ failed", "○ skipped")[at % 3] for at, name in enumerate(shape)}
    picture, boxes, *rest = Folding(shape).blocks(states)
    document = Document((picture, boxes, *rest))
    assert isinstance(picture, Picture)
    assert isinstance(boxes, Table)
    assert len(render_html(document).encode()) < MOST_BYTES / 2  # the rest is the steps' rows
    for state in set(states.values()):
        told = re.findall(rf"(\d+) {state}", " ".join(row[2] for row in boxes.rows))
        alone = sum(row[2] == state for row in boxes.rows)
        assert sum(map(int, told)) + alone == list(states.values()).count(state)


@settings(derandomize=True, database=None, deadline=None, max_examples=60)
@given(st.data(), st.integers(MOST_STEPS + 1, 120), st.integers(1, 5), st.integers(0, 4))
def test_a_folded_graph_is_a_graph(data: st.DataObject, size: int, kinds: int, edges: int) -> None:
    chosen = random.Random(data.draw(st.integers()))  # noqa: S311
    known = {step: iter(calls(step, size)) for step in "abcde"[:kinds]}
    names = [next(known[chosen.choice(list(known))]) for _ in range(size)]
    upstream: Upstream = {}
    for at, name in enumerate(names):
        upstream[name] = tuple(chosen.sample(names[:at], min(at, chosen.randint(0, edges))))
    _, boxes, *_ = Folding(upstream).blocks({})
    assert isinstance(boxes, Table)
    before: set[str] = set()
    for title, after in boxes.rows:
        assert not after or before.issuperset(after.split(", "))
        assert title not in before
        before.add(title)
    counted = [int(n or m or 1) for n, m in (_number(title) for title, _ in boxes.rows)]
    assert sum(counted) == size


def _number(title: str) -> tuple[str, str]:
    found = re.search(r" × (\d+)|^(\d+) steps", title)
    return (found[1] or "", found[2] or "") if found else ("", "")


def labels(svg: str) -> list[str]:
    texts = ET.fromstring(svg).iter(f"{SVG}text")  # noqa: S314 - our own
    return [text.text or "" for text in texts]


def test_calls_that_stand_alike_are_one_box_that_counts_their_outcomes() -> None:
    graph = fanned(calls("sq", 100))
    states = {name: "✕ failed" if name in {"sq_7", "sq_30"} else "✓ done" for name in graph}
    drawn = Folding(graph).drawing(states)
    assert labels(drawn) == [
        *("load", "✓ done"),
        *("sq × 100", "98 ✓ done", "2 ✕ failed"),
        *("report", "✓ done"),
    ]
    # Where a notebook is not trusted, the tags are taken out.
    words = "load ✓ done, sq × 100 98 ✓ done, 2 ✕ failed, report ✓ done"
    assert re.sub(r"<[^>]*>", "", drawn) == f"Graph of the steps: {words}"


def test_a_chain_says_that_it_is_one() -> None:
    assert labels(Folding(in_a_row(calls("sq", 1000))).drawing({})) == [
        "sq × 1000",
        "one after another",
    ]


def test_boxes_of_different_steps_say_which() -> None:
    drawn = labels(Folding(fanned([f"s{n}" for n in range(100)])).drawing({}))
    assert drawn == ["load", "100 steps", "s0 … s99", "report"]


def test_the_same_in_words() -> None:
    states = dict.fromkeys(graph := fanned(calls("sq", 100)), "✓ done")
    text = render_text(Document(tuple(Folding(graph).blocks(states))))
    assert text.splitlines()[2:5] == [
        "load                ✓ done",
        "sq × 100  load      100 ✓ done",
        "report    sq × 100  ✓ done",
    ]


@pytest.mark.parametrize("names", [calls("sq", MOST_STEPS - 2), named_apart(9)])
def test_a_small_graph_is_drawn_step_by_step(names: list[str]) -> None:
    graph = fanned(names)
    captions = dict.fromkeys(graph, "✓ done 0.10 s")
    folding = Folding(graph)
    assert folding.drawing(captions, dict.fromkeys(graph, "✓ done")) == draw_graph(graph, captions)
    assert list(folding.blocks(captions)) == [Picture(draw_graph(graph, captions))]
    assert folding.after("report") == ", ".join(names)


def test_calls_of_other_steps_are_not_put_together() -> None:
    graph = fanned(calls("sq", 100))
    kinds = {name: "square" if name.endswith("0") else name for name in graph}
    kinds |= {name: "sq" for name in graph if name.startswith("sq") and not name.endswith("0")}
    assert "square × 10" in labels(Folding(graph, kinds).drawing({}))


def test_the_rows_are_the_first_steps_and_those_that_have_something_to_tell() -> None:
    names = calls("sq", 1000)
    outcomes = {"sq_500": "skipped", "sq_900": "failed", "sq_901": "done"}
    rows = Folding(dict.fromkeys(names, ())).rows(outcomes, ("failed", "skipped"))
    assert rows[:10] == names[:10]
    assert rows[-2:] == ["sq_500", "sq_900"]
    assert len(rows) == 30
    failed = dict.fromkeys(names[200:], "failed") | {"sq_20": "skipped"}
    most = Folding(dict.fromkeys(names, ())).rows(failed, ("failed", "skipped"))
    assert most == [*names[:10], *names[200:220]]


def test_what_a_step_comes_after_is_told_in_few_words() -> None:
    assert Folding(fanned(calls("sq", 100))).after("report") == "sq × 100"
    after = Folding(fanned(named_apart(100))).after("report")
    assert after.endswith("prepare_the_region_of_2 … and 97 more")


def test_names_tell_which_calls_are_of_one_step() -> None:
    names = ["fit", "fit_2", "fit_03", "fit_1", "fit_2_2", "other_2", "fit_²"]
    alike = {name: kind for name, kind in called_alike(names).items() if kind != name}
    assert alike == {"fit_2": "fit", "fit_2_2": "fit_2"}
