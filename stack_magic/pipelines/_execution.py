"""A run from beginning to end: prepared, recorded, cleaned up, whatever happens."""

from __future__ import annotations

import contextvars
import time
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stack_magic.capture import Digester
from stack_magic.enums import Outcome
from stack_magic.errors import FlavorFailedError, InvalidPipelineError, StackMagicError
from stack_magic.orchestrators import Plan, PlannedStep

from ._approval import check_approvals
from ._builder import building
from ._cancellation import Cancellation
from ._failure import describe_failure
from ._flavor_calls import calling
from ._interrupts import interrupts_wait
from ._lost_records import lost_records
from ._notification import Announcer
from ._process_state import kept_process_state
from ._recorded import recorded
from ._run import Run
from ._step_call import check_operators
from ._step_output import tapped_streams
from ._step_run import StepRuns
from ._watchers import Watchers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stack_magic.capture import Walk
    from stack_magic.metadata_stores import RunRecord
    from stack_magic.stack import Diagnostic, Stack

    from ._graph import Graph
    from ._pipeline import Pipeline
    from ._watchers import RunWatcher

_RUN_AROUND: ContextVar[str | None] = ContextVar("run_around", default=None)
"""The run whose step is asking."""


def execute(  # noqa: PLR0913 - what is run, and how
    pipeline: Pipeline,
    stack: Stack,
    *,
    cache: bool = True,
    parameters: Mapping[str, Any] | None = None,
    watchers: Sequence[RunWatcher] = (),
    cancellation: Cancellation | None = None,
) -> Run:
    """Run *pipeline* on *stack* and return the run, also when steps failed.

    The graph, the code digests and the components are those of this moment: what is
    redefined while it runs counts for the next run.

    Raises:
        InvalidPipelineError: The graph cannot be run, or a step tries to run it; nothing
            was started.
        RunCancelledError: It was interrupted; the error's `run` is the run.
        FlavorFailedError: A component raised or broke its promise; the run is recorded,
            if it had begun.
        StorageError: A store failed; the run is recorded as failed, if it could be.
    """
    _check_not_inside(pipeline)
    values = pipeline.read(parameters or {})
    graph = pipeline.graph_of(values)
    check_operators(graph, stack)
    check_approvals(graph, stack)
    walks = walks_of(graph)
    options = _runtime_configuration(stack, cache=cache)
    for component in stack.components.values():
        with calling(component, "prepare_pipeline_deployment"):
            component.prepare_pipeline_deployment(pipeline, stack, options)
    with _prepared(stack):
        begun = _begin(graph, stack, values)
        findings = _findings(begun, stack)
        teller = Watchers((*watchers, Announcer(pipeline, stack)))
        ending = cancellation or Cancellation()
        steps = StepRuns(begun.name, graph, stack, walks, teller, cancellation=ending, cache=cache)
        with kept_process_state(), tapped_streams() if teller.listen else nullcontext():
            run = _run(begun, graph, stack, steps, teller)
    run.findings = findings
    if run.outcome is Outcome.CANCELLED:
        run.raise_for_outcome()
    return run


def walks_of(graph: Graph) -> dict[str, Walk]:
    """Return what the code of each step reaches at this moment."""
    digester = Digester(imports=True)
    functions = {id(n.step.function): n.step.function for n in graph.nodes.values()}
    walks = {number: digester.walk(function) for number, function in functions.items()}
    return {n.name: walks[id(n.step.function)] for n in graph.nodes.values()}


def _check_not_inside(pipeline: Pipeline) -> None:
    around = building()
    if around is not None:
        message = f"pipeline {pipeline.name!r} cannot be run while {around.pipeline!r} is made"
        hint = f"{pipeline.function.__name__}() adds its steps; or run it beforehand"
        raise InvalidPipelineError(message, hint=hint)
    run = _RUN_AROUND.get()
    if run is not None:
        message = f"pipeline {pipeline.name!r} cannot be run by a step of run {run!r}"
        hint = "call the pipeline inside the function of the other, or run it afterwards"
        raise InvalidPipelineError(message, hint=hint)


def _begin(graph: Graph, stack: Stack, values: Mapping[str, Any]) -> RunRecord:
    store = stack.metadata_store
    with interrupts_wait(), calling(store, "start_run"):
        begun: RunRecord = store.start_run(
            graph.pipeline, stack.name, parameters=recorded(values), steps=tuple(graph.nodes)
        )
    return begun


def _findings(begun: RunRecord, stack: Stack) -> tuple[Diagnostic, ...]:
    if begun.name != f"{begun.pipeline}-1":
        return ()
    return tuple(lost_records(stack.metadata_store, stack.artifact_store, [begun.pipeline]))


def _runtime_configuration(stack: Stack, *, cache: bool) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for component in stack.components.values():
        with calling(component, "runtime_options"):
            options |= component.runtime_options
    return {**options, "enable_cache": cache}


@contextmanager
def _prepared(stack: Stack) -> Iterator[None]:
    """Call the hooks around a run; the cleanup of each component always."""
    try:
        for component in stack.components.values():
            with calling(component, "prepare_pipeline_run"):
                component.prepare_pipeline_run()
        yield
    except BaseException as error:
        for failure in _clean_up(stack):
            error.add_note(failure)
        raise
    failures = _clean_up(stack)
    if failures:
        raise FlavorFailedError("; ".join(failures))


def _clean_up(stack: Stack) -> list[str]:
    failures = []
    for kind, component in stack.components.items():
        try:
            component.cleanup_pipeline_run()
        except BaseException as error:  # noqa: BLE001 - the others have their turn
            what = f"{kind} {component.name!r}: cleanup_pipeline_run raised"
            failures.append(f"{what} {type(error).__name__}")
    return failures


def _run(begun: RunRecord, graph: Graph, stack: Stack, steps: StepRuns, teller: Watchers) -> Run:
    """Let the orchestrator run the steps, and record how the run ended."""
    clock = time.perf_counter()

    try:
        teller.run_started(begun.name, tuple(graph.nodes), stack.name)
        with steps.cancellation.of_this_thread():
            _orchestrate(begun.name, graph, stack, steps)
        steps.check_all_ended()
    except KeyboardInterrupt:
        ended = replace(begun, outcome=Outcome.CANCELLED)
    except BaseException as error:
        ended = replace(begun, outcome=Outcome.FAILED, seconds=time.perf_counter() - clock)
        with suppress(Exception):  # the error that is under way says more
            ended = _finish(ended, stack, steps, steps.reason or _reason(error))
        teller.run_ended(Run(ended, steps.records.values(), stack, steps.exceptions))
        raise
    else:
        good = all(record.outcome.is_good for record in steps.records.values())
        ended = replace(begun, outcome=Outcome.DONE if good else Outcome.FAILED)
    ended = replace(ended, seconds=time.perf_counter() - clock)
    run = Run(_finish(ended, stack, steps), steps.records.values(), stack, steps.exceptions)
    teller.run_ended(run)
    return run


def _reason(error: BaseException) -> str:
    """Return why the steps that are left are not run."""
    return error.message if isinstance(error, StackMagicError) else describe_failure(error)


def _orchestrate(run: str, graph: Graph, stack: Stack, steps: StepRuns) -> None:
    context = contextvars.copy_context()
    context.run(_RUN_AROUND.set, run)

    def run_step(name: str) -> Outcome:
        # What a step prints belongs to the cell, from whatever thread it is called.
        return context.copy().run(steps.run_step, name)

    nodes = graph.nodes.values()
    plan = Plan(run, tuple(PlannedStep(n.name, n.upstream) for n in nodes))
    with calling(stack.orchestrator, "prepare_or_run_pipeline"):
        stack.orchestrator.prepare_or_run_pipeline(plan, run_step)


def _finish(ended: RunRecord, stack: Stack, steps: StepRuns, reason: str = "") -> RunRecord:
    """Record the end of a run; another Ctrl-C meanwhile changes nothing."""
    store = stack.metadata_store
    outcome = ended.outcome or Outcome.FAILED
    for _ in range(3):  # it may come in the moment before it is made to wait
        with suppress(KeyboardInterrupt), interrupts_wait():
            steps.close()
            steps.cancel_the_rest(reason)
            with calling(store, "finish_run"):
                ended = store.finish_run(ended.name, outcome, ended.seconds)
            break
    return ended
