"""Ends of runs that could not be recorded: kept until their store is used again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stack_magic.enums import Severity
from stack_magic.errors import StackMagicError
from stack_magic.machine import interrupts_wait
from stack_magic.stack import Diagnostic

from ._failure import describe_failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from stack_magic.metadata_stores import BaseMetadataStore, RunRecord


class LateEnd(NamedTuple):
    """The end of a run that is not recorded yet.

    Attributes:
        store: Where it belongs.
        run: The run as it ended.
        record: Records it, or raises.
    """

    store: BaseMetadataStore
    run: RunRecord
    record: Callable[[], object]


_KEPT: list[LateEnd] = []


def keep_end(store: BaseMetadataStore, run: RunRecord, record: Callable[[], object]) -> None:
    """Let the end of a run be recorded when its store is used next."""
    _KEPT.append(LateEnd(store, run, record))


def is_kept(run: RunRecord) -> bool:
    """Return whether the end of a run of this session waits to be recorded."""
    # In another store there may be a run of this name.
    return any((end.run.name, end.run.started) == (run.name, run.started) for end in _KEPT)


def record_late_ends(store: BaseMetadataStore) -> None:
    """Record the ends that wait for *store*; those that cannot be recorded wait on."""
    with interrupts_wait():
        for end in [end for end in _KEPT if end.store == store]:
            try:
                end.record()
            except Exception:  # noqa: BLE001 - who uses the store is told by what it asks for
                return
            _KEPT.remove(end)


def not_recorded(run: str, error: BaseException) -> Diagnostic:
    """Return what is told of an end that could not be recorded."""
    why = error.message if isinstance(error, StackMagicError) else describe_failure(error)
    message = f"its end could not be recorded yet: {why}; the next use of the store records it"
    return Diagnostic("end-not-recorded", Severity.WARNING, run, message, "%pipeline runs")
