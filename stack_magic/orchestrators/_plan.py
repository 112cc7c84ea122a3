"""What an orchestrator is given: the steps in order, and a way to run one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stack_magic.enums import Outcome


@dataclass(frozen=True)
class PlannedStep:
    """One step and the steps that come before it."""

    name: str
    upstream: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The steps of a run in a topological order."""

    run: str
    steps: tuple[PlannedStep, ...]


RunStep = Callable[[str], Outcome]
"""Runs the step of this name and returns its outcome.

It may be called from any thread, once a step, after all steps upstream have ended. It
does not raise when the step fails: it decides, from what is upstream, whether a step is
skipped. It raises KeyboardInterrupt when the user interrupts.
"""
