"""Calls the function of a step: here, or where the stack's step operator runs it."""

from __future__ import annotations

import contextvars
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.capture import resolved
from stack_magic.errors import InvalidPipelineError, StepFailedError
from stack_magic.materializers import references
from stack_magic.secrets import masked
from stack_magic.stack import StepContext, in_step

from ._flavor_calls import calling
from ._function_call import call_function
from ._outputs import Answer, Output, outputs_of
from ._shipment import Shipment
from ._step_output import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from stack_magic.capture import Walk
    from stack_magic.metadata_stores import ArtifactRecord
    from stack_magic.stack import Stack

    from ._artifacts import Artifacts
    from ._graph import Graph, Node
    from ._shipment import Input

WORKER = ("-m", "stack_magic.pipelines.worker")
"""What an interpreter is given to be the other end of a step operator."""


_NAMES = 5
"""Names that are told of what is not known."""


def check_operators(graph: Graph, stack: Stack) -> None:
    """Refuse steps whose step operator is not that of the stack: all of them at once.

    Raises:
        InvalidPipelineError: Names them, and what the stack has.
    """
    there = stack.step_operator
    name = None if there is None else there.name
    wanted = {n.name: n.step.step_operator for n in graph.nodes.values() if n.step.step_operator}
    strange = {step: operator for step, operator in wanted.items() if operator != name}
    if not strange:
        return
    what = ", ".join(f"{step} wants {operator!r}" for step, operator in strange.items())
    has = f"has step operator {name!r}" if name else "has no step operator"
    message = f"stack {stack.name!r} {has}: {what}"
    other = next(iter(strange.values()))
    raise InvalidPipelineError(message, hint=f"%stack update {stack.name} -s {other}")


def call_step(node: Node, context: StepContext, arguments: Mapping[str, Any]) -> Any:
    """Call the function of *node* between the hooks of the stack's components."""
    components = list(context.stack.components.values())
    with in_step(context):
        try:
            for component in components:
                component.prepare_step_run()
            return call_function(node, arguments)
        finally:
            _clean_up(components)


def _clean_up(components: list[Any]) -> None:
    failures: list[BaseException] = []
    for component in components:
        try:
            component.cleanup_step_run()
        except BaseException as error:  # noqa: BLE001 - the others have their turn
            failures.append(error)
    if failures:
        raise failures[0]


class Made(NamedTuple):
    """What a call of a step made.

    Attributes:
        outputs: Its outputs, as bytes.
        parts: What its code was where it ran, by name, if that was not what was sent.
        strangers: The project's modules that it imported from the disk there.
    """

    outputs: tuple[Output, ...] = ()
    parts: Mapping[str, str] = {}
    strangers: tuple[str, ...] = ()

    def doubts(self, walk: Walk) -> tuple[str, ...]:
        """Return why nobody knows that it was computed with the code of *walk*."""
        doubts = []
        if self.parts:
            names = dict.fromkeys((*walk.parts, *self.parts))
            changed = [n for n in names if walk.parts.get(n) != self.parts.get(n)]
            doubts.append(f"the code was another where it ran: {', '.join(changed[:_NAMES])}")
        if self.strangers:
            modules = ", ".join(self.strangers[:_NAMES])
            doubts.append(f"it imported from the disk where it ran: {modules}")
        return tuple(doubts)


class StepCalls:
    """The calls of one run's steps.

    Attributes:
        cancelled: Set when the run is over: what runs elsewhere is ended.
    """

    def __init__(
        self, run: str, pipeline: str, stack: Stack, artifacts: Artifacts, cancelled: Event
    ) -> None:
        self.cancelled = cancelled
        self._run = run
        self._pipeline = pipeline
        self._stack = stack
        self._artifacts = artifacts

    def made(self, node: Node, inputs: Mapping[str, ArtifactRecord], walk: Walk) -> Made:
        """Call the step and return what it made.

        Raises:
            BaseException: What the step raised, or why it has no outputs.
        """
        if node.step.step_operator:
            return self._elsewhere(node, inputs, walk)
        if node.step.timeout is None:
            return Made(self._here(node, inputs))
        return Made(_within(node.step.timeout, node.name, lambda: self._here(node, inputs)))

    def _here(self, node: Node, inputs: Mapping[str, ArtifactRecord]) -> tuple[Output, ...]:
        arguments = {**node.parameters}
        for argument, record in inputs.items():
            arguments[argument] = self._artifacts.load(record)
        context = StepContext(self._pipeline, self._run, node.name, self._stack)
        return tuple(outputs_of(node, call_step(node, context, arguments)))

    def _elsewhere(self, node: Node, inputs: Mapping[str, ArtifactRecord], walk: Walk) -> Made:
        from stack_magic.step_operators import ResourceConfiguration, StepJob

        operator = self._stack.step_operator
        shipped = {name: self._artifacts.shipped(record) for name, record in inputs.items()}
        digest = "" if walk.is_opaque else walk.digest
        shipment = Shipment(self._pipeline, self._run, node, shipped, self._stack, digest)
        referred = tuple(thing for given in shipped.values() for thing in _referred(given))
        job = StepJob(
            pipeline=self._pipeline,
            run=self._run,
            step=node.name,
            arguments=WORKER,
            payload=shipment.to_bytes(walk, referred),
            requirements=frozenset(self._stack.requirements),
            resources=node.step.resources or ResourceConfiguration(),
            timeout=node.step.timeout,
            mask=masked,
            log=say,  # as the step's own prints would be shown
            cancelled=self.cancelled,
        )
        with calling(operator, "launch"):
            written = operator.launch(job)
        answer = Answer.from_bytes(written, node)
        if answer.error:
            raise StepFailedError(answer.error)
        return Made(answer.outputs, answer.parts, answer.strangers)


def _referred(given: Input) -> Iterator[Any]:
    """Yield the code of the notebook and the project that an artifact refers to."""
    for reference in references(given.materializer, given.content):
        with suppress(ImportError, AttributeError):  # its reader will say so
            thing = resolved(reference)
            if thing is not None:
                yield thing


def _within(
    seconds: float, step: str, work: Callable[[], tuple[Output, ...]]
) -> tuple[Output, ...]:
    """Return what *work* returns, if it ends in time.

    A thread cannot be stopped: one that is over its time goes on, and nobody listens.
    """
    made: list[tuple[Output, ...]] = []
    raised: list[BaseException] = []
    ended = Event()

    def carry() -> None:
        try:
            made.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            raised.append(error)
        finally:
            ended.set()

    context = contextvars.copy_context()
    Thread(target=context.run, args=(carry,), name=step, daemon=True).start()
    if not ended.wait(seconds):
        message = (
            f"did not end within {seconds:g} s; it runs in this process and cannot be killed: "
            "it goes on, and what it returns is ignored"
        )
        hint = '@step(step_operator="NAME", timeout=...) runs it where it can be'
        raise StepFailedError(message, hint=hint)
    if raised:
        raise raised[0]
    return made[0]
