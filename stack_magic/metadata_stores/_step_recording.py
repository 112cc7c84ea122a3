"""How steps are recorded: any number of them in a handful of statements.

Imports SQLAlchemy, so it is imported when needed.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import and_, bindparam, delete, insert, select, tuple_

from ._queries import unknown_run
from ._rows import artifact_row, chunks, step_row
from ._tables import ARTIFACTS, LINKS, RUNS, STEPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Insert

    from ._records import ArtifactRecord, StepRecord

# One statement for both: it is asked for each step of a run.
_RUN = (
    select(RUNS.c.id.label("run_id"), STEPS.c.id)
    .outerjoin(
        STEPS,
        and_(STEPS.c.run_id == RUNS.c.id, STEPS.c.name.in_(bindparam("names", expanding=True))),
    )
    .where(RUNS.c.name == bindparam("run"))
)
_STEP_IDS = select(STEPS.c.id, STEPS.c.name).where(
    STEPS.c.run_id == bindparam("run_id"), STEPS.c.name.in_(bindparam("names", expanding=True))
)
_INSERT_STEP = insert(STEPS)
_DROP_STEPS = delete(STEPS).where(STEPS.c.id.in_(bindparam("former", expanding=True)))
_DROP_LINKS = delete(LINKS).where(LINKS.c.step_id.in_(bindparam("former", expanding=True)))
_INSERT_LINK = insert(LINKS)
_INSERT_ARTIFACT = insert(ARTIFACTS)
_IDENTITY = (
    ARTIFACTS.c.sha256,
    ARTIFACTS.c.key,
    ARTIFACTS.c.producer_run,
    ARTIFACTS.c.producer_step,
)
# By both: every run there ever was may have written the same bytes.
_ARTIFACT_IDS = select(ARTIFACTS.c.id, *_IDENTITY).where(
    tuple_(ARTIFACTS.c.sha256, ARTIFACTS.c.key).in_(bindparam("wanted", expanding=True))
)


def record_steps(connection: Connection, steps: Sequence[StepRecord]) -> None:
    """Insert steps with their artifacts, in the place of former records of them."""
    for run, group in groupby(steps, key=lambda step: step.run):
        last: dict[str, StepRecord] = {}
        for step in group:  # the last of one name counts, where it stands
            last.pop(step.name, None)
            last[step.name] = step
        _record_steps_of(connection, run, list(last.values()))


def _record_steps_of(connection: Connection, run: str, steps: Sequence[StepRecord]) -> None:
    run_id = _drop_former(connection, run, [step.name for step in steps])
    step_ids = _insert_steps(connection, run_id, steps)
    artifact_ids = _artifact_ids(connection, steps)
    links = [
        {
            "step_id": step_ids[step.name],
            "role": role,
            "name": name,
            "position": position,
            "artifact_id": artifact_ids[_identity(artifact)],
        }
        for step in steps
        for role, artifacts in (("input", step.inputs), ("output", step.outputs))
        for position, (name, artifact) in enumerate(artifacts.items())
    ]
    if links:
        connection.execute(_INSERT_LINK, links)


def _drop_former(connection: Connection, run: str, names: Sequence[str]) -> int:
    """Drop the records that a run has of steps of these names; return the run's id."""
    run_id = None
    for chunk in chunks(names):
        rows = connection.execute(_RUN, {"run": run, "names": chunk}).all()
        if not rows:
            raise unknown_run(connection, run)
        run_id = rows[0].run_id
        former = [row.id for row in rows if row.id is not None]
        if former:  # said in full: not every database that a flavor opens cascades
            connection.execute(_DROP_LINKS, {"former": former})
            connection.execute(_DROP_STEPS, {"former": former})
    return cast("int", run_id)


def _insert_steps(
    connection: Connection, run_id: int, steps: Sequence[StepRecord]
) -> dict[str, int]:
    """Insert steps of a run; return their ids, by name."""
    rows = [{**step_row(step), "run_id": run_id} for step in steps]
    if len(rows) == 1:  # the driver tells the id of one row: nothing is to be asked
        return {steps[0].name: _inserted(connection, _INSERT_STEP, rows[0])}
    connection.execute(_INSERT_STEP, rows)
    found: dict[str, int] = {}
    for chunk in chunks([step.name for step in steps]):
        known = connection.execute(_STEP_IDS, {"run_id": run_id, "names": chunk}).all()
        found.update((row.name, row.id) for row in known)
    return found


def _inserted(connection: Connection, statement: Insert, row: Mapping[str, Any]) -> int:
    """Insert one row and return its id."""
    key = connection.execute(statement, row).inserted_primary_key
    return cast("int", key[0] if key else None)


def _artifact_ids(
    connection: Connection, steps: Iterable[StepRecord]
) -> Mapping[tuple[str, ...], int]:
    """Return the ids of all artifacts of steps; those that are not there are inserted."""
    wanted = {
        _identity(artifact): artifact
        for step in steps
        for artifact in (*step.inputs.values(), *step.outputs.values())
    }
    known = _known_artifacts(connection, list(wanted))
    missing = [identity for identity in wanted if identity not in known]
    rows = [artifact_row(wanted[identity]) for identity in missing]
    if len(rows) == 1:
        known[missing[0]] = _inserted(connection, _INSERT_ARTIFACT, rows[0])
    elif rows:
        connection.execute(_INSERT_ARTIFACT, rows)
        known |= _known_artifacts(connection, missing)
    return known


def _known_artifacts(
    connection: Connection, wanted: Sequence[tuple[str, ...]]
) -> dict[tuple[str, ...], int]:
    known: dict[tuple[str, ...], int] = {}
    for chunk in chunks(wanted, 250):
        keys = [identity[:2] for identity in chunk]
        rows: Any = connection.execute(_ARTIFACT_IDS, {"wanted": keys})
        known.update((tuple(row[1:]), row[0]) for row in rows.all())
    return known


def _identity(artifact: ArtifactRecord) -> tuple[str, ...]:
    return (artifact.sha256, artifact.key, *artifact.producer)
