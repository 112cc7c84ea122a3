"""What every orchestrator promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.enums import Outcome
from stack_magic.stack import Contract, Promise, expect

from ._plan import Plan, PlannedStep

if TYPE_CHECKING:
    from ._base import BaseOrchestrator
    from ._plan import RunStep

_DIAMOND = Plan(
    "contract-1",
    (
        PlannedStep("load"),
        PlannedStep("left", ("load",)),
        PlannedStep("right", ("load",)),
        PlannedStep("join", ("left", "right")),
    ),
)


class _Witness:
    """Stands in for a run: notes when each step starts and ends."""

    def __init__(self, failing: str = "", interrupted: str = "") -> None:
        self.failing, self.interrupted = failing, interrupted
        self.started: list[str] = []
        self.seen_ended: dict[str, frozenset[str]] = {}
        self._ended: set[str] = set()

    def run_step(self, name: str) -> Outcome:
        self.seen_ended[name] = frozenset(self._ended)
        self.started.append(name)
        if name == self.interrupted:
            raise KeyboardInterrupt
        self._ended.add(name)
        return Outcome.FAILED if name == self.failing else Outcome.DONE


def _run(orchestrator: BaseOrchestrator, plan: Plan, run_step: RunStep) -> None:
    orchestrator.prepare_or_run_pipeline(plan, run_step)


def _every_step_once(orchestrator: BaseOrchestrator) -> None:
    witness = _Witness()
    _run(orchestrator, _DIAMOND, witness.run_step)
    expected = sorted(s.name for s in _DIAMOND.steps)
    expect(sorted(witness.started) == expected, f"ran {witness.started}")


def _after_upstream(orchestrator: BaseOrchestrator) -> None:
    witness = _Witness()
    _run(orchestrator, _DIAMOND, witness.run_step)
    for step in _DIAMOND.steps:
        missing = set(step.upstream) - witness.seen_ended.get(step.name, frozenset())
        expect(not missing, f"{step.name} began before {sorted(missing)} ended")


def _waits_for_the_end(orchestrator: BaseOrchestrator) -> None:
    witness = _Witness()
    _run(orchestrator, _DIAMOND, witness.run_step)
    expect("join" in witness.started, "returned before the last step ended")


def _failure_is_offered_on(orchestrator: BaseOrchestrator) -> None:
    witness = _Witness(failing="left")
    _run(orchestrator, _DIAMOND, witness.run_step)
    missing = {s.name for s in _DIAMOND.steps} - set(witness.started)
    expect(not missing, f"after a failed step, {sorted(missing)} were never asked")


def _interrupt_passes(orchestrator: BaseOrchestrator) -> None:
    witness = _Witness(interrupted="load")
    try:
        _run(orchestrator, _DIAMOND, witness.run_step)
    except KeyboardInterrupt:
        expect(witness.started == ["load"], f"went on with {witness.started[1:]}")
        return
    expect(kept=False, evidence="swallowed KeyboardInterrupt")


def _empty_plan(orchestrator: BaseOrchestrator) -> None:
    witness = _Witness()
    _run(orchestrator, Plan("contract-2", ()), witness.run_step)
    expect(not witness.started, f"ran {witness.started} of an empty plan")


CONTRACT = Contract(
    (
        Promise("runs every step once", _every_step_once),
        Promise("runs a step after the steps upstream", _after_upstream),
        Promise("returns when the last step has ended", _waits_for_the_end),
        Promise("asks for the other steps after one failed", _failure_is_offered_on),
        Promise("lets an interrupt pass and starts nothing more", _interrupt_passes),
        Promise("accepts a plan without steps", _empty_plan),
    )
)
