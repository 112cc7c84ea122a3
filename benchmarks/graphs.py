"""A graph of 3,000 steps, over the same calls bound and kept by hand."""

from __future__ import annotations

import inspect
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic import pipeline, step

from .measure import Figure, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEPS = 3000


def _square(number: int, power: int = 2) -> int:
    return int(number**power)


_square_step = step(name="square")(_square)


@pipeline
def chain() -> None:
    """Square again and again, a step each."""
    number = _square_step(1)
    for _ in range(_STEPS - 1):
        number = _square_step(number)


class _Call(NamedTuple):
    name: str
    inputs: dict[str, _Call]
    parameters: dict[str, Any]


def _ours() -> float:
    begin = time.perf_counter()
    graph = chain.graph()
    seconds = time.perf_counter() - begin
    assert len(graph.nodes) == _STEPS  # noqa: S101 - both must do the work
    return seconds


def _limit() -> float:
    begin = time.perf_counter()
    signature = inspect.signature(_square)
    calls: dict[str, _Call] = {}
    value: Any = 1
    for number in range(_STEPS):
        bound = signature.bind(value)
        bound.apply_defaults()
        given = bound.arguments
        inputs = {name: one for name, one in given.items() if isinstance(one, _Call)}
        plain = {name: one for name, one in given.items() if name not in inputs}
        value = calls[f"square_{number + 1}"] = _Call(f"square_{number + 1}", inputs, plain)
    seconds = time.perf_counter() - begin
    assert len(calls) == _STEPS  # noqa: S101
    return seconds


def figures() -> Iterator[Figure]:
    """Yield how long the graph of a long pipeline takes."""
    against = "the same calls bound to the same signature, and kept in a dict"
    yield Figure(f"a graph of {_STEPS} steps", *compare(_ours, _limit, 15), 4, against)
