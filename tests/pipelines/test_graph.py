from __future__ import annotations

from typing import Any

import pytest

from stack_magic.display import render_html
from stack_magic.errors import InvalidNameError, InvalidPipelineError
from stack_magic.pipelines import Placeholder, pipeline, step


@step
def load(rows: int = 3) -> list[int]:
    return list(range(rows))


@step
def fit(data: Any, rate: float = 0.5) -> float:
    return float(sum(data) * rate)


@step(outputs=("train", "test"))
def split(data: list[int]) -> tuple[list[int], list[int]]:
    return data[:2], data[2:]


def test_a_step_outside_a_pipeline_is_the_plain_function() -> None:
    assert fit(load(3), rate=2) == 6
    assert fit.__wrapped__.__name__ == "fit"
    with pytest.raises(TypeError, match="unsupported operand"):
        fit(["a"])


def test_calls_inside_a_pipeline_become_nodes_and_edges() -> None:
    @pipeline
    def train() -> None:
        train_part, test_part = split(load())
        fit(train_part)
        fit(test_part, rate=1.0)

    graph = train.graph()
    assert list(graph.nodes) == ["load", "split", "fit", "fit_2"]
    assert graph.edges == (("load", "split"), ("split", "fit"), ("split", "fit_2"))
    assert graph.nodes["fit_2"].parameters == {"rate": 1.0}
    assert graph.nodes["fit_2"].inputs["data"].output == "test"


def test_later_calls_are_numbered_past_steps_that_are_really_called_so() -> None:
    second, fourth = step(name="load_2")(load.function), step(name="load_4")(load.function)

    @pipeline
    def train() -> None:
        load()
        second()
        load()
        load()
        fourth()
        second()
        load()

    names = ["load", "load_2", "load_3", "load_4", "load_4_2", "load_2_2", "load_5"]
    assert list(train.graph().nodes) == names


def test_a_step_comes_after_another_once() -> None:
    @pipeline
    def train() -> None:
        first, second, third = load(1), load(2), load(3)
        third.after(second, first).after(second)  # type: ignore[attr-defined]

    assert train.graph().nodes["load_3"].after == ("load_2", "load")


def test_a_tuple_annotation_names_the_outputs() -> None:
    @step
    def pair() -> tuple[int, str]:
        return 1, "a"

    @step
    def many() -> tuple[int, ...]:
        return (1,)

    assert pair.outputs == ("output_0", "output_1")
    assert many.outputs == ("output",)


def test_after_orders_steps_that_share_nothing() -> None:
    @pipeline
    def train() -> None:
        first = load()
        second = load(2)
        first.after(second)  # type: ignore[attr-defined]

    assert list(train.graph().nodes) == ["load_2", "load"]


def test_a_cycle_is_named() -> None:
    @step
    def a() -> int:
        return 1

    @step
    def b(x: int) -> int:
        return x

    @pipeline
    def round_trip() -> None:
        x: Any = a()
        x.after(b(x))

    with pytest.raises(InvalidPipelineError, match=r"a -> b -> a|b -> a -> b"):
        round_trip.graph()


def test_a_missing_input_names_step_and_argument() -> None:
    @pipeline
    def train() -> None:
        fit()  # type: ignore[call-arg]

    with pytest.raises(InvalidPipelineError, match=r"step 'fit'.*no argument 'data'"):
        train.graph()


def test_an_unexpected_argument_is_refused() -> None:
    @pipeline
    def train() -> None:
        load(speed=3)  # type: ignore[call-arg]

    with pytest.raises(InvalidPipelineError, match="unexpected keyword argument 'speed'"):
        train.graph()


def test_an_empty_pipeline_is_refused() -> None:
    @pipeline
    def nothing() -> None:
        """Do nothing."""

    with pytest.raises(InvalidPipelineError, match="'nothing' has no steps"):
        nothing.graph()


def test_a_placeholder_of_another_pipeline_is_refused() -> None:
    kept: list[Any] = []

    @pipeline
    def one() -> None:
        kept.append(load())

    @pipeline
    def two() -> None:
        fit(kept[0])

    one.graph()
    with pytest.raises(InvalidPipelineError, match="belongs to another pipeline"):
        two.graph()


@pytest.mark.parametrize(
    "misuse",
    [
        lambda x: 1 if x else 2,
        lambda x: x + 1,
        lambda x: 1 + x,
        lambda x: x[0],
        lambda x: x == 3,
        lambda x: x > 3,
        lambda x: f"{x}",
        lambda x: x.mean(),
        lambda x: x(),
        len,
    ],
)
def test_a_placeholder_has_no_value_yet(misuse: Any) -> None:
    @pipeline
    def train() -> None:
        misuse(load())

    with pytest.raises(InvalidPipelineError, match="only known while the pipeline is running"):
        train.graph()


def test_a_single_output_cannot_be_unpacked() -> None:
    @pipeline
    def train() -> None:
        _a, _b = load()

    with pytest.raises(InvalidPipelineError, match="single output 'output'"):
        train.graph()


def test_a_list_of_outputs_is_one_argument() -> None:
    @pipeline
    def train() -> None:
        fit([load(), 7, load()])

    node = train.graph().nodes["fit"]
    assert node.upstream == ("load", "load_2")
    assert list(node.inputs) == ["data[0]", "data[2]"]
    assert node.parameters["data[1]"] == 7


def test_a_name_like_one_of_many_is_refused() -> None:
    @step
    def merge(*parts: Any, **named: int) -> None: ...

    @pipeline
    def train() -> None:
        merge(load(), parts_0=1)

    with pytest.raises(InvalidPipelineError, match=r"'parts_0' beside \*parts"):
        train.graph()


def test_steps_may_take_any_number_of_inputs() -> None:
    @step
    def merge(*parts: list[int], **named: int) -> int:
        return len(parts)

    @pipeline
    def train() -> None:
        merge(load(), load(), low=1)

    node = train.graph().nodes["merge"]
    assert list(node.inputs) == ["parts_0", "parts_1"]
    assert node.parameters == {"low": 1}


def test_a_pipeline_may_call_another() -> None:
    @pipeline
    def inner() -> Any:
        return load()

    @pipeline
    def outer() -> None:
        fit(inner())

    assert list(outer.graph().nodes) == ["load", "fit"]
    with pytest.raises(InvalidPipelineError, match=r"outer\.run\(\)"):
        outer()


def test_a_graph_shows_itself_in_words() -> None:
    @pipeline
    def train() -> None:
        fit(load())

    graph = train.graph()
    assert repr(graph).splitlines()[0] == "train: 2 steps"
    assert "<svg" in render_html(graph.document())


def test_a_graph_of_many_steps_is_shown_folded() -> None:
    @pipeline
    def train() -> None:
        data = load()
        fit([fit(data, rate) for rate in range(999)])

    graph = train.graph()
    lines = repr(graph).splitlines()
    assert lines[:4] == [
        "train: 1001 steps",
        "steps      after",
        "---------  ---------",
        "load",
    ]
    assert lines[4:7] == ["fit × 999  load", "fit_1000   fit × 999", "One by one:"]
    assert lines[-1] == "… and 971 more of 1001; graph.nodes has all"
    assert len(render_html(graph.document()).encode()) < 60_000


def test_names_are_checked_and_commands_words_are_free_for_steps() -> None:
    def _hidden() -> None: ...
    def validate() -> None: ...

    with pytest.raises(InvalidNameError, match=r"'_hidden'.*\n.*@step\(name"):
        step(_hidden)
    assert step(name="shown")(_hidden).name == "shown"
    assert step(validate).name == "validate"
    with pytest.raises(InvalidNameError, match="a pipeline needs a name"):
        pipeline(_hidden)


@pytest.mark.parametrize("thing", [3, object()])
def test_only_functions_are_steps(thing: Any) -> None:
    with pytest.raises(InvalidPipelineError, match="a step is a function"):
        step(thing)


def test_placeholders_stay_quiet_for_tools_that_look() -> None:
    seen: list[Any] = []

    @pipeline
    def train() -> None:
        seen.append(load())

    train.graph()
    assert isinstance(seen[0], Placeholder)
    assert repr(seen[0]) == "<output of step load>"
    assert not hasattr(seen[0], "_repr_html_")
