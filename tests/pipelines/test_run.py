from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from stack_magic.display import render_html
from stack_magic.errors import InvalidPipelineError, UnknownNameError
from stack_magic.pipelines import Run, execute, pipeline, step

if TYPE_CHECKING:
    from stack_magic.stack import Stack


@step
def load() -> list[int]:
    return [1]


@step(outputs=("low", "high"))
def split(data: list[int]) -> tuple[int, float]:
    return 1, 2.0


@step
def fail(low: int) -> None:
    message = "<b>no luck</b>"
    raise ValueError(message)


@step
def report(nothing: None) -> None: ...


@pipeline
def train() -> None:
    low, _ = split(load())
    report(fail(low))


EXPECTED = """\
✕ train-1 on lab: failed in N s
step    after  outcome    time    outputs
------  -----  ---------  ------  ---------------------
load           ✓ done     N s  list
split   load   ✓ done     N s  low: int, high: float
fail    split  ✕ failed   N s
report  fail   ○ skipped
✕ fail failed
ValueError: <b>no luck</b>
  test_run.py, line N, in fail
    raise ValueError(message)"""


def without_numbers(text: str) -> str:
    return re.sub(r"line \d+", "line N", re.sub(r"\d+\.\d\d s", "N s", text))


def test_a_run_tells_the_same_words_each_time(stack: Stack) -> None:
    assert without_numbers(repr(execute(train, stack))) == EXPECTED


def test_an_old_run_is_what_it_was(stack: Stack) -> None:
    run = execute(train, stack)
    loaded = Run.load(stack, "train-1")
    assert repr(loaded) == repr(run)
    assert loaded["split"].outputs["high"] == 2.0
    assert loaded["load"].output == [1]
    assert list(loaded.steps) == ["load", "split", "fail", "report"]


def test_html_has_the_words_and_the_picture(stack: Stack) -> None:
    html = render_html(execute(train, stack).document())
    for words in ("<svg", "✓ done", "✕ failed", "low: int, high: float", "&lt;b&gt;no luck"):
        assert words in html
    assert "<b>no luck" not in html


def test_unknown_names_are_told_with_the_nearest(stack: Stack) -> None:
    run = execute(train, stack)
    with pytest.raises(UnknownNameError, match="did you mean 'load'"):
        _ = run["laod"]
    with pytest.raises(UnknownNameError, match="did you mean 'high'"):
        _ = run["split"].outputs["hihg"]
    with pytest.raises(UnknownNameError, match="train-7"):
        Run.load(stack, "train-7")


def test_the_only_output_is_asked_for_where_there_is_one(stack: Stack) -> None:
    run = execute(train, stack)
    with pytest.raises(InvalidPipelineError, match="several outputs: low, high"):
        _ = run["split"].output
    with pytest.raises(InvalidPipelineError, match="no output: it is failed"):
        _ = run["fail"].output
    assert repr(run["split"]) == "<step split: done, <outputs low: int, high: float>>"


def test_a_run_that_goes_on_has_no_end(stack: Stack) -> None:
    stack.metadata_store.start_run("train", "lab", parameters={}, steps=("load", "split"))
    run = Run.load(stack, "train-1")
    assert run.outcome is None
    assert repr(run).splitlines()[0] == "○ train-1 on lab: running"
    assert repr(run).count("not ended yet") == 2
    run.raise_for_outcome()


@step
def square(number: int) -> int:
    if number in {40, 70}:
        message = f"no square of {number}"
        raise ValueError(message)
    return number**2


@step
def total(numbers: list[int]) -> int:
    return sum(numbers)


@pipeline
def squares(count: int = 100) -> None:
    total([square(number) for number in range(count)])


FOLDED = """\
✕ squares-1 on lab: failed in N s
steps         after         outcome
------------  ------------  ---------------------
square × 100                98 ✓ done, 2 ✕ failed
total         square × 100  ○ skipped
One by one:
"""


def test_a_run_of_many_steps_tells_every_failure_in_few_words(stack: Stack) -> None:
    run = execute(squares, stack)
    text = without_numbers(repr(run))
    assert text.startswith(FOLDED)
    rows = [line for line in text.splitlines() if line.startswith(("square_", "total "))]
    failed = [line.split()[0] for line in rows if "✕ failed" in line]
    assert failed == ["square_41", "square_71"]
    assert any(line.startswith("total ") and "○ skipped" in line for line in rows)
    assert "… and 71 more of 101; run.steps has all" in text
    assert "✕ square_41 failed\nValueError: no square of 40" in text
    assert "✕ square_71 failed\nValueError: no square of 70" in text
    assert repr(Run.load(stack, "squares-1")) == repr(run)


def test_many_different_errors_are_named_and_a_few_are_shown(stack: Stack) -> None:
    @step
    def fail_each(number: int) -> None:
        raise ValueError(number)

    @pipeline
    def failing() -> None:
        for number in range(100):
            fail_each(number)

    run = execute(failing, stack)
    text = repr(run)
    assert "100 ✕ failed" in text
    assert text.count("ValueError: ") == 3
    assert "✕ failed too: fail_each_4, fail_each_5, " in text
    assert " … and 77 more; run.steps has the errors" in text
    assert len(render_html(run.document()).encode()) < 60_000
    assert run["fail_each_99"].error.startswith("ValueError: 98")


def test_steps_that_are_only_called_alike_are_told_apart(stack: Stack) -> None:
    @step(name="square_2")
    def other(number: int) -> int:
        return number

    @pipeline
    def mixed() -> None:
        other(0)
        for number in range(62):
            square(number if number != 40 else 0)

    text = repr(execute(mixed, stack))
    assert "square × 62" in text
    assert "square_2 " in text
