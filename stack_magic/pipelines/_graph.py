"""The steps of a pipeline and what each comes after: frozen, checked, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from stack_magic.display import Document, Folding, Shown, Table, Title
from stack_magic.errors import InvalidPipelineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ._groups import Group
    from ._step import Step


@dataclass(frozen=True, slots=True)
class Source:
    """Where an input comes from: an output of another node."""

    node: str
    output: str


@dataclass(frozen=True)
class Node:
    """One call of a step in a pipeline.

    Attributes:
        name: Name of the step in this graph: `fit`, and `fit_2` for the next call.
        step: The step.
        arguments: The arguments in the order of the call. Of one that is a list, tuple or
            dict of outputs, the members are `argument[0]`, `argument['key']` ... in inputs
            and parameters.
        inputs: For each argument that another node gives, which one.
        parameters: For each argument with a plain value, the value.
        after: Nodes that it follows without using their outputs.
    """

    name: str
    step: Step[..., Any]
    arguments: Group
    inputs: Mapping[str, Source] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    after: tuple[str, ...] = ()

    @property
    def upstream(self) -> tuple[str, ...]:
        """The nodes before this one, each once."""
        sources = (source.node for source in self.inputs.values())
        return tuple(dict.fromkeys((*sources, *self.after)))


@dataclass(frozen=True, repr=False)
class Graph(Shown):
    """The nodes of a pipeline, each after those upstream of it.

    Attributes:
        pipeline: Name of the pipeline.
        nodes: By name, in a topological order.
    """

    pipeline: str
    nodes: Mapping[str, Node]

    @classmethod
    def of(cls, pipeline: str, nodes: Sequence[Node]) -> Graph:
        """Return the graph of *nodes*, put in order.

        Raises:
            InvalidPipelineError: There is no node, or they wait for each other.
        """
        if not nodes:
            message = f"pipeline {pipeline!r} has no steps"
            hint = "call functions decorated with @step inside it"
            raise InvalidPipelineError(message, hint=hint)
        named = {node.name: node for node in nodes}
        order = _topological(pipeline, {n.name: n.upstream for n in nodes})
        return cls(pipeline, {name: named[name] for name in order})

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a node and one that comes after it."""
        return tuple((up, n.name) for n in self.nodes.values() for up in n.upstream)

    def document(self) -> Document:
        """Return the graph as a picture and as words."""
        count = len(self.nodes)
        upstream = {node.name: node.upstream for node in self.nodes.values()}
        folding = Folding(upstream, {n.name: n.step.name for n in self.nodes.values()})
        rows = tuple((name, folding.after(name)) for name in folding.rows())
        return Document(
            (
                Title(f"{self.pipeline}: {count} step{'s' if count != 1 else ''}"),
                *folding.blocks({}),
                Table(("step", "after"), rows, "graph.nodes has all", count - len(rows)),
            )
        )


def _topological(pipeline: str, upstream: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the order of the calls if it fits, else one that does."""
    seen: set[str] = set()
    for name, befores in upstream.items():
        if not seen.issuperset(befores):
            break
        seen.add(name)
    else:
        return list(upstream)
    try:
        return list(TopologicalSorter(upstream).static_order())
    except CycleError as error:
        cycle = " -> ".join(error.args[1])
        message = f"steps of pipeline {pipeline!r} wait for each other: {cycle}"
        raise InvalidPipelineError(message) from None
