"""The course of a run: recorded when it begins, carried out, recorded as it ended."""

from __future__ import annotations

import contextvars
import time
from contextlib import nullcontext
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stack_magic.enums import Outcome
from stack_magic.errors import StackMagicError
from stack_magic.machine import interrupts_wait
from stack_magic.orchestrators import Plan, PlannedStep

from ._failure import describe_failure
from ._flavor_calls import calling
from ._late_ends import keep_end, not_recorded, record_late_ends
from ._lost_records import lost_records
from ._process_state import kept_process_state
from ._recorded import recorded
from ._run import Run
from ._step_output import tapped_streams

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stack_magic.metadata_stores import RunRecord
    from stack_magic.stack import Diagnostic, Stack

    from ._graph import Graph
    from ._step_run import StepRuns
    from ._watchers import Watchers

_RUN_AROUND: ContextVar[str | None] = ContextVar("run_around", default=None)
"""The run whose step is asking."""


def run_around() -> str | None:
    """Return the run whose step is asking, or None."""
    return _RUN_AROUND.get()


class Course:
    """One run of a graph on a stack.

    Args:
        graph: Its steps.
        stack: Where it runs.
        teller: Is told how it goes on.
        steps_of: Makes what runs the steps of the run of a name.
    """

    def __init__(
        self, graph: Graph, stack: Stack, teller: Watchers, steps_of: Callable[[str], StepRuns]
    ) -> None:
        self._graph = graph
        self._stack = stack
        self._teller = teller
        self._steps_of = steps_of
        self._findings: list[Diagnostic] = []

    def run(self, values: Mapping[str, Any]) -> Run:
        """Run it with these parameters, and return the run, also when it was interrupted.

        Ctrl-C is heard while the steps run, and before and after the whole: what has begun
        is recorded as begun, and what is recorded as begun has its end recorded.

        Raises:
            BaseException: What broke it off, other than Ctrl-C.
        """
        with interrupts_wait() as interrupts:
            begun = self._begin(values)
            steps = self._steps_of(begun.name)
            clock = time.perf_counter()
            error: BaseException | None = None
            try:
                with kept_process_state(), interrupts.heard():
                    self._carry_out(begun, steps)
            except BaseException as raised:  # noqa: BLE001 - raised again when its end is recorded
                error = raised
            ended = replace(begun, seconds=time.perf_counter() - clock)
            ended, error = self._ended(ended, steps, error)
            if ended.outcome is Outcome.CANCELLED:
                interrupts.forget()
        run = Run(ended, steps.records.values(), self._stack, steps.exceptions)
        run.findings = tuple(self._findings)
        self._teller.run_ended(run)
        if error is not None and run.outcome is not Outcome.CANCELLED:
            raise error
        return run

    def _begin(self, values: Mapping[str, Any]) -> RunRecord:
        store = self._stack.metadata_store
        record_late_ends(store)
        with calling(store, "start_run"):
            begun: RunRecord = store.start_run(
                self._graph.pipeline,
                self._stack.name,
                parameters=recorded(values),
                steps=tuple(self._graph.nodes),
            )
        return begun

    def _carry_out(self, begun: RunRecord, steps: StepRuns) -> None:
        if begun.name == f"{begun.pipeline}-1":
            stores = self._stack.metadata_store, self._stack.artifact_store
            self._findings += lost_records(*stores, [begun.pipeline])
        self._teller.run_started(begun.name, tuple(self._graph.nodes), self._stack.name)
        with tapped_streams(), steps.cancellation.of_this_thread():
            self._orchestrate(begun.name, steps)
        steps.check_all_ended()

    def _orchestrate(self, run: str, steps: StepRuns) -> None:
        context = contextvars.copy_context()
        context.run(_RUN_AROUND.set, run)

        def run_step(name: str) -> Outcome:
            # What a step prints belongs to the cell, from whatever thread it is called.
            return context.copy().run(steps.run_step, name)

        nodes = self._graph.nodes.values()
        plan = Plan(run, tuple(PlannedStep(n.name, n.upstream) for n in nodes))
        orchestrator = self._stack.orchestrator
        with calling(orchestrator, "prepare_or_run_pipeline"):
            orchestrator.prepare_or_run_pipeline(plan, run_step)

    def _ended(
        self, ended: RunRecord, steps: StepRuns, error: BaseException | None
    ) -> tuple[RunRecord, BaseException | None]:
        """Record how it ended, now or later; return that, with what there is to raise."""
        ended = replace(ended, outcome=_outcome(steps, error))
        reason = steps.reason or _reason(error)
        is_cancelled = ended.outcome is Outcome.CANCELLED  # who asked for the end does not wait
        try:
            with nullcontext() if is_cancelled else steps.waits.of_end():
                return self._record(ended, steps, reason), error
        except BaseException as raised:  # noqa: BLE001 - the error that is under way says more
            failure = raised
        if isinstance(failure, KeyboardInterrupt):
            ended = replace(ended, outcome=Outcome.CANCELLED)
        keep_end(self._stack.metadata_store, ended, lambda: self._record(ended, steps, reason))
        self._findings.append(not_recorded(ended.name, failure))
        return ended, error or failure

    def _record(self, ended: RunRecord, steps: StepRuns, reason: str) -> RunRecord:
        store = self._stack.metadata_store
        steps.close()
        steps.cancel_the_rest(reason)
        with calling(store, "finish_run"):
            finished: RunRecord = store.finish_run(ended.name, ended.outcome, ended.seconds)
        return finished


def _outcome(steps: StepRuns, error: BaseException | None) -> Outcome:
    if isinstance(error, KeyboardInterrupt):
        return Outcome.CANCELLED
    good = error is None and all(record.outcome.is_good for record in steps.records.values())
    return Outcome.DONE if good else Outcome.FAILED


def _reason(error: BaseException | None) -> str:
    """Return why the steps that are left are not run."""
    if error is None or isinstance(error, KeyboardInterrupt):
        return ""
    return error.message if isinstance(error, StackMagicError) else describe_failure(error)
