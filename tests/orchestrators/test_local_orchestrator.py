"""The local orchestrator, and that its contract notices what is broken."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from stack_magic.enums import Outcome
from stack_magic.orchestrators import (
    BaseOrchestrator,
    LocalOrchestrator,
    Plan,
    PlannedStep,
)
from stack_magic.testing import assert_contract, check_contract

if TYPE_CHECKING:
    from stack_magic.orchestrators import RunStep


INTERRUPT = "lets an interrupt pass and starts nothing more"


class Backwards(BaseOrchestrator):
    FLAVOR = "backwards"

    def prepare_or_run_pipeline(self, plan: Plan, run_step: RunStep) -> None:
        for step in reversed(plan.steps):
            run_step(step.name)


class Twice(BaseOrchestrator):
    FLAVOR = "twice"

    def prepare_or_run_pipeline(self, plan: Plan, run_step: RunStep) -> None:
        for step in plan.steps:
            run_step(step.name)
            run_step(step.name)


class GivesUp(BaseOrchestrator):
    FLAVOR = "gives_up"

    def prepare_or_run_pipeline(self, plan: Plan, run_step: RunStep) -> None:
        for step in plan.steps:
            if run_step(step.name) is Outcome.FAILED:
                return


class Stubborn(BaseOrchestrator):
    FLAVOR = "stubborn"

    def prepare_or_run_pipeline(self, plan: Plan, run_step: RunStep) -> None:
        for step in plan.steps:
            try:
                run_step(step.name)
            except KeyboardInterrupt:
                continue


class NeedsSteps(BaseOrchestrator):
    FLAVOR = "needs_steps"

    def prepare_or_run_pipeline(self, plan: Plan, run_step: RunStep) -> None:
        first, *rest = plan.steps
        for step in (first, *rest):
            run_step(step.name)


@pytest.mark.parametrize("max_parallel", [1, 4])
def test_the_contract_is_kept(max_parallel: int) -> None:
    orchestrator = LocalOrchestrator(name="local", max_parallel=max_parallel)
    assert_contract(orchestrator)


@pytest.mark.parametrize(
    ("flavor", "broken"),
    [
        # Backwards, what an interrupt in the first step should have stopped came before.
        (Backwards, {"runs a step after the steps upstream", INTERRUPT}),
        (Twice, {"runs every step once"}),
        (GivesUp, {"asks for the other steps after one failed"}),
        (Stubborn, {INTERRUPT}),
        (NeedsSteps, {"accepts a plan without steps"}),
    ],
)
def test_a_broken_orchestrator_breaks_its_promises_only(
    flavor: type[BaseOrchestrator], broken: set[str]
) -> None:
    assert set(check_contract(flavor(name="broken")).broken) == broken


def test_branches_run_at_the_same_time() -> None:
    meeting = threading.Barrier(2, timeout=20)

    def run_step(_: str) -> Outcome:
        meeting.wait()
        return Outcome.DONE

    plan = Plan("run-1", (PlannedStep("left"), PlannedStep("right")))
    LocalOrchestrator(name="local", max_parallel=2).prepare_or_run_pipeline(plan, run_step)
    assert not meeting.broken


def test_no_more_run_at_the_same_time_than_allowed() -> None:
    running, most, lock = set[str](), [0], threading.Lock()

    def run_step(name: str) -> Outcome:
        with lock:
            running.add(name)
            most[0] = max(most[0], len(running))
        with lock:
            running.remove(name)
        return Outcome.DONE

    plan = Plan("run-1", tuple(PlannedStep(f"s{n}") for n in range(30)))
    LocalOrchestrator(name="local", max_parallel=3).prepare_or_run_pipeline(plan, run_step)
    assert 1 <= most[0] <= 3


@pytest.mark.parametrize("number", [0, 65])
def test_the_number_of_threads_is_bounded(number: int) -> None:
    with pytest.raises(ValidationError, match="max_parallel"):
        LocalOrchestrator(name="local", max_parallel=number)
