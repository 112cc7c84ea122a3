"""What the steps of the newest runs logged, those among them that came from the cache."""

from __future__ import annotations

from dataclasses import replace
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.enums import Outcome
from stack_magic.errors import FlavorFailedError
from stack_magic.experiment_trackers import RunKey, TrackedRun

from ._flavor_calls import calling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from stack_magic.experiment_trackers import BaseExperimentTracker
    from stack_magic.metadata_stores import BaseMetadataStore, RunRecord, StepRecord

_LOOKED_AT = 200
"""Runs of the metadata store that are looked at: of very many nobody waits for all."""


class Tracked(NamedTuple):
    """What was logged.

    Attributes:
        runs: The oldest first.
        unread: Why steps from the cache are not among them; empty if they are.
    """

    runs: list[TrackedRun]
    unread: str = ""


def tracked(
    tracker: BaseExperimentTracker,
    store: BaseMetadataStore | None,
    pipeline: str | None = None,
    *,
    last: int,
) -> Tracked:
    """Return what the newest steps logged: of a cached one, what the step that made it did.

    Args:
        tracker: Keeps what steps logged.
        store: Knows which steps came from the cache, and who made their outputs.
        pipeline: Only runs of this pipeline.
        last: Only so many steps, the newest.

    Raises:
        FlavorFailedError: The tracker's code failed, or gave something else.
    """
    logged = _asked(tracker, pipeline, last)
    if not logged and not _asked(tracker, None, 1):
        return Tracked([])  # nothing was ever logged
    if store is None:
        return Tracked(logged, "the stack has no metadata store that can be asked")
    since = logged[0].started if len(logged) >= last else None
    unread: list[str] = []
    found = _made_known(tracker, _cached_steps(store, pipeline, since, unread))
    cached = sorted(islice(found, last), key=lambda run: run.started)
    runs = list(merge(logged, cached, key=lambda run: run.started))
    return Tracked(runs[-last:], "".join(unread))


def _made_known(
    tracker: BaseExperimentTracker, steps: Iterable[tuple[RunRecord, StepRecord]]
) -> Iterator[TrackedRun]:
    """Yield for cached steps what those that made their outputs logged, if they did."""
    made: dict[RunKey, TrackedRun | None] = {}
    for run, step in steps:
        key = _maker(step)
        if key not in made:
            with calling(tracker, "get_step_runs"):
                # A step that began again logged anew: what it made came from the last time.
                made[key] = next(reversed(_checked(tracker, tracker.get_step_runs([key]))), None)
        logged = made[key]
        if logged is not None:
            yield replace(
                logged,
                run=run.name,
                step=step.name,
                pipeline=run.pipeline,
                started=step.started or run.started,
                cached_from=key.run,
            )


def _cached_steps(
    store: BaseMetadataStore, pipeline: str | None, since: datetime | None, unread: list[str]
) -> Iterator[tuple[RunRecord, StepRecord]]:
    """Yield the cached steps of the newest runs; add to *unread* why there are no more.

    The metadata store is not what was asked for: without it the rest is shown.
    """
    try:
        with calling(store, "find_runs"):
            runs = store.find_runs(pipeline, last=_LOOKED_AT).runs
        for run in reversed(runs):
            with calling(store, "get_pipeline_run_steps"):
                steps = store.get_pipeline_run_steps(run.name)
            for step in reversed(steps):
                if step.outcome is Outcome.CACHED and step.outputs:
                    yield run, step
            if since is not None and run.started < since:
                return
    except Exception as error:  # noqa: BLE001 - the store may be the user's
        unread.append(str(error).partition("\n")[0])


def _maker(step: StepRecord) -> RunKey:
    """Return the step that made the outputs of a cached one; they all have the same."""
    run, name = next(iter(step.outputs.values())).producer
    return RunKey(run.rpartition("-")[0], run, name)


def _asked(tracker: BaseExperimentTracker, pipeline: str | None, last: int) -> list[TrackedRun]:
    with calling(tracker, "get_runs"):
        return _checked(tracker, tracker.get_runs(pipeline, last=last))


def _checked(tracker: BaseExperimentTracker, given: Iterable[Any]) -> list[TrackedRun]:
    """Return what a tracker gave; its code may be the user's."""
    found = list(given)
    strange = next((run for run in found if not isinstance(run, TrackedRun)), None)
    if strange is not None:
        message = (
            f"{tracker.TYPE} {tracker.name!r}: get_runs gave a {type(strange).__name__}, "
            f"and TrackedRun is promised"
        )
        raise FlavorFailedError(message, hint=f"%{tracker.TYPE} check {tracker.name}")
    return found
