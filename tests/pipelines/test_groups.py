"""Lists, tuples and dicts of outputs as arguments, at any depth: the call gets their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.enums import Outcome, StackComponentType
from stack_magic.pipelines import execute, pipeline, step
from stack_magic.step_operators import SubprocessStepOperator

if TYPE_CHECKING:
    from collections.abc import Callable

    from stack_magic.stack import Stack

    from .conftest import MakeStack


@step
def load(rows: int = 1) -> list[int]:
    return list(range(rows))


@step
def shown(data: Any) -> str:
    return repr(data)


@step(step_operator="far")
def shown_elsewhere(data: Any) -> str:
    return repr(data)


@step
def named(first: int = 0, **more: Any) -> str:
    return repr((first, more))


class Key:
    """A key of which every instance looks the same."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __repr__(self) -> str:
        return "Key"

    def __hash__(self) -> int:
        return self.number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and other.number == self.number


GROUPS: list[Callable[[Any], Any]] = [
    lambda load: [load(1), 7, load(2)],
    lambda load: (load(1), [load(2)]),
    lambda load: {"a": load(1), 2: 7, ("x", None): load(2)},
    lambda load: [[load(1), load(2)], [load(3)], [4, [5]]],
    lambda load: {"train": [load(1), load(2)], "test": {"x": load(3), "y": None}},
    lambda load: [({"a": [(load(1),)]}, [[]])],
    lambda load: {"{'a': 1}": {"a": load(1)}, "data['a']": load(2)},
    lambda load: [load(rows) for rows in (1, 2)] * 2,
]


@pytest.mark.parametrize("group", GROUPS)
def test_a_step_gets_the_values_in_the_form_in_which_they_are_passed(
    stack: Stack, group: Callable[[Any], Any]
) -> None:
    @pipeline
    def showing() -> None:
        shown(group(load))

    for outcome in (Outcome.DONE, Outcome.CACHED):
        run = execute(showing, stack)
        assert run["shown"].output == repr(group(load.function))
        assert run["shown"].outcome is outcome


def test_each_output_is_an_edge_and_each_value_a_parameter() -> None:
    @pipeline
    def showing() -> None:
        shown({"a": [load(), {"b": load()}], "c": 7, "d": [8]})

    node = showing.graph().nodes["shown"]
    assert list(node.inputs) == ["data['a'][0]", "data['a'][1]['b']"]
    assert node.upstream == ("load", "load_2")
    assert node.parameters == {"data['c']": 7, "data['d']": [8]}


def test_a_group_travels_to_a_step_operator(make_stack: MakeStack) -> None:
    operator = SubprocessStepOperator(name="far")
    stack = make_stack(extra={StackComponentType.STEP_OPERATOR: operator})

    @pipeline
    def showing() -> None:
        shown_elsewhere({"a": [load(1), ({"b": load(2)}, 3)]})

    assert execute(showing, stack)["shown_elsewhere"].output == "{'a': [[0], ({'b': [0, 1]}, 3)]}"


def test_another_form_of_the_same_values_is_another_call(stack: Stack) -> None:
    forms: list[Callable[[Any], Any]] = [
        lambda x: [x, x],
        lambda x: (x, x),
        lambda x: [[x, x]],
        lambda x: [[x], [x]],
        lambda x: {0: x, 1: x},
        lambda x: {1: x, 0: x},
    ]
    made: Any = None

    @pipeline
    def showing() -> None:
        shown(made(load()))

    for made in forms:
        run = execute(showing, stack)
        assert run["shown"].outcome is Outcome.DONE
        assert run["shown"].output == repr(made([0]))


def test_keys_that_look_the_same_are_two(stack: Stack) -> None:
    @step
    def numbers(data: Any) -> dict[int, Any]:
        return {key.number: value for key, value in data.items()}

    keys = (1, 2)

    @pipeline
    def numbering() -> None:
        numbers({Key(key): load(key) for key in keys})

    assert execute(numbering, stack)["numbers"].output == {1: [0], 2: [0, 1]}
    keys = (1, 3)

    @pipeline
    def again() -> None:
        numbers({Key(1): load(1), Key(3): load(2)})

    assert execute(again, stack)["numbers"].output == {1: [0], 3: [0, 1]}


def test_a_key_that_cannot_be_read_is_why_a_step_is_not_cached(stack: Stack) -> None:
    key = memoryview(b"ab")

    @step
    def count(data: Any) -> int:
        return len(data)

    @pipeline
    def counting() -> None:
        count({key: load()})

    for _ in range(2):
        run = execute(counting, stack)
        assert run["count"].outcome is Outcome.DONE
        told = run["count"].record.reason
        assert "a key of a dict of outputs cannot be read as data" in told


def test_a_generator_of_outputs_is_a_list_of_them(stack: Stack) -> None:
    @pipeline
    def showing() -> None:
        shown(load(rows) for rows in (1, 2))
        shown(shown(number) for number in (1, 2))

    run = execute(showing, stack)
    assert run["shown"].output == "[[0], [0, 1]]"
    assert list(run.steps)[3:] == ["shown_2", "shown_3", "shown_4"]
    assert run["shown_4"].output == "['1', '2']"


def test_named_arguments_arrive_in_the_order_of_the_call(stack: Stack) -> None:
    @pipeline
    def naming() -> None:
        named(z=load(1), b=2, y=[load(2)], first=4, a=load(3))
        named(b=2, a=load(3), first=4, z=load(1), y=[load(2)])

    run = execute(naming, stack)
    assert run["named"].output == "(4, {'z': [0], 'b': 2, 'y': [[0, 1]], 'a': [0, 1, 2]})"
    assert run["named_2"].output == "(4, {'b': 2, 'a': [0, 1, 2], 'z': [0], 'y': [[0, 1]]})"


def test_a_named_argument_may_be_called_like_a_member_of_another(stack: Stack) -> None:
    @pipeline
    def naming() -> None:
        arguments: dict[str, Any] = {"data": [load(1)], "data[0]": 5}
        named(**arguments)

    assert execute(naming, stack)["named"].output == "(0, {'data': [[0]], 'data[0]': 5})"
