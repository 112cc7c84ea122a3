"""What an SQL metadata store asks its database of steps and artifacts, in transactions.

Imports SQLAlchemy, so it is imported when needed. Steps leave as two lists of rows, those
of the steps and those of the artifacts that they read and wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from stack_magic.enums import Outcome
from stack_magic.errors import UnknownNameError

from ._base import RECENT_RUNS
from ._queries import one_run
from ._row_values import texts_only
from ._rows import chunks
from ._tables import ARTIFACTS, LINKS, RUNS, STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from ._records import ArtifactRecord

    Rows = Sequence[Any]

_STEPS = select(STEPS, RUNS.c.name.label("run")).join(RUNS)
_STEPS_OF = _STEPS.where(RUNS.c.name == bindparam("run")).order_by(STEPS.c.id)
_ONE_STEP = _STEPS.where(RUNS.c.name == bindparam("run_name"), STEPS.c.name == bindparam("step"))
_CACHED = _STEPS.where(
    STEPS.c.id.in_(
        select(func.max(STEPS.c.id))
        .where(
            STEPS.c.cache_key.in_(bindparam("keys", expanding=True)),
            STEPS.c.outcome == Outcome.DONE.value,
        )
        .group_by(STEPS.c.cache_key)
    )
)
_RECENT = (
    select(RUNS.c.id)
    .where(RUNS.c.pipeline == bindparam("pipeline"))
    .order_by(RUNS.c.id.desc())
    .limit(RECENT_RUNS)
    .subquery()
)
_PREVIOUS = _STEPS.where(
    STEPS.c.id.in_(
        select(func.max(STEPS.c.id))
        .join_from(_RECENT, STEPS, STEPS.c.run_id == _RECENT.c.id)
        .where(
            STEPS.c.name.in_(bindparam("names", expanding=True)),
            STEPS.c.outcome.in_([Outcome.DONE.value, Outcome.CACHED.value]),
        )
        .group_by(STEPS.c.name)
    )
)
_HAS_KEYS = select(STEPS.c.id).where(STEPS.c.run_id == RUNS.c.id, STEPS.c.cache_key != "").exists()
_NEWEST_WITH_KEYS = (
    select(RUNS.c.id)
    .where(RUNS.c.pipeline == bindparam("pipeline"), _HAS_KEYS)
    .order_by(RUNS.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_LAST_KEYS = (
    select(STEPS.c.cache_key)
    .where(STEPS.c.run_id == _NEWEST_WITH_KEYS, STEPS.c.cache_key != "")
    .order_by(STEPS.c.id)
)
_ARTIFACT = (
    select(ARTIFACTS)
    .where(ARTIFACTS.c.sha256 == bindparam("sha256"))
    .order_by(ARTIFACTS.c.id)
    .limit(1)
)
_LINKED = (
    select(LINKS.c.step_id, LINKS.c.role, LINKS.c.name.label("label"), ARTIFACTS)
    .join(ARTIFACTS)
    .where(LINKS.c.step_id.in_(bindparam("steps", expanding=True)))
    .order_by(LINKS.c.step_id, LINKS.c.position)
)


def steps_of_run(connection: Connection, run: str) -> tuple[Rows, Rows]:
    """Return the steps of a run in the order in which they were recorded."""
    one_run(connection, run)
    return _with_links(connection, connection.execute(_STEPS_OF, {"run": run}).all())


def cached_steps(connection: Connection, cache_keys: Sequence[str]) -> tuple[Rows, Rows]:
    """Return the newest step that is done under each of the keys."""
    rows = [
        row
        for chunk in chunks(filter(None, cache_keys))
        for row in connection.execute(_CACHED, {"keys": chunk})
    ]
    return _with_links(connection, rows)


def previous_steps(
    connection: Connection, pipeline: str, names: Sequence[str]
) -> tuple[Rows, Rows]:
    """Return the newest good step of each name among the recent runs of a pipeline."""
    rows = [
        row
        for chunk in chunks(names)
        for row in connection.execute(_PREVIOUS, {"pipeline": pipeline, "names": chunk})
    ]
    return _with_links(connection, rows)


def last_cache_keys(connection: Connection, pipeline: str) -> list[str]:
    """Return the cache keys of the newest run of a pipeline that has any."""
    return texts_only(connection.execute(_LAST_KEYS, {"pipeline": pipeline}).scalars())


def artifact(connection: Connection, sha256: str) -> Any:
    """Return the row of the first artifact with a digest, or None."""
    return connection.execute(_ARTIFACT, {"sha256": sha256}).one_or_none()


def producer(connection: Connection, artifact: ArtifactRecord) -> tuple[Rows, Rows]:
    """Return the step that wrote an artifact."""
    run, step = artifact.producer
    rows = connection.execute(_ONE_STEP, {"run_name": run, "step": step}).all()
    if not rows:
        message = f"no step {step!r} of run {run!r}, which wrote {artifact.key!r}"
        raise UnknownNameError(message, hint="%pipeline runs")
    return _with_links(connection, rows)


def _with_links(connection: Connection, steps: Rows) -> tuple[Rows, Rows]:
    links = [
        link
        for chunk in chunks(step.id for step in steps)
        for link in connection.execute(_LINKED, {"steps": chunk})
    ]
    return steps, links
