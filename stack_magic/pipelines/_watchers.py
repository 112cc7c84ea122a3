"""Who is told how a run goes on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stack_magic.enums import Outcome

    from ._run import Run

_LOG = logging.getLogger(__name__)


class RunWatcher(Protocol):
    """Is told of a run's events; it may be called from several threads."""

    def run_started(self, run: str, steps: tuple[str, ...], stack: str, /) -> None:
        """Note that a run of these steps begins on a stack."""

    def step_started(self, step: str, /) -> None:
        """Note that a step begins."""

    def step_ended(self, step: str, outcome: Outcome, seconds: float, /) -> None:
        """Note how a step ended; one that was skipped never began."""

    def run_ended(self, run: Run, /) -> None:
        """Note how the run ended."""


class StepListener(Protocol):
    """A watcher that also wants to hear what the steps print."""

    def step_said(self, step: str, text: str, /) -> None:
        """Take a piece of what a step printed, secrets masked."""


class WaitListener(Protocol):
    """A watcher that also wants to know what the run waits for."""

    def waiting(self, step: str, text: str, /) -> None:
        """Note what a step waits for; an empty name is that of the run itself."""


class Watchers:
    """Tells all of them; one that raises does not break the run."""

    def __init__(self, watchers: Sequence[RunWatcher]) -> None:
        self._watchers = tuple(watchers)
        self._listeners: list[Any] = [w for w in watchers if hasattr(w, "step_said")]

    def step_said(self, step: str, text: str) -> None:
        """Tell what a step printed."""
        self._tell(lambda watcher: watcher.step_said(step, text), self._listeners)

    def waiting(self, step: str, text: str) -> None:
        """Tell what a step, or the run itself, waits for."""
        patient = [w for w in self._watchers if hasattr(w, "waiting")]
        self._tell(lambda watcher: watcher.waiting(step, text), patient)

    def run_started(self, run: str, steps: tuple[str, ...], stack: str) -> None:
        """Tell that a run begins."""
        self._tell(lambda watcher: watcher.run_started(run, steps, stack))

    def step_started(self, step: str) -> None:
        """Tell that a step begins."""
        self._tell(lambda watcher: watcher.step_started(step))

    def step_ended(self, step: str, outcome: Outcome, seconds: float) -> None:
        """Tell how a step ended."""
        self._tell(lambda watcher: watcher.step_ended(step, outcome, seconds))

    def run_ended(self, run: Run) -> None:
        """Tell how the run ended."""
        self._tell(lambda watcher: watcher.run_ended(run))

    def _tell(self, what: Callable[[Any], None], watchers: Sequence[Any] | None = None) -> None:
        for watcher in self._watchers if watchers is None else watchers:
            try:
                what(watcher)
            except Exception:  # noqa: BLE001 - a view must not break what it shows
                _LOG.warning("a watcher of a run failed", exc_info=True)
