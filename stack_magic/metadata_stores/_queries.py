"""What an SQL metadata store says to its database of runs and sources, in transactions.

Imports SQLAlchemy, so it is imported when needed. Values go as bound parameters only;
the statements are built once, so that SQLAlchemy compiles each of them once. What is
read leaves as rows that are fetched whole: records are made when nothing is held any more.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from stack_magic.errors import UnknownNameError, did_you_mean
from stack_magic.machine import ProcessIdentity

from ._records import RunRecord
from ._row_values import texts_only
from ._rows import as_json, as_text, chunks
from ._tables import ARTIFACTS, LINKS, RUNS, SOURCES, STEPS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from stack_magic.enums import Outcome

_LARGEST = 2**31 - 1
"""The last number that every database has a place for."""

_LAST_NUMBER = select(func.max(RUNS.c.number)).where(
    RUNS.c.pipeline == bindparam("pipeline"),
    RUNS.c.number < _LARGEST,  # nor is it a text in a damaged row
)
_INSERT_RUN = insert(RUNS)
_FINISH_RUN = (
    update(RUNS)
    .where(RUNS.c.name == bindparam("run"))
    .values(outcome=bindparam("ended"), seconds=bindparam("lasted"))
)
_ONE_RUN = select(RUNS).where(RUNS.c.name == bindparam("run"))
_RUNS = select(RUNS).order_by(RUNS.c.id.desc())
_RUNS_OF = _RUNS.where(RUNS.c.pipeline == bindparam("pipeline"))
_RUN_NAMES = select(RUNS.c.name).order_by(RUNS.c.id.desc())
_RUN_NAMES_WITH = _RUN_NAMES.where(
    func.substr(RUNS.c.name, 1, bindparam("length")) == bindparam("prefix")
)
_NEAR_NAMES = _RUN_NAMES.limit(1000)
_PIPELINES = select(RUNS.c.pipeline).distinct().order_by(RUNS.c.pipeline)

_FORGOTTEN_RUNS = select(RUNS.c.id).where(RUNS.c.pipeline == bindparam("pipeline"))
_FORGOTTEN_STEPS = select(STEPS.c.id).where(STEPS.c.run_id.in_(_FORGOTTEN_RUNS))
_FORGET = (
    delete(LINKS).where(LINKS.c.step_id.in_(_FORGOTTEN_STEPS)),
    delete(STEPS).where(STEPS.c.run_id.in_(_FORGOTTEN_RUNS)),
    delete(RUNS).where(RUNS.c.pipeline == bindparam("pipeline")),
)
_FORGET_ARTIFACTS = delete(ARTIFACTS).where(ARTIFACTS.c.id.not_in(select(LINKS.c.artifact_id)))

_SOURCES = select(SOURCES).where(SOURCES.c.digest.in_(bindparam("digests", expanding=True)))
_DIGESTS = select(SOURCES.c.digest).where(
    SOURCES.c.digest.in_(bindparam("digests", expanding=True))
)
_INSERT_SOURCE = insert(SOURCES)


def start_run(
    connection: Connection,
    pipeline: str,
    stack: str,
    parameters: Mapping[str, Any],
    steps: Sequence[str],
) -> RunRecord:
    """Insert a run under the pipeline's next number."""
    number = _next_number(connection, pipeline)
    record = RunRecord(
        name=f"{pipeline}-{number}",
        pipeline=pipeline,
        stack=stack,
        started=datetime.now(UTC),
        parameters=dict(parameters),
        steps=tuple(steps),
        owner=ProcessIdentity.own(),
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
        "owner": as_json(record.owner),
    }
    connection.execute(_INSERT_RUN, row)
    return record


def _next_number(connection: Connection, pipeline: str) -> int:
    """Return the number after the last one, of which no run has the name."""
    number = int(connection.execute(_LAST_NUMBER, {"pipeline": pipeline}).scalar() or 0) + 1
    # A row whose number is damaged still has its name.
    while connection.execute(_ONE_RUN, {"run": f"{pipeline}-{number}"}).first() is not None:
        number += 1
    return number


def finish_run(connection: Connection, run: str, outcome: Outcome, seconds: float) -> Any:
    """Update a run with its end; return its row."""
    values = {"run": run, "ended": outcome.value, "lasted": seconds}
    connection.execute(_FINISH_RUN, values)
    return one_run(connection, run)


def pipelines(connection: Connection) -> list[str]:
    """Return the names of all pipelines, sorted."""
    return texts_only(connection.execute(_PIPELINES).scalars())


def runs(connection: Connection, pipeline: str | None, last: int | None) -> Sequence[Any]:
    """Return the rows of the runs of one or all pipelines, the oldest first."""
    statement = _RUNS if pipeline is None else _RUNS_OF
    values = {} if pipeline is None else {"pipeline": pipeline}
    statement = statement if last is None else statement.limit(last)
    return connection.execute(statement, values).all()[::-1]


def run_names(connection: Connection, prefix: str, last: int | None) -> list[str]:
    """Return the names of runs that begin with *prefix*, the newest first."""
    statement = _RUN_NAMES_WITH if prefix else _RUN_NAMES
    values = {"prefix": prefix, "length": len(prefix)} if prefix else {}
    statement = statement if last is None else statement.limit(last)
    return texts_only(connection.execute(statement, values).scalars())


def one_run(connection: Connection, run: str) -> Any:
    """Return the row of one run."""
    row = connection.execute(_ONE_RUN, {"run": run}).one_or_none()
    if row is None:
        raise unknown_run(connection, run)
    return row


def unknown_run(connection: Connection, run: str) -> UnknownNameError:
    """Return the error for a run that is not recorded, which names the nearest."""
    near = did_you_mean(run, texts_only(connection.execute(_NEAR_NAMES).scalars()))
    hint = f"did you mean {near!r}?" if near else "%pipeline runs"
    return UnknownNameError(f"no run is called {run!r}", hint=hint)


def forget_pipeline(connection: Connection, pipeline: str) -> None:
    """Delete the runs of a pipeline, their steps, and artifacts that no step has."""
    for statement in _FORGET:
        connection.execute(statement, {"pipeline": pipeline})
    connection.execute(_FORGET_ARTIFACTS)


def known_sources(connection: Connection, digests: Sequence[str]) -> set[str]:
    """Return those of the digests that have a source."""
    found: set[str] = set()
    for chunk in chunks(digests):
        found.update(connection.execute(_DIGESTS, {"digests": chunk}).scalars())
    return found


def record_sources(connection: Connection, sources: Mapping[str, str]) -> None:
    """Insert the sources that are missing."""
    missing = sources.keys() - known_sources(connection, list(sources))
    if missing:
        rows = [{"digest": digest, "text": sources[digest]} for digest in sorted(missing)]
        connection.execute(_INSERT_SOURCE, rows)


def sources(connection: Connection, digests: Sequence[str]) -> dict[str, str]:
    """Return the sources of digests."""
    found: dict[str, str] = {}
    for chunk in chunks(digests):
        rows = connection.execute(_SOURCES, {"digests": chunk}).all()
        found.update((row.digest, row.text) for row in rows if isinstance(row.text, str))
    return found
