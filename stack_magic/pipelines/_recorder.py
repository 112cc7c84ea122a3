"""Records how the steps of a run ended; consecutive cached ones in one transaction."""

from __future__ import annotations

import time
from threading import RLock
from typing import TYPE_CHECKING

from stack_magic.enums import Outcome
from stack_magic.machine import interrupts_wait

from ._flavor_calls import calling
from ._gate import Gate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stack_magic.metadata_stores import BaseMetadataStore, StepRecord

    from ._watchers import Watchers

_PATIENCE = 0.2
"""Seconds after which a cached step is shown, whatever comes next."""


class Recorder:
    """The steps of one run that have ended.

    A step is shown when it is recorded for good, never before. To commit costs what a
    hundred rows cost, so cached steps wait for the ones that follow.

    Attributes:
        steps: Those that have ended, in that order.
        gate: Lets steps publish and record until the run is over.
    """

    def __init__(self, store: BaseMetadataStore, watchers: Watchers) -> None:
        self.steps: dict[str, StepRecord] = {}
        self.gate = Gate()
        self._store = store
        self._watchers = watchers
        self._waiting: list[StepRecord] = []
        self._lock = RLock()
        self._since = 0.0

    def cached(self, record: StepRecord) -> Outcome:
        """Take a step from the cache, unless the run is over; it is recorded with the next."""
        with self.gate.recording() as may, self._lock:
            if not may:
                return Outcome.CANCELLED
            if not self._waiting:
                self._since = time.monotonic()
            self._waiting.append(record)
            self.steps[record.name] = record
            is_late = time.monotonic() - self._since > _PATIENCE
        if is_late:
            self.flush()
        return record.outcome

    def ended(self, record: StepRecord) -> Outcome:
        """Record how a step ended, unless the run is over."""
        with interrupts_wait(), self.gate.recording() as may:
            if not may:
                return Outcome.CANCELLED
            with self._lock:
                told = self._record([*self._waiting, record])
        self._tell(told[:-1])
        self._watchers.step_ended(record.name, record.outcome, record.seconds)
        return record.outcome

    def flush(self) -> None:
        """Record and show the cached steps that wait."""
        if not self._waiting:
            return
        with interrupts_wait(), self.gate.recording() as may, self._lock:
            told = self._record(self._waiting) if may else []
        self._tell(told)

    def close(self) -> None:
        """Let nothing more be published or recorded, but what waits."""
        try:
            with interrupts_wait(), self._lock:
                told = self._record(self._waiting)
            self._tell(told)
        finally:
            self.gate.close()

    def record_late(self, records: Sequence[StepRecord]) -> None:
        """Record steps that never came to their end; after `close`."""
        self._record(records)

    def _record(self, records: Sequence[StepRecord]) -> list[StepRecord]:
        taken = list(records)
        if taken:
            with calling(self._store, "record_steps"):
                self._store.record_steps(taken)
            self._waiting.clear()
            self.steps.update((record.name, record) for record in taken)
        return taken

    def _tell(self, cached: Sequence[StepRecord]) -> None:
        for record in cached:
            self._watchers.step_started(record.name)
            self._watchers.step_ended(record.name, record.outcome, record.seconds)
