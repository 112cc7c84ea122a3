"""An output of a step is an edge of the graph or an error, wherever it hides."""

from __future__ import annotations

import collections
import functools
import threading
import types
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from stack_magic.errors import InvalidPipelineError
from stack_magic.pipelines import pipeline, step

if TYPE_CHECKING:
    from collections.abc import Callable


@step
def load(rows: int = 3) -> list[int]:
    return list(range(rows))


@step
def fit(data: Any, rate: float = 0.5) -> float:
    return float(sum(data) * rate)


class Config:
    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


class Slotted:
    __slots__ = ("inner",)

    def __init__(self, inner: Any) -> None:
        self.inner = inner


class Locked(Config):
    def __init__(self, value: Any) -> None:
        super().__init__(value=value, lock=threading.Lock())


def _closure(value: Any) -> Callable[[], Any]:
    return lambda: value


def _default(value: Any) -> Callable[[], Any]:
    def inner(held: Any = value) -> Any:
        return held

    return inner


def _class_with(value: Any) -> type:
    return type("Made", (), {"value": value})


def _array(value: Any) -> Any:
    array = np.empty(1, dtype=object)
    array[0] = value
    return array


def _within_itself(values: list[Any]) -> list[Any]:
    values.append(values)
    return values


@pytest.mark.parametrize(
    "wrap",
    [
        lambda x: {x},
        lambda x: [[{x}]],
        lambda x: {x: 1},
        lambda x: [{"a": 1, x: 2, "b": x}],
        lambda x: {"a": {"b": Config(x=x)}},
        lambda x: _within_itself([x]),
        lambda x: Config(x=x),
        lambda x: Config(deeper=[Config(x=x)]),
        Slotted,
        Locked,
        _closure,
        _default,
        _class_with,
        _array,
        lambda x: pd.Series([1, x]),
        lambda x: pd.DataFrame({"a": [x]}),
        lambda x: functools.partial(print, x),
        lambda x: collections.deque([x]),
        lambda x: types.SimpleNamespace(x=x),
        lambda x: types.MappingProxyType({"x": x}),
        lambda x: [(one for one in [x])],
    ],
)
def test_an_output_within_another_object_is_refused(wrap: Callable[[Any], Any]) -> None:
    @pipeline
    def train() -> None:
        fit(wrap(load()))

    said = r"argument 'data.*' of step 'fit' is an? .* with <output of step load> inside"
    with pytest.raises(InvalidPipelineError, match=said):
        train.graph()


def test_an_output_that_a_step_reads_by_itself_is_refused() -> None:
    @pipeline
    def by_closure() -> None:
        data = load()

        @step
        def use() -> Any:
            return data

        use()

    with pytest.raises(InvalidPipelineError, match="step 'use' reads <output of step load> by"):
        by_closure.graph()

    @pipeline
    def by_global() -> None:
        globals()["HELD"] = [load()]
        use_global()

    try:
        with pytest.raises(InvalidPipelineError, match="by the name 'HELD'"):
            by_global.graph()
    finally:
        del globals()["HELD"]


@step
def use_global() -> Any:
    return HELD  # type: ignore[name-defined]  # noqa: F821 - a pipeline sets it


def test_an_output_that_is_put_into_an_argument_later_is_refused() -> None:
    @pipeline
    def train() -> None:
        held: Any = Locked(1)  # it cannot be copied
        fit(held)
        held.value = load()

    with pytest.raises(InvalidPipelineError, match="is a Locked with <output of step load>"):
        train.graph()


def test_an_output_as_default_of_a_step_is_refused() -> None:
    @pipeline
    def train() -> None:
        data = load()

        @step
        def use(data: Any = data) -> Any:
            return data

        use()

    with pytest.raises(InvalidPipelineError, match="by the name 'default 0'"):
        train.graph()


def test_whether_an_output_is_none_is_asked_in_a_step() -> None:
    @pipeline
    def asking() -> None:
        data = load()
        if data is None:
            fit(1)

    @pipeline
    def asking_at_once() -> None:
        fit(1 if load() is not None else 2)

    for refused, what in ((asking, "data"), (asking_at_once, r"load\(\)")):
        with pytest.raises(InvalidPipelineError, match=f"asks whether '{what}' is None"):
            refused.graph()


@pipeline
def asks_within() -> Any:
    data: Any = load()
    return fit(1 if data is None else data)


def test_whether_an_output_is_none_is_asked_in_a_step_by_whatever_the_pipeline_calls() -> None:
    def deeper() -> Any:
        data: Any = load()
        return data if data is not None else fit(1)

    def helper() -> Any:
        return deeper()

    class Steps:
        load = staticmethod(load)

    @pipeline
    def by_helper() -> None:
        fit(helper())

    @pipeline
    def by_pipeline() -> None:
        fit(asks_within())

    @pipeline
    def by_class() -> None:
        fit(1 if Steps.load() is None else 2)

    cases = {
        by_helper: r"deeper\(\) in pipeline 'by_helper' asks whether 'data' is None",
        by_pipeline: "pipeline 'asks_within' asks whether 'data' is None",
        by_class: r"pipeline 'by_class' asks whether 'Steps.load\(\)' is None",
    }
    for refused, said in cases.items():
        with pytest.raises(InvalidPipelineError, match=said):
            refused.graph()


def test_whether_what_a_helper_returns_is_none_is_asked_in_a_step() -> None:
    def loaded() -> Any:
        data = load()
        fit(data)
        return data

    def fitted(number: int) -> Any:
        if number:
            return fit(number)
        return loaded()

    @pipeline
    def by_name() -> None:
        data = fitted(1)
        if data is None:
            fit(1)

    @pipeline
    def at_once() -> None:
        fit(1 if loaded() is None else 2)

    for refused, what in ((by_name, "data"), (at_once, r"loaded\(\)")):
        with pytest.raises(InvalidPipelineError, match=f"asks whether '{what}' is None"):
            refused.graph()


def test_what_a_helper_may_return_as_none_is_compared() -> None:
    def maybe(number: int) -> Any:
        if number:
            return load()
        return None

    def falls_through(number: int) -> Any:  # noqa: RET503 - the case
        if number:
            return load()

    @pipeline
    def train(number: int = 0) -> None:
        found = maybe(number)
        if found is None and falls_through(number) is None:
            fit(load())

    assert list(train.graph().nodes) == ["load", "fit"]


def test_helpers_that_call_each_other_or_ask_whether_they_were_given_anything_are_let_be() -> None:
    def even(number: int) -> Any:
        return odd(number - 1)

    def odd(number: int) -> Any:
        return even(number - 1)

    def given(data: Any = None) -> Any:
        return load() if data is None else fit(data)

    @pipeline
    def train(number: int = 0) -> None:
        if number and even(number) is None:
            fit(1)
        given(given())

    assert list(train.graph().nodes) == ["load", "fit"]


def test_a_name_that_may_be_none_is_compared() -> None:
    @pipeline
    def train(first: Any = None) -> None:
        last: Any = None
        for _ in range(3):
            last = load() if last is None else fit(last)
        if first is None:
            fit(last)

    assert list(train.graph().nodes) == ["load", "fit", "fit_2", "fit_3"]
