"""Collects the step calls of one pipeline function into a graph."""

from __future__ import annotations

import copy
import inspect
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidPipelineError

from ._graph import Graph, Node, Source
from ._placeholder import Placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._step import Step

_ATOMS = (type(None), bool, int, float, str, bytes)
_VARIADIC = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}


class Builder:
    """The graph of a pipeline while its function runs."""

    def __init__(self, pipeline: str) -> None:
        self.pipeline = pipeline
        self._nodes: dict[str, Node] = {}

    def add(
        self, step: Step[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Placeholder | tuple[Placeholder, ...]:
        """Add a call of *step* and return what stands for its outputs."""
        name = self._free_name(step.name)
        inputs: dict[str, Source] = {}
        parameters: dict[str, Any] = {}
        for argument, value in self._arguments(step, name, args, kwargs).items():
            if isinstance(value, Placeholder):
                self.check_is_own(value, f"argument {argument!r} of step {name!r}")
                inputs[argument] = Source(value._node, value._output)  # noqa: SLF001 - the builder made it
            else:
                _check_plain(value, name, argument)
                parameters[argument] = _own_copy(value)
        self._nodes[name] = Node(name, step, inputs, parameters)
        placeholders = tuple(Placeholder(self, name, o) for o in step.outputs)
        return placeholders[0] if len(placeholders) == 1 else placeholders

    def add_order(self, node: str, before: str) -> None:
        """Let *node* come after *before*."""
        known = self._nodes[node]
        if before not in known.after:
            self._nodes[node] = replace(known, after=(*known.after, before))

    def check_is_own(self, placeholder: Placeholder, where: str) -> None:
        """Raise InvalidPipelineError for a placeholder that another graph made."""
        if placeholder._builder is not self:  # noqa: SLF001 - the builder made it
            message = f"{where} gets {placeholder!r}, which belongs to another pipeline"
            hint = "call the step inside this pipeline"
            raise InvalidPipelineError(message, hint=hint)

    def graph(self) -> Graph:
        """Return the graph of the calls so far."""
        return Graph.of(self.pipeline, list(self._nodes.values()))

    def _free_name(self, name: str) -> str:
        if name not in self._nodes:
            return name
        number = 2
        while f"{name}_{number}" in self._nodes:
            number += 1
        return f"{name}_{number}"

    def _arguments(
        self,
        step: Step[..., Any],
        name: str,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Return the arguments by name; those of `*many` as many_0, many_1 ..."""
        try:
            bound = step.signature.bind_partial(*args, **kwargs)
        except TypeError as error:
            message = f"step {name!r} of pipeline {self.pipeline!r}: {error}"
            raise InvalidPipelineError(message, hint=f"{step!r}") from None
        bound.apply_defaults()
        for parameter in step.signature.parameters.values():
            if parameter.name not in bound.arguments:
                message = (
                    f"step {name!r} of pipeline {self.pipeline!r} gets no "
                    f"argument {parameter.name!r}"
                )
                raise InvalidPipelineError(message, hint=f"{step!r}")
        return _spread(step.signature, bound.arguments)


def _spread(signature: inspect.Signature, arguments: Mapping[str, Any]) -> dict[str, Any]:
    spread: dict[str, Any] = {}
    for name, value in arguments.items():
        kind = signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            spread |= {f"{name}_{i}": item for i, item in enumerate(value)}
        elif kind is inspect.Parameter.VAR_KEYWORD:
            spread |= value
        else:
            spread[name] = value
    return spread


def call_with(step: Step[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Call the function of *step* with arguments spread as in a node."""
    left = dict(arguments)
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for name, parameter in step.signature.parameters.items():
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            many = [key for key in left if key.startswith(f"{name}_")]
            args.extend(left.pop(key) for key in many)
        elif parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            kwargs[name] = left.pop(name)
        elif parameter.kind not in _VARIADIC:
            args.append(left.pop(name))
    return step.function(*args, **kwargs, **left)


def _check_plain(value: Any, node: str, argument: str) -> None:
    """Refuse a placeholder that hides in a container: it would never get its value."""
    members = list(value.values()) if isinstance(value, dict) else value
    if isinstance(members, list | tuple | set | frozenset):
        for member in members:
            if isinstance(member, Placeholder):
                kind = type(value).__name__
                message = f"argument {argument!r} of step {node!r} is a {kind} with {member!r}"
                hint = f"pass each as an argument of its own: def {node}(*{argument})"
                raise InvalidPipelineError(message, hint=hint)


def _own_copy(value: Any) -> Any:
    """Return a copy, so that what happens to the original later changes no run."""
    if type(value) in _ATOMS:
        return value
    try:
        return copy.deepcopy(value)
    except Exception:  # noqa: BLE001 - any object may refuse, each in its own way
        return value


_BUILDING: ContextVar[Builder | None] = ContextVar("building", default=None)


def building() -> Builder | None:
    """Return the builder of the pipeline function that runs now, if one does."""
    return _BUILDING.get()


@contextmanager
def build(pipeline: str) -> Iterator[Builder]:
    """Let step calls add to a new graph."""
    builder = Builder(pipeline)
    token = _BUILDING.set(builder)
    try:
        yield builder
    finally:
        _BUILDING.reset(token)
