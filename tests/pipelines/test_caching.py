from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.enums import Outcome
from stack_magic.pipelines import Pipeline, execute, pipeline, step

if TYPE_CHECKING:
    from collections.abc import Callable

    from stack_magic.stack import Stack

HEAD = "from stack_magic.pipelines import pipeline, step\n"
FIT = "@step\ndef fit(x, rate=1):\n    return scaled(x) * rate\n"
TRAIN = "@pipeline\ndef train(rate=1):\n    fit(load(), rate)\n"


@pytest.fixture
def train(cell: Callable[[str], dict[str, Any]]) -> Pipeline:
    cell(HEAD + "@step\ndef load():\n    return [1, 2]\n")
    cell("FACTOR = 2\ndef scaled(x):\n    return sum(x) * FACTOR\n")
    found: Pipeline = cell(FIT + TRAIN)["train"]
    return found


def outcomes(asked: Pipeline, stack: Stack, **parameters: Any) -> list[str]:
    run = execute(asked, stack, parameters=parameters)
    return [str(s.outcome) for s in run.steps.values()]


def test_an_unchanged_step_is_taken_from_the_cache(stack: Stack, train: Pipeline) -> None:
    assert outcomes(train, stack) == ["done", "done"]
    assert outcomes(train, stack) == ["cached", "cached"]
    again = execute(train, stack)
    assert again["fit"].output == 6
    assert again.outcome is Outcome.DONE


def test_without_cache_everything_runs(stack: Stack, train: Pipeline) -> None:
    execute(train, stack)
    run = execute(train, stack, cache=False)
    assert {s.outcome for s in run.steps.values()} == {Outcome.DONE}
    assert outcomes(train, stack) == ["cached", "cached"]


@pytest.mark.parametrize(
    "source",
    [
        "# a remark\n@step\ndef fit(x,\n        rate = 1):\n\n    return scaled(x)*rate  # so\n",
        "unrelated = 1\n",
        "FACTOR = 2\ndef scaled(x):\n    '''Sum it.'''\n    return sum(x) * FACTOR\n",
    ],
)
def test_comments_layout_and_other_cells_change_nothing(
    stack: Stack, train: Pipeline, cell: Callable[[str], dict[str, Any]], source: str
) -> None:
    execute(train, stack)
    train = cell(source + TRAIN)["train"]
    assert outcomes(train, stack) == ["cached", "cached"]


@pytest.mark.parametrize(
    "source",
    [
        "@step\ndef fit(x, rate=1):\n    return scaled(x) + rate\n",
        "def scaled(x):\n    return sum(x) - FACTOR\n",
        "FACTOR = 3\n",
    ],
)
def test_a_change_of_code_or_of_what_it_reads_runs_again(
    stack: Stack, train: Pipeline, cell: Callable[[str], dict[str, Any]], source: str
) -> None:
    execute(train, stack)
    train = cell(source + TRAIN)["train"]
    assert outcomes(train, stack) == ["cached", "done"]


def test_other_parameters_run_again(stack: Stack, train: Pipeline) -> None:
    assert outcomes(train, stack, rate=2) == ["done", "done"]
    assert outcomes(train, stack, rate=3) == ["cached", "done"]
    assert outcomes(train, stack, rate=2) == ["cached", "cached"]


def test_other_inputs_run_again(
    stack: Stack, train: Pipeline, cell: Callable[[str], dict[str, Any]]
) -> None:
    execute(train, stack)
    cell("@step\ndef load():\n    return [5]\n")
    assert outcomes(train, stack) == ["done", "done"]


def test_the_same_input_from_other_code_is_enough(
    stack: Stack, train: Pipeline, cell: Callable[[str], dict[str, Any]]
) -> None:
    execute(train, stack)
    cell("@step\ndef load():\n    return [1, 1 + 1]\n@step\ndef unused(): ...\n")
    cell("@step\ndef load():\n    numbers = [1]\n    return [*numbers, 2]\n")
    assert outcomes(train, stack) == ["done", "cached"]


def test_a_step_may_refuse_the_cache(stack: Stack) -> None:
    @step(cache=False)
    def now() -> int:
        return 1

    @pipeline
    def train() -> None:
        now()

    execute(train, stack)
    assert outcomes(train, stack) == ["done"]


def test_another_artifact_store_has_no_cached_artifacts(
    make_stack: Callable[..., Stack], train: Pipeline
) -> None:
    execute(train, make_stack())
    assert outcomes(train, make_stack(artifacts="elsewhere")) == ["done", "done"]


def test_a_failed_step_is_not_cached(stack: Stack) -> None:
    luck: list[int] = []

    @step
    def flaky() -> int:
        luck.append(1)
        return 1 // (len(luck) - 1)

    @pipeline
    def train() -> None:
        flaky()

    assert outcomes(train, stack) == ["failed"]
    assert outcomes(train, stack) == ["done"]


def test_a_parameter_that_is_no_data_is_never_cached(stack: Stack) -> None:
    class Handle:
        def __reduce__(self) -> Any:
            raise TypeError

        __slots__ = ()

    @step
    def use(handle: Any) -> int:
        return 1

    @pipeline
    def train() -> None:
        use(Handle())

    execute(train, stack)
    assert outcomes(train, stack) == ["done"]


def test_the_same_step_twice_is_two_steps(stack: Stack) -> None:
    drawn: list[int] = []

    @step
    def draw() -> int:
        drawn.append(1)
        return 7

    @pipeline
    def train() -> None:
        draw()
        draw()

    assert outcomes(train, stack) == ["done", "done"]
