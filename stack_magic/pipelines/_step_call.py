"""Calls the function of a step: here, or where the stack's step operator runs it."""

from __future__ import annotations

import contextvars
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidPipelineError, StepFailedError
from stack_magic.stack import StepContext, in_step, redacted, secrets_held, tells

from ._arguments import call_with
from ._flavor_calls import calling
from ._outputs import Answer, Output, outputs_of
from ._shipment import Shipment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stack_magic.metadata_stores import ArtifactRecord
    from stack_magic.stack import Stack

    from ._artifacts import Artifacts
    from ._graph import Graph, Node

WORKER = ("-m", "stack_magic.pipelines.worker")
"""What an interpreter is given to be the other end of a step operator."""


_LONG_LINE = 8
"""Characters from which on a line of a secret says something of it."""


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
            return call_with(node, arguments)
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
        held = secrets_held(stack.components.values())
        # What a step says comes line by line: so does a secret of several lines.
        lines = (line.strip() for s in held if "\n" in s for line in s.splitlines())
        self._secrets = (*held, *(line for line in lines if len(line) >= _LONG_LINE))

    def masked(self, text: str) -> str:
        """Return *text* without what the stack's components hold in secret."""
        return redacted(text, self._secrets)

    def tells_secrets(self, error: BaseException) -> bool:
        """Whether a traceback of *error* would say what the stack's components hold."""
        return tells(error, self._secrets)

    def outputs(self, node: Node, inputs: Mapping[str, ArtifactRecord]) -> list[Output]:
        """Call the step and return what it made.

        Raises:
            BaseException: What the step raised, or why it has no outputs.
        """
        if node.step.step_operator:
            return self._elsewhere(node, inputs)
        if node.step.timeout is None:
            return self._here(node, inputs)
        return _within(node.step.timeout, node.name, lambda: self._here(node, inputs))

    def _here(self, node: Node, inputs: Mapping[str, ArtifactRecord]) -> list[Output]:
        arguments = {**node.parameters}
        for argument, record in inputs.items():
            arguments[argument] = self._artifacts.load(record)
        context = StepContext(self._pipeline, self._run, node.name, self._stack)
        return list(outputs_of(node, call_step(node, context, arguments)))

    def _elsewhere(self, node: Node, inputs: Mapping[str, ArtifactRecord]) -> list[Output]:
        from stack_magic.step_operators import ResourceConfiguration, StepJob

        operator = self._stack.step_operator
        shipped = {name: self._artifacts.shipped(record) for name, record in inputs.items()}
        shipment = Shipment(self._pipeline, self._run, node, shipped, self._stack)
        job = StepJob(
            pipeline=self._pipeline,
            run=self._run,
            step=node.name,
            arguments=WORKER,
            payload=shipment.to_bytes(),
            requirements=frozenset(self._stack.requirements),
            resources=node.step.resources or ResourceConfiguration(),
            timeout=node.step.timeout,
            mask=self.masked,
            log=print,  # as the step's own prints would be shown
            cancelled=self.cancelled,
        )
        with calling(operator, "launch"):
            written = operator.launch(job)
        answer = Answer.from_bytes(written, node)
        if answer.error:
            raise StepFailedError(answer.error)
        return list(answer.outputs)


def _within(seconds: float, step: str, work: Callable[[], list[Output]]) -> list[Output]:
    """Return what *work* returns, if it ends in time.

    A thread cannot be stopped: one that is over its time goes on, and nobody listens.
    """
    made: list[list[Output]] = []
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
