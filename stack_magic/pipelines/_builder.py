"""Collects the step calls of one pipeline function into a graph."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidPipelineError
from stack_magic.machine import context_value
from stack_magic.stack import StepContext

from ._arguments import plain_copy, spread
from ._graph import Graph, Node, Source
from ._groups import take_apart
from ._iterators import is_iterator, items_of
from ._placeholder import Placeholder, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._step import Step


class Builder:
    """The graph of a pipeline while its function runs."""

    def __init__(self, pipeline: str) -> None:
        self.pipeline = pipeline
        self._nodes: dict[str, Node] = {}
        self._numbers: dict[str, int] = {}
        self._befores: dict[str, dict[str, None]] = {}
        self._open: list[str] = [pipeline]
        self._iterators: dict[int, tuple[Any, list[Any]]] = {}

    @contextmanager
    def within(self, pipeline: str) -> Iterator[None]:
        """Let the block add the steps of a pipeline that this one calls.

        Raises:
            InvalidPipelineError: It is being made already: it calls itself.
        """
        if pipeline in self._open:
            way = " -> ".join((*self._open[self._open.index(pipeline) :], pipeline))
            message = f"pipeline {pipeline!r} calls itself ({way}): its graph would never end"
            raise InvalidPipelineError(message, hint="call steps in a loop, or another pipeline")
        self._open.append(pipeline)
        try:
            yield
        finally:
            self._open.pop()

    def add(
        self, step: Step[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Placeholder | tuple[Placeholder, ...]:
        """Add a call of *step* and return what stands for its outputs."""
        arguments, values = take_apart(
            self._arguments(step, args, kwargs), lambda value: self._read(value, step.name)
        )
        name = self._free_name(step.name)  # a generator that was read may have called steps
        inputs: dict[str, Source] = {}
        parameters: dict[str, Any] = {}
        for argument, value in values.items():
            if isinstance(value, Unknown):
                inputs[argument] = self._source(value, f"argument {argument!r} of step {name!r}")
            else:
                parameters[argument] = plain_copy(value, name, argument)
        self._nodes[name] = Node(name, step, arguments, inputs, parameters)
        placeholders = tuple(Placeholder(self, name, o) for o in step.outputs)
        return placeholders[0] if len(placeholders) == 1 else placeholders

    def add_order(self, node: str, before: str) -> None:
        """Let *node* come after *before*."""
        self._befores.setdefault(node, {})[before] = None

    def check_is_own(self, placeholder: Placeholder, where: str) -> None:
        """Raise InvalidPipelineError for a placeholder that another graph made."""
        if placeholder._builder is not self:  # noqa: SLF001 - the builder made it
            message = f"{where} gets {placeholder!r}, which belongs to another pipeline"
            hint = "call the step inside this pipeline"
            raise InvalidPipelineError(message, hint=hint)

    def _source(self, value: Unknown, where: str) -> Source:
        if not isinstance(value, Placeholder):
            value._misused(f"passed as {where}")  # noqa: SLF001 - of the same kind
        self.check_is_own(value, where)
        return Source(value._node, value._output)  # noqa: SLF001 - the builder made it

    def _read(self, value: Any, step: str) -> Any:
        """Return the items of an iterator, which is empty after the first step that reads it."""
        if not is_iterator(value):
            return value
        if id(value) not in self._iterators:
            self._iterators[id(value)] = value, items_of(value, f"an argument of step {step!r}")
        return list(self._iterators[id(value)][1])

    def graph(self) -> Graph:
        """Return the graph of the calls so far."""
        ordered = {
            name: replace(self._nodes[name], after=tuple(befores))
            for name, befores in self._befores.items()
        }
        return Graph.of(self.pipeline, list({**self._nodes, **ordered}.values()))

    def _free_name(self, name: str) -> str:
        if name not in self._nodes:
            return name
        # No name is ever given back: the numbers before the last one stay taken.
        number = self._numbers.get(name, 2)
        while f"{name}_{number}" in self._nodes:
            number += 1
        self._numbers[name] = number
        return f"{name}_{number}"

    def _arguments(
        self,
        step: Step[..., Any],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Return the arguments by name; those of `*many` as many_0, many_1 ..."""
        name = self._free_name(step.name)
        try:
            bound = step.signature.bind_partial(*args, **kwargs)
        except TypeError as error:
            message = f"step {name!r} of pipeline {self.pipeline!r}: {error}"
            raise InvalidPipelineError(message, hint=step.method_hint or f"{step!r}") from None
        bound.apply_defaults()
        for parameter in step.signature.parameters.values():
            if parameter.name not in bound.arguments:
                message = (
                    f"step {name!r} of pipeline {self.pipeline!r} gets no "
                    f"argument {parameter.name!r}"
                )
                hint = step.method_hint or f"{step!r}"
                if step.annotations.get(parameter.name) is StepContext:
                    hint = "call get_step_context() in the step: it is no argument"
                raise InvalidPipelineError(message, hint=hint)
        return spread(step, bound)


_BUILDING: ContextVar[Builder | None] = ContextVar("building", default=None)


def building() -> Builder | None:
    """Return the builder of the pipeline function that runs now, if one does."""
    return _BUILDING.get()


@contextmanager
def build(pipeline: str) -> Iterator[Builder]:
    """Let step calls add to a new graph."""
    builder = Builder(pipeline)
    with context_value(_BUILDING, builder):
        yield builder
