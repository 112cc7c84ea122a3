"""What an SQL metadata store says to its database, within one transaction each.

Imports SQLAlchemy, so it is imported when needed. Values go as bound parameters only;
the statements are built once, so that SQLAlchemy compiles each of them once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from stack_magic.enums import Outcome
from stack_magic.errors import UnknownNameError, did_you_mean

from ._records import ArtifactRecord, RunRecord, StepRecord
from ._rows import (
    artifact_of,
    artifact_row,
    as_json,
    as_text,
    run_of,
    step_of,
    step_row,
)
from ._tables import ARTIFACTS, LINKS, RUNS, STEPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

_LAST_NUMBER = select(func.max(RUNS.c.number)).where(RUNS.c.pipeline == bindparam("pipeline"))
_INSERT_RUN = insert(RUNS)
_FINISH_RUN = update(RUNS).where(RUNS.c.name == bindparam("run"))
_ONE_RUN = select(RUNS).where(RUNS.c.name == bindparam("run"))
_ALL_RUNS = select(RUNS).order_by(RUNS.c.id)
_RUNS_OF = _ALL_RUNS.where(RUNS.c.pipeline == bindparam("pipeline"))
_RUN_AND_FORMER = (
    select(RUNS.c.id, STEPS.c.id.label("former"))
    .outerjoin(STEPS, (STEPS.c.run_id == RUNS.c.id) & (STEPS.c.name == bindparam("step")))
    .where(RUNS.c.name == bindparam("run"))
)
_RUN_NAMES = select(RUNS.c.name).order_by(RUNS.c.id.desc()).limit(1000)
_PIPELINES = select(RUNS.c.pipeline).distinct().order_by(RUNS.c.pipeline)

_INSERT_STEP = insert(STEPS)
_DROP_STEP = delete(STEPS).where(STEPS.c.id == bindparam("former"))
_DROP_LINKS = delete(LINKS).where(LINKS.c.step_id == bindparam("former"))
_STEPS = select(STEPS, RUNS.c.name.label("run")).join(RUNS)
_STEPS_OF = _STEPS.where(RUNS.c.name == bindparam("run")).order_by(STEPS.c.id)
_ONE_STEP = _STEPS.where(RUNS.c.name == bindparam("run_name"), STEPS.c.name == bindparam("step"))
_CACHED = (
    _STEPS.where(
        STEPS.c.cache_key == bindparam("cache_key"),
        STEPS.c.outcome == Outcome.DONE.value,
    )
    .order_by(STEPS.c.id.desc())
    .limit(1)
)

_INSERT_ARTIFACT = insert(ARTIFACTS)
_SAME_ARTIFACT = select(ARTIFACTS.c.id).where(
    ARTIFACTS.c.sha256 == bindparam("sha256"),
    ARTIFACTS.c.key == bindparam("key"),
    ARTIFACTS.c.producer_run == bindparam("producer_run"),
    ARTIFACTS.c.producer_step == bindparam("producer_step"),
)
_ARTIFACT = (
    select(ARTIFACTS)
    .where(ARTIFACTS.c.sha256 == bindparam("sha256"))
    .order_by(ARTIFACTS.c.id)
    .limit(1)
)
_INSERT_LINK = insert(LINKS)
_LINKED = (
    select(LINKS.c.step_id, LINKS.c.role, LINKS.c.name.label("label"), ARTIFACTS)
    .join(ARTIFACTS)
    .where(LINKS.c.step_id.in_(bindparam("steps", expanding=True)))
    .order_by(LINKS.c.step_id, LINKS.c.position)
)

_FORGOTTEN_RUNS = select(RUNS.c.id).where(RUNS.c.pipeline == bindparam("pipeline"))
_FORGOTTEN_STEPS = select(STEPS.c.id).where(STEPS.c.run_id.in_(_FORGOTTEN_RUNS))
_FORGET = (
    delete(LINKS).where(LINKS.c.step_id.in_(_FORGOTTEN_STEPS)),
    delete(STEPS).where(STEPS.c.run_id.in_(_FORGOTTEN_RUNS)),
    delete(RUNS).where(RUNS.c.pipeline == bindparam("pipeline")),
)
_FORGET_ARTIFACTS = delete(ARTIFACTS).where(ARTIFACTS.c.id.not_in(select(LINKS.c.artifact_id)))


def start_run(
    connection: Connection,
    pipeline: str,
    stack: str,
    parameters: Mapping[str, Any],
    steps: Sequence[str],
) -> RunRecord:
    """Insert a run under the pipeline's next number."""
    last = connection.execute(_LAST_NUMBER, {"pipeline": pipeline}).scalar()
    number = (last or 0) + 1
    record = RunRecord(
        name=f"{pipeline}-{number}",
        pipeline=pipeline,
        stack=stack,
        started=datetime.now(UTC),
        parameters=dict(parameters),
        steps=tuple(steps),
    )
    row = {
        "name": record.name,
        "pipeline": pipeline,
        "number": number,
        "stack": stack,
        "started": as_text(record.started),
        "outcome": None,
        "seconds": 0.0,
        "parameters": as_json(record.parameters),
        "steps": as_json(record.steps),
    }
    connection.execute(_INSERT_RUN, row)
    return record


def finish_run(connection: Connection, run: str, outcome: Outcome, seconds: float) -> RunRecord:
    """Update a run with its end."""
    record = one_run(connection, run)
    values = {"outcome": outcome.value, "seconds": seconds}
    connection.execute(_FINISH_RUN.values(**values), {"run": run})
    return replace(record, outcome=outcome, seconds=seconds)


def record_step(connection: Connection, step: StepRecord) -> None:
    """Insert a step with its artifacts, in the place of a former record of it."""
    names = {"run": step.run, "step": step.name}
    known = connection.execute(_RUN_AND_FORMER, names).one_or_none()
    if known is None:
        raise _unknown_run(connection, step.run)
    if known.former is not None:
        # Said in full: not every database that a flavor opens cascades.
        connection.execute(_DROP_LINKS, {"former": known.former})
        connection.execute(_DROP_STEP, {"former": known.former})
    row = {**step_row(step), "run_id": known.id}
    inserted = connection.execute(_INSERT_STEP, row).inserted_primary_key
    step_id = inserted[0] if inserted else None
    roles = (("input", step.inputs), ("output", step.outputs))
    links = [
        {
            "step_id": step_id,
            "role": role,
            "name": name,
            "position": position,
            "artifact_id": _artifact_id(connection, artifact),
        }
        for role, artifacts in roles
        for position, (name, artifact) in enumerate(artifacts.items())
    ]
    if links:
        connection.execute(_INSERT_LINK, links)


def _artifact_id(connection: Connection, artifact: ArtifactRecord) -> Any:
    row = artifact_row(artifact)
    known = connection.execute(_SAME_ARTIFACT, row).scalar()
    if known is not None:
        return known
    inserted = connection.execute(_INSERT_ARTIFACT, row).inserted_primary_key
    return inserted[0] if inserted else None


def pipelines(connection: Connection) -> list[str]:
    """Return the names of all pipelines, sorted."""
    return list(connection.execute(_PIPELINES).scalars())


def runs(connection: Connection, pipeline: str | None) -> list[RunRecord]:
    """Return the runs of one or all pipelines, the oldest first."""
    statement = _ALL_RUNS if pipeline is None else _RUNS_OF
    found = connection.execute(statement, {"pipeline": pipeline} if pipeline else {})
    return [run_of(row) for row in found]


def one_run(connection: Connection, run: str) -> RunRecord:
    """Return one run."""
    row = connection.execute(_ONE_RUN, {"run": run}).one_or_none()
    if row is None:
        raise _unknown_run(connection, run)
    return run_of(row)


def _unknown_run(connection: Connection, run: str) -> UnknownNameError:
    near = did_you_mean(run, connection.execute(_RUN_NAMES).scalars())
    hint = f"did you mean {near!r}?" if near else "%pipeline runs"
    return UnknownNameError(f"no run is called {run!r}", hint=hint)


def steps_of_run(connection: Connection, run: str) -> list[StepRecord]:
    """Return the steps of a run in the order in which they were recorded."""
    one_run(connection, run)
    return _with_artifacts(connection, connection.execute(_STEPS_OF, {"run": run}))


def cached_step(connection: Connection, cache_key: str) -> StepRecord | None:
    """Return the newest step that is done under a key."""
    found = connection.execute(_CACHED, {"cache_key": cache_key})
    steps = _with_artifacts(connection, found)
    return steps[0] if steps else None


def artifact(connection: Connection, sha256: str) -> ArtifactRecord | None:
    """Return the first artifact with a digest."""
    row = connection.execute(_ARTIFACT, {"sha256": sha256}).one_or_none()
    return None if row is None else artifact_of(row)


def producer(connection: Connection, artifact: ArtifactRecord) -> StepRecord:
    """Return the step that wrote an artifact."""
    run, step = artifact.producer
    found = connection.execute(_ONE_STEP, {"run_name": run, "step": step})
    steps = _with_artifacts(connection, found)
    if not steps:
        message = f"no step {step!r} of run {run!r}, which wrote {artifact.key!r}"
        raise UnknownNameError(message)
    return steps[0]


def forget_pipeline(connection: Connection, pipeline: str) -> None:
    """Delete the runs of a pipeline, their steps, and artifacts that no step has."""
    for statement in _FORGET:
        connection.execute(statement, {"pipeline": pipeline})
    connection.execute(_FORGET_ARTIFACTS)


def _with_artifacts(connection: Connection, found: Iterable[Any]) -> list[StepRecord]:
    rows = list(found)
    linked: dict[int, dict[str, dict[str, ArtifactRecord]]] = defaultdict(
        lambda: {"input": {}, "output": {}}
    )
    ids = [row.id for row in rows]
    for row in connection.execute(_LINKED, {"steps": ids}) if ids else ():
        linked[row.step_id][row.role][row.label] = artifact_of(row)
    return [step_of(row, linked[row.id]) for row in rows]
