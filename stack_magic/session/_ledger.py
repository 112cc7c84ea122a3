"""Which runs are under way in this session, on which stack, and how each is ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from stack_magic.pipelines import Cancellation


class Ledger:
    """Notes which run is under way, and on which stack."""

    def __init__(
        self,
        running: MutableMapping[str, str],
        cancellations: MutableMapping[str, Cancellation],
        cancellation: Cancellation,
    ) -> None:
        self._running = running
        self._cancellations = cancellations
        self._cancellation = cancellation
        self._run: str | None = None

    def run_started(self, run: str, steps: tuple[str, ...], stack: str) -> None:
        self._run = run
        self._running[run] = stack
        self._cancellations[run] = self._cancellation

    def step_started(self, step: str) -> None:
        """Steps do not matter here."""

    def step_ended(self, step: str, outcome: Any, seconds: float) -> None:
        """Steps do not matter here."""

    def run_ended(self, run: Any) -> None:
        """The session closes the ledger itself, also when the run raised."""

    def close(self) -> None:
        if self._run is not None:
            self._running.pop(self._run, None)
            self._cancellations.pop(self._run, None)
