from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.errors import InvalidPipelineError, RunFailedError, StackMagicError
from stack_magic.pipelines import Pipeline, execute, install_runner, pipeline, step

if TYPE_CHECKING:
    from stack_magic.stack import Stack


@step
def scale(rate: Any) -> Any:
    return rate


@pipeline
def train(rate: float, rounds: int = 3, note="n") -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Train a model.

    At length.
    """
    scale((rate, rounds, note))


def test_parameters_come_from_the_signature() -> None:
    assert list(train.parameters) == ["rate", "rounds", "note"]
    assert train.parameters["rate"].required
    assert train.parameters["rounds"].default == 3
    assert train.summary == "Train a model."


def test_text_becomes_what_is_annotated() -> None:
    assert train.read({"rate": "0.5", "rounds": "7"}) == {"rate": 0.5, "rounds": 7, "note": "n"}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"rate": "fast"}, "parameter 'rate' of pipeline 'train'"),
        ({}, "needs a value for 'rate'"),
        ({"rate": 1, "round": 2}, "no parameter 'round'\nhint: did you mean 'rounds'"),
    ],
)
def test_a_wrong_parameter_is_named(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidPipelineError, match=message):
        train.graph(**parameters)


def of_stack(stack: str) -> None: ...


def of_cache(cache: str) -> None: ...


def of_no_cache(no_cache: str) -> None: ...


def of_help(help: str) -> None: ...


@pytest.mark.parametrize("odd", [of_stack, of_cache, of_no_cache, of_help])
def test_names_of_run_are_taken(odd: Any) -> None:
    (name,) = odd.__annotations__.keys() - {"return"}
    with pytest.raises(InvalidPipelineError, match="a run has those") as refused:
        pipeline(odd)
    assert f"def {odd.__name__}({name}_value)" in str(refused.value)


def test_running_without_a_session_says_so() -> None:
    undo = install_runner(None)  # type: ignore[arg-type]
    with pytest.raises(StackMagicError, match="%load_ext stack_magic"):
        train.run(rate=1)
    undo()


def test_run_goes_to_the_installed_runner(stack: Stack) -> None:
    asked: list[tuple[str, str | None, bool]] = []

    @step
    def fail() -> None:
        message = "no luck"
        raise ValueError(message)

    @pipeline
    def doomed() -> None:
        fail()

    def runner(asked_for: Pipeline, name: str | None, cache: bool, values: Any) -> Any:
        asked.append((asked_for.name, name, cache))
        return execute(asked_for, stack, cache=cache, parameters=values)

    undo = install_runner(runner)
    try:
        run = doomed.run("lab", cache=False)
    finally:
        undo()
    assert asked == [("doomed", "lab", False)]
    with pytest.raises(RunFailedError, match="fail: ValueError: no luck") as caught:
        run.raise_for_outcome()
    assert vars(caught.value)["run"] is run
