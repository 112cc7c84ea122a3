"""The newest runs with what they were given and what their steps logged, cached ones too."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.errors import FlavorFailedError, UnknownNameError
from stack_magic.experiment_trackers import RunKey, RunParts, TrackedRun, compared_runs

from ._flavor_calls import calling
from ._run_records import RunRecords

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stack_magic.experiment_trackers import BaseExperimentTracker, ComparedRun
    from stack_magic.metadata_stores import BaseMetadataStore, RunRecord, StepRecord

_STEPS = 4
"""Steps that log in a run, at a first guess."""


class Tracked(NamedTuple):
    """The runs that were found.

    Attributes:
        runs: The newest first.
        has_older: Whether there are more.
        unread: Why the metadata store did not say what it knows; empty if it did.
    """

    runs: list[ComparedRun]
    has_older: bool = False
    unread: str = ""


def tracked(
    tracker: BaseExperimentTracker,
    store: BaseMetadataStore | None,
    pipeline: str | None = None,
    *,
    last: int,
) -> Tracked:
    """Return the newest runs that have a param, a parameter or a metric.

    Of a step from the cache it is what the step that made its outputs logged.

    Args:
        tracker: Keeps what steps logged.
        store: Knows the runs, their parameters, and which steps came from the cache.
        pipeline: Only runs of this pipeline.
        last: Only so many runs, the newest.

    Raises:
        FlavorFailedError: The tracker's code failed, or gave something else.
    """
    records = RunRecords(store)
    found = _newest(tracker, records, pipeline, last + 1)
    return Tracked(compared_runs(found)[:last], len(found) > last, records.unread)


def tracked_run(
    tracker: BaseExperimentTracker, store: BaseMetadataStore | None, name: str
) -> ComparedRun:
    """Return the newest run of a name with what it was given and what its steps logged.

    Raises:
        UnknownNameError: Neither the tracker nor the metadata store knows it.
        FlavorFailedError: The tracker's code failed, or gave something else.
    """
    records = RunRecords(store)
    record = records.run(name)
    pipeline = name.rpartition("-")[0]
    if record is not None:
        keys = [RunKey(record.pipeline, name, step) for step in record.steps]
        logged = _of_steps(tracker, keys)
    else:  # logged outside of steps, it has the tracker's name
        logged = [r for p in (pipeline, name) for r in _asked(tracker, p, None) if r.run == name]
    runs = _joined([record] if record else [], logged)
    if not runs:
        why = records.unread or "neither the tracker nor the metadata store knows it"
        hint = f"%experiment_tracker runs {pipeline}".rstrip()
        message = f"no run is called {name!r}: {why}"
        raise UnknownNameError(message, hint=hint)
    told = list(_told(tracker, records, runs[:1], {}))
    return compared_runs(told or runs[:1])[0]


def _newest(
    tracker: BaseExperimentTracker, records: RunRecords, pipeline: str | None, wanted: int
) -> list[RunParts]:
    """Return the newest runs of which something is known, each with all that it logged."""
    recorded = records.newest(pipeline)
    made: dict[RunKey, TrackedRun | None] = {}
    number = _STEPS * wanted
    while True:
        logged = _asked(tracker, pipeline, number)
        runs = _joined(recorded, logged)
        is_all = len(logged) < number
        if not is_all:  # of a run that began earlier, some steps are not there yet
            runs = [parts for parts in runs if parts.started > logged[0].started]
        found = list(islice(_told(tracker, records, runs, made), wanted))
        if is_all or len(found) == wanted:
            return found
        number *= 4


def _joined(recorded: Sequence[RunRecord], logged: Sequence[TrackedRun]) -> list[RunParts]:
    """Return recorded runs and those that only the tracker knows, the newest first."""
    records = {(record.pipeline, record.name): record for record in recorded}
    steps: dict[tuple[str, str], dict[str, TrackedRun]] = {key: {} for key in records}
    others: list[dict[str, TrackedRun]] = []
    latest: dict[tuple[str, str], dict[str, TrackedRun]] = {}
    for run in logged:
        key = (run.pipeline, run.run)
        # A run's name may come again, with another store or after its records are gone.
        if key in records and run.started >= records[key].started:
            steps[key].pop(run.step, None)  # a step that began again logged anew
            steps[key][run.step] = run
            continue
        if key not in latest or not run.step or run.step in latest[key]:
            latest[key] = {}
            others.append(latest[key])
        latest[key][run.step] = run
    known = [_recorded(record, steps[key].values()) for key, record in records.items()]
    runs = [*known, *(_unrecorded(tuple(found.values())) for found in others)]
    return sorted(runs, key=lambda parts: parts.started, reverse=True)


def _recorded(record: RunRecord, steps: Iterable[TrackedRun]) -> RunParts:
    return RunParts(
        record.name,
        record.pipeline,
        record.started,
        record.parameters,
        tuple(steps),
        record.outcome,
    )


def _unrecorded(steps: tuple[TrackedRun, ...]) -> RunParts:
    return RunParts(steps[0].run, steps[0].pipeline, steps[0].started, {}, steps)


def _told(
    tracker: BaseExperimentTracker,
    records: RunRecords,
    runs: Iterable[RunParts],
    made: dict[RunKey, TrackedRun | None],
) -> Iterator[RunParts]:
    """Yield the runs of which something is known, with what cached steps logged once.

    What steps are found to have made is added to *made*, and not asked for again.
    """
    for parts in runs:
        cached = {step.name: _maker(step) for step in records.cached(parts.run)}
        asked = dict.fromkeys(key for key in cached.values() if key not in made)
        made.update(_made(tracker, list(asked)))
        found = {step.step: step for step in parts.steps}
        for name, key in cached.items():
            logged = made[key]
            if logged is not None and name not in found:
                found[name] = replace(
                    logged,
                    run=parts.run,
                    step=name,
                    pipeline=parts.pipeline,
                    cached_from=key.run,
                )
        if found or parts.parameters:
            yield parts._replace(steps=tuple(found.values()))


def _made(tracker: BaseExperimentTracker, keys: list[RunKey]) -> dict[RunKey, TrackedRun | None]:
    """Return what the steps that made something logged, each the last time it ran."""
    logged = {RunKey(run.pipeline, run.run, run.step): run for run in _of_steps(tracker, keys)}
    return {key: logged.get(key) for key in keys}


def _of_steps(tracker: BaseExperimentTracker, keys: list[RunKey]) -> list[TrackedRun]:
    if not keys:
        return []
    with calling(tracker, "get_step_runs"):
        return _checked(tracker, tracker.get_step_runs(keys))


def _maker(step: StepRecord) -> RunKey:
    """Return the step that made the outputs of a cached one; they all have the same."""
    run, name = next(iter(step.outputs.values())).producer
    return RunKey(run.rpartition("-")[0], run, name)


def _asked(
    tracker: BaseExperimentTracker, pipeline: str | None, last: int | None
) -> list[TrackedRun]:
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
