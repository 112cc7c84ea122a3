"""A run from beginning to end: prepared, recorded, cleaned up, whatever happens."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from stack_magic.capture import Digester
from stack_magic.enums import Outcome
from stack_magic.errors import FlavorFailedError, InvalidPipelineError

from ._approval import check_approvals
from ._builder import building
from ._cancellation import Cancellation
from ._course import Course, run_around
from ._flavor_calls import calling
from ._notification import Announcer
from ._step_call import check_operators
from ._step_run import StepRuns
from ._watchers import Watchers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stack_magic.capture import Walk
    from stack_magic.stack import Stack

    from ._graph import Graph
    from ._pipeline import Pipeline
    from ._run import Run
    from ._watchers import RunWatcher


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
        teller = Watchers((*watchers, Announcer(pipeline, stack)))
        ending = cancellation or Cancellation()

        def steps_of(run: str) -> StepRuns:
            return StepRuns(run, graph, stack, walks, teller, cancellation=ending, cache=cache)

        run = Course(graph, stack, teller, steps_of).run(values)
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
    run = run_around()
    if run is not None:
        message = f"pipeline {pipeline.name!r} cannot be run by a step of run {run!r}"
        hint = "call the pipeline inside the function of the other, or run it afterwards"
        raise InvalidPipelineError(message, hint=hint)


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
    failures, interrupted = [], False
    for kind, component in stack.components.items():
        try:
            component.cleanup_pipeline_run()
        except KeyboardInterrupt:
            interrupted = True
        except BaseException as error:  # noqa: BLE001 - the others have their turn
            what = f"{kind} {component.name!r}: cleanup_pipeline_run raised"
            failures.append(f"{what} {type(error).__name__}")
    if interrupted:
        raise KeyboardInterrupt
    return failures
