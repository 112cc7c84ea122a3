"""The runs of a metadata store, where it is not what was asked for and may fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.enums import Outcome
from stack_magic.errors import UnknownNameError

from ._flavor_calls import calling

if TYPE_CHECKING:
    from stack_magic.metadata_stores import BaseMetadataStore, RunRecord, StepRecord

LOOKED_AT = 200
"""Runs that are looked at: of very many nobody waits for all."""


class RunRecords:
    """What a metadata store knows of runs; what it does not say is noted, and left out.

    Args:
        store: The store; None where the stack has none that can be asked.

    Attributes:
        unread: Why it did not say all; empty if it did.
    """

    def __init__(self, store: BaseMetadataStore | None) -> None:
        self._store = store
        self._known: set[str] = set()
        self._cached: dict[str, list[StepRecord]] = {}
        self.unread = "" if store else "the stack has no metadata store that can be asked"

    def run(self, name: str) -> RunRecord | None:
        """Return a run; None where it is not recorded."""
        if self._store is None:
            return None
        try:
            with calling(self._store, "get_pipeline_run"):
                found = self._store.get_pipeline_run(name)
        except UnknownNameError:
            return None
        except Exception as error:  # noqa: BLE001 - the store may be the user's
            self._note(error)
            return None
        self._known = {name}
        return found

    def newest(self, pipeline: str | None) -> list[RunRecord]:
        """Return the runs that are recorded, the newest first."""
        if self._store is None:
            return []
        try:
            with calling(self._store, "find_runs"):
                found = list(reversed(self._store.find_runs(pipeline, last=LOOKED_AT).runs))
        except Exception as error:  # noqa: BLE001 - the store may be the user's
            self._note(error)
            return []
        self._known = {run.name for run in found}
        return found

    def cached(self, run: str) -> list[StepRecord]:
        """Return the steps of a run that came from the cache, with outputs."""
        if self._store is None or self.unread or run not in self._known:
            return []
        if run not in self._cached:
            try:
                with calling(self._store, "get_pipeline_run_steps"):
                    steps = self._store.get_pipeline_run_steps(run)
            except Exception as error:  # noqa: BLE001 - the store may be the user's
                self._note(error)
                return []
            cached = [s for s in steps if s.outcome is Outcome.CACHED and s.outputs]
            self._cached[run] = cached
        return self._cached[run]

    def _note(self, error: Exception) -> None:
        self.unread = str(error).partition("\n")[0]
