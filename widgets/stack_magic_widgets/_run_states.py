"""What is known of a run's steps: their states, and what they have printed."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from stack_magic.display import Folding, Table
from stack_magic.enums import NOT_GOOD, Outcome
from stack_magic.pipelines import step_without_end

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stack_magic.display import Block
    from stack_magic.pipelines import Run

_PIECES = 500
"""Pieces of a step's log that are kept: a view is no log file."""


class StepState(NamedTuple):
    """What is known of a step: a sign and a word, since when, how long it took, its end."""

    words: str = "○ waiting"
    since: float | None = None
    seconds: float | None = None
    outcome: Outcome | None = None

    @property
    def caption(self) -> str:
        """The words with the time."""
        if self.seconds is not None:
            return f"{self.words} {self.seconds:.2f} s"
        if self.since is None:
            return self.words
        return f"{self.words} {time.monotonic() - self.since:.1f} s"


class RunStates:
    """The steps of one run.

    Attributes:
        upstream: For each step, in order, the steps before it.
    """

    def __init__(self, upstream: Mapping[str, Sequence[str]]) -> None:
        self.upstream = {name: tuple(before) for name, before in upstream.items()}
        self._folding = Folding(self.upstream)
        self._states: dict[str, StepState] = {}
        self._logs: dict[str, deque[str]] = {}

    def begin(self, steps: tuple[str, ...]) -> None:
        """Forget the run before; what the steps come after stays."""
        self.upstream = {name: self.upstream.get(name, ()) for name in steps}
        self._folding = Folding(self.upstream)
        self._states.clear()
        self._logs.clear()

    def started(self, step: str) -> None:
        """Note that a step runs."""
        self._states[step] = StepState("▶ running", time.monotonic())

    def waits(self, step: str, text: str) -> None:
        """Note what a step waits for."""
        before = self._states.get(step, StepState())
        self._states[step] = before._replace(words=f"▶ {text}")

    def said(self, step: str, text: str) -> None:
        """Keep what a step printed."""
        self._logs.setdefault(step, deque(maxlen=_PIECES)).append(text)

    def ended(self, step: str, outcome: Outcome, seconds: float | None) -> None:
        """Note how a step ended; one that was skipped took no time."""
        took = None if outcome is Outcome.SKIPPED else seconds
        self._states[step] = StepState(f"{outcome.mark} {outcome}", seconds=took, outcome=outcome)

    def take(self, run: Run) -> None:
        """Note how all steps of a run have ended, or that nothing is recorded of it."""
        without_end = StepState(step_without_end(run.record))
        self._states.update((n, without_end) for n in run.record.steps if n not in run.steps)
        for name, step in run.steps.items():
            took = step.seconds if step.record.started is not None else None
            self.ended(name, step.outcome, took)

    @property
    def count(self) -> int:
        """How many steps have ended."""
        return sum(state.since is None for state in self._states.values())

    @property
    def captions(self) -> dict[str, str]:
        """For each step its state in words, with the time."""
        waiting = StepState()
        return {name: self._states.get(name, waiting).caption for name in self.upstream}

    def picture(self) -> str:
        """Return the graph as SVG."""
        return self._folding.drawing(self.captions, self._words)

    def blocks(self) -> tuple[Block, ...]:
        """Return the graph as a picture and in words."""
        captions = self.captions
        outcomes = {n: state.outcome for n, state in self._states.items() if state.outcome}
        rows = tuple(
            (name, self._folding.after(name), captions[name])
            for name in self._folding.rows(outcomes, NOT_GOOD)
        )
        left_out = len(self.upstream) - len(rows)
        table = Table(("step", "after", "state"), rows, "run.steps has all", left_out)
        return (*self._folding.blocks(captions, self._words), table)

    @property
    def _words(self) -> dict[str, str]:
        waiting = StepState()
        return {name: self._states.get(name, waiting).words for name in self.upstream}

    def log(self, step: str) -> str:
        """Return what a step has printed."""
        return "".join(self._logs.get(step, ()))
