"""What a step is given and what it returns: annotations, names, generators, coroutines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import numpy as np
import pandas as pd
import pytest

from stack_magic.errors import InvalidPipelineError
from stack_magic.pipelines import execute, pipeline, step

if TYPE_CHECKING:
    from decimal import Decimal

    from stack_magic.stack import Stack


@dataclass
class Config:
    rate: float


class Row(NamedTuple):
    name: str


def returning(value: Any, annotation: Any, *, strict: bool = False) -> Any:
    """Return a pipeline of one step, which returns *value* and is annotated so."""

    def give() -> Any:
        return value

    give.__annotations__["return"] = annotation
    given = step(strict=strict, cache=False)(give)

    @pipeline
    def one() -> None:
        given()

    return one


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        (1, int),
        (1, float),
        (True, int),
        ([True, 2], list[int]),
        (np.int64(1), int),
        (np.float32(1), float),
        (np.bool_(1), bool),
        (None, int | None),
        (None, None),
        ([1, 2], Sequence[int]),
        (range(2), Sequence[int]),
        ("ab", Sequence[str]),
        ({"a": 1}, dict[str, int]),
        (datetime(2026, 1, 1), date),  # noqa: DTZ001 - one without a zone
        (pd.DataFrame(), pd.DataFrame),
        ([pd.DataFrame()], list[pd.DataFrame]),
        (Config(1), Config),
        (Row("a"), Row),
        ("a", Literal["a", "b"]),
        (1, Any),
        (1, object),
        (1, Annotated[int, "count"]),
        (1, "int"),
        (1, "Decimal"),  # it is imported for type checkers only
        (1, "not an annotation"),
        (True, int | str),
    ],
)
def test_what_fits_is_not_told(
    stack: Stack, capsys: pytest.CaptureFixture[str], value: Any, annotation: Any
) -> None:
    assert str(execute(returning(value, annotation, strict=True), stack).outcome) == "done"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("value", "annotation", "said"),
    [
        ("a", int, "is str, and int is annotated"),
        (1, str, "is int, and str is annotated"),
        (1.5, int, "is float, and int is annotated"),
        (None, int, "is NoneType, and int is annotated"),
        (1, None, "is int, and NoneType is annotated"),
        ([1, "a"], list[int], "is list with str at [1], and list[int] is annotated"),
        ((1, 2), list[int], "is tuple, and list[int] is annotated"),
        ({"a": "b"}, dict[str, int], "with str at ['a'], and dict[str, int] is annotated"),
        ({"rate": 1}, Config, "is dict, and Config is annotated"),
        ([], pd.DataFrame, "is list, and DataFrame is annotated"),
        ("c", Literal["a", "b"], "is str, and Literal['a', 'b'] is annotated"),
        (Path("a"), "str", "is PosixPath, and str is annotated"),
        (1, Callable[[int], int], "is int, and "),
    ],
)
def test_what_does_not_fit_is_told_and_a_strict_step_fails(
    stack: Stack, capsys: pytest.CaptureFixture[str], value: Any, annotation: Any, said: str
) -> None:
    assert str(execute(returning(value, annotation), stack).outcome) == "done"
    told = capsys.readouterr().out
    assert told.startswith("▲ step 'give': what it returns")
    assert said in told
    error = execute(returning(value, annotation, strict=True), stack)["give"].error
    assert f"what it returns {said}" in error or said in error
    assert "leave strict=True out" in error


def test_arguments_are_checked_and_told_once_a_run(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    @step(cache=False)
    def use(data: int, *more: int, **named: str) -> int:
        return 1

    @step
    def text() -> str:
        return "one"

    @pipeline
    def using() -> None:
        wrong: Any = use
        wrong(text(), 1, "two", name=3)
        wrong(text())

    for _ in range(2):
        execute(using, stack)
        told = capsys.readouterr().out.splitlines()
        assert [line.partition(", and")[0] for line in told] == [
            "▲ step 'use': argument 'data' is str",
            "▲ step 'use': argument 'more[1]' is str",
            "▲ step 'use': argument 'name' is int",
        ]


def test_a_strict_step_does_not_begin_with_what_does_not_fit(stack: Stack) -> None:
    began: list[int] = []

    @step(strict=True, cache=False)
    def use(data: int) -> int:
        began.append(1)
        return data

    @pipeline
    def using() -> None:
        use("one")  # type: ignore[arg-type]

    assert "argument 'data' is str, and int is annotated" in execute(using, stack)["use"].error
    assert not began


def test_annotations_name_outputs(stack: Stack) -> None:
    @step
    def one() -> Annotated[int, "count"]:
        return 1

    @step
    def two() -> tuple[Annotated[int, "low"], Annotated[int, "high"], int]:
        return 1, 2, 3

    @step
    def unknown() -> tuple[Annotated[Decimal, "exact"], Annotated[Decimal, "rounded"]]:
        raise NotImplementedError

    assert one.outputs == ("count",)
    assert two.outputs == ("low", "high", "output_2")
    assert unknown.outputs == ("exact", "rounded")

    @pipeline
    def both() -> None:
        one()
        two()

    run = execute(both, stack)
    assert (run["one"].output, run["two"].outputs["high"]) == (1, 2)


def test_an_output_has_a_name_of_its_own() -> None:
    with pytest.raises(InvalidPipelineError, match=r"different names, not \['same', 'same'\]"):

        @step
        def two() -> tuple[Annotated[int, "same"], Annotated[int, "same"]]:
            return 1, 2


def test_a_generator_is_read_once_for_all_steps(stack: Stack) -> None:
    @step
    def total(items: Any) -> list[int]:
        return list(items)

    @pipeline
    def twice() -> None:
        numbers = (number for number in range(3))
        total(numbers)
        total(numbers)
        total(map(abs, [-1]))

    run = execute(twice, stack)
    assert [one.output for one in run.steps.values()] == [[0, 1, 2], [0, 1, 2], [1]]


def test_a_step_may_be_a_generator_or_return_one(stack: Stack) -> None:
    @step
    def lines() -> Iterator[str]:
        yield "a"
        yield "b"

    @step
    def made() -> Any:
        return (number for number in range(2))

    @step(outputs=("low", "high"))
    def pair() -> Any:
        return zip("a", [1], strict=True), 2

    @pipeline
    def reading() -> None:
        lines()
        made()
        pair()

    run = execute(reading, stack)
    assert run["lines"].output == ["a", "b"]
    assert run["made"].output == [0, 1]
    assert run["pair"].outputs["low"] == [("a", 1)]


def test_a_generator_without_end_is_refused(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stack_magic.pipelines._iterators.MOST", 100)

    def endless() -> Iterator[int]:
        while True:
            yield 1

    @step
    def use(items: Any) -> int:
        return 1

    @pipeline
    def using() -> None:
        use(endless())

    @pipeline
    def making() -> None:
        step(name="make")(endless)()

    with pytest.raises(InvalidPipelineError, match="step 'use' is a generator of more than 100"):
        using.graph()
    assert "what step 'make' returns is a generator of more" in execute(making, stack)["make"].error


@step
async def fetch() -> int:
    await asyncio.sleep(0)
    return 3


@step
async def stream() -> AsyncIterator[int]:
    for number in range(2):
        await asyncio.sleep(0)
        yield number


@step
def by_itself() -> int:
    return asyncio.run(fetch.function()) + 2


@pipeline
def waiting() -> None:
    results: list[Any] = [fetch(), stream(), by_itself()]
    assert len(results) == 3


def test_coroutines_and_their_generators_run(stack: Stack) -> None:
    async def in_a_loop() -> Any:
        run = execute(waiting, stack, cache=False)
        assert asyncio.get_running_loop() is asyncio.get_event_loop()
        return run

    for run in (asyncio.run(in_a_loop()), execute(waiting, stack, cache=False)):
        assert [one.output for one in run.steps.values()] == [3, [0, 1], 5]


def test_an_argument_may_have_any_name(stack: Stack) -> None:
    @step
    def names(**given: Any) -> dict[str, Any]:
        return given

    @pipeline
    def naming() -> None:
        names(self=3, args=4, kwargs=5, step=6, node=7)

    given = {"self": 3, "args": 4, "kwargs": 5, "step": 6, "node": 7}
    assert execute(naming, stack)["names"].output == given
    assert names(self=1) == {"self": 1}


def test_a_method_is_no_step() -> None:
    class Steps:
        @step
        def method(self, x: int) -> int:
            return x

        @staticmethod
        @step
        def static(x: int) -> int:
            return x

        @step
        def plain() -> int:
            return 1

    @pipeline
    def calling() -> None:
        Steps.static(Steps.plain())

    assert list(calling.graph().nodes) == ["plain", "static"]
    steps: Any = Steps()
    assert steps.static(2) == 2
    with pytest.raises(InvalidPipelineError, match="put @staticmethod above @step"):
        steps.method(1)


@pytest.mark.parametrize(
    ("decorate", "said"),
    [
        (lambda: step(enable_cache=False), r"@step\(cache=False\)"),  # type: ignore[call-overload]
        (lambda: step(outputz="a"), "did you mean outputs="),  # type: ignore[call-overload]
        (lambda: step(settings={}), "it has name, outputs"),  # type: ignore[call-overload]
        (lambda: pipeline(enable_cache=False), "--no-cache"),  # type: ignore[call-overload]
    ],
)
def test_options_of_other_tools_are_answered_with_ours(
    decorate: Callable[[], Any], said: str
) -> None:
    with pytest.raises(InvalidPipelineError, match=said):
        decorate()


def test_steps_as_arguments_of_a_pipeline_are_answered_with_how_it_is_written() -> None:
    @step
    def one() -> int:
        return 1

    @pipeline
    def first(one: Any, two: Any) -> None:
        two(one())

    @step
    def two(x: int) -> int:
        return x

    written: list[Callable[[], Any]] = [
        lambda: first(one=one(), two=one),
        lambda: first(one=one(), two=two()),  # type: ignore[call-arg]
    ]
    for wrong in written:
        with pytest.raises(InvalidPipelineError, match=r"def p\(\): two\(one\(\)\)"):
            wrong()


class TestNesting:
    """`inner()` and `inner.run()` in a pipeline add the steps of the inner one."""

    def test_both_add_the_steps(self, stack: Stack) -> None:
        @step
        def one(x: int = 1) -> int:
            return x

        @pipeline
        def inner(x: int = 2) -> Any:
            return one(x)

        @pipeline
        def outer() -> None:
            one(inner())
            inner.run(x="3")

        run = execute(outer, stack)
        assert [each.output for each in run.steps.values()] == [2, 2, 3]

    def test_the_values_of_the_inner_run_are_not_there(self) -> None:
        @step
        def one(x: Any = 1) -> int:
            return 1

        @pipeline
        def inner() -> None:
            one()

        uses: list[Callable[[Any], Any]] = [
            lambda run: run["one"],
            lambda run: run.outcome,
            one,
            lambda run: one([run]),
            list,
            str,
        ]
        for use in uses:

            @pipeline
            def outer(use: Any = use) -> None:
                use(inner.run())

            with pytest.raises(InvalidPipelineError, match=r"run of pipeline '?inner"):
                outer.graph()

    def test_it_has_no_stack_of_its_own(self) -> None:
        @pipeline
        def inner() -> None: ...

        @pipeline
        def outer() -> None:
            inner.run("other")

        with pytest.raises(InvalidPipelineError, match=r"inner\.run\(\) without stack="):
            outer.graph()

    def test_what_calls_itself_is_refused_at_once(self) -> None:
        @step
        def one() -> int:
            return 1

        @pipeline
        def itself() -> None:
            one()
            itself()

        @pipeline
        def first() -> None:
            second()

        @pipeline
        def second() -> None:
            first.run()

        with pytest.raises(InvalidPipelineError, match=r"calls itself \(itself -> itself\)"):
            itself.graph()
        with pytest.raises(InvalidPipelineError, match=r"\(first -> second -> first\)"):
            first.graph()

    def test_another_run_does_not_begin_while_a_graph_is_made(self, stack: Stack) -> None:
        @pipeline
        def inner() -> None: ...

        @pipeline
        def outer() -> None:
            execute(inner, stack)

        with pytest.raises(InvalidPipelineError, match="cannot be run while 'outer' is made"):
            outer.graph()
