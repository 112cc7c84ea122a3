"""The tables of the local tracker, and what is asked of them and written to them."""

from __future__ import annotations

import json
import math
import time
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from stack_magic.errors import NameTakenError, StorageError

from ._logged import shortened
from ._records import Point, TrackedArtifact, TrackedRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from sqlite3 import Connection

    from ._files import Copy
    from ._records import RunKey

_TABLES = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, pipeline TEXT NOT NULL, run TEXT NOT NULL, step TEXT NOT NULL,
    mark TEXT NOT NULL, started REAL NOT NULL, UNIQUE (pipeline, run, step, mark)
);
CREATE TABLE IF NOT EXISTS params (
    run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, name TEXT NOT NULL,
    value TEXT NOT NULL, UNIQUE (run_id, name)
);
CREATE TABLE IF NOT EXISTS points (
    id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    metric TEXT NOT NULL, step INTEGER NOT NULL, value REAL, time REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS points_of_metric ON points (run_id, metric, step);
CREATE TABLE IF NOT EXISTS artifacts (
    run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, name TEXT NOT NULL,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL, UNIQUE (run_id, name)
);
CREATE INDEX IF NOT EXISTS artifacts_of_bytes ON artifacts (sha256);
"""
_NEWEST_OF_PIPELINE = "CREATE INDEX runs_of_pipeline ON runs (pipeline);"

MIGRATIONS = (_TABLES, _NEWEST_OF_PIPELINE)
"""Step N, counted from 1, makes version N of the file; what was released is not edited."""

_CHOSEN = "SELECT id FROM runs ORDER BY id DESC LIMIT :last"
_CHOSEN_OF = "SELECT id FROM runs WHERE pipeline = :pipeline ORDER BY id DESC LIMIT :last"
_NEWEST = """
    SELECT max(id) FROM runs WHERE pipeline = :pipeline AND run = :run AND step = :step
    AND (:mark IS NULL OR mark = :mark)
"""
_DIGESTS = """
    SELECT sha256 FROM artifacts JOIN runs ON runs.id = run_id WHERE pipeline = ?
"""
_LAST_STEP = "SELECT max(step) FROM points WHERE run_id = ? AND metric = ?"
_PUT_ARTIFACT = "INSERT OR REPLACE INTO artifacts VALUES (?, ?, ?, ?)"


# Writing: each in a transaction of the caller's.


def open_run(connection: Connection, key: RunKey, mark: str | None) -> int:
    """Return the id of a run, begun if it is not there; without a mark, of the newest."""
    values = {**key._asdict(), "mark": mark}
    found: int | None = connection.execute(_NEWEST, values).fetchone()[0]
    if found is not None:
        return found
    values |= {"mark": mark or uuid4().hex, "started": time.time()}
    begin = "INSERT INTO runs VALUES (NULL, :pipeline, :run, :step, :mark, :started)"
    return int(connection.execute(begin, values).lastrowid or 0)


def add_params(connection: Connection, run: int, key: RunKey, texts: Mapping[str, str]) -> None:
    """Write params.

    Raises:
        NameTakenError: The run has another value for one of them.
    """
    known = dict(connection.execute("SELECT name, value FROM params WHERE run_id = ?", (run,)))
    for name, text in texts.items():
        if known.get(name, text) != text:
            former, value = (shortened(json.loads(t)) for t in (known[name], text))
            message = (
                f"param {name!r} of {key.run!r} is {former} already, and a run has one value "
                f"for a param: {value} was not logged"
            )
            raise NameTakenError(message, hint="log it under another name, or as a metric")
    new = [(run, name, text) for name, text in texts.items() if name not in known]
    connection.executemany("INSERT INTO params VALUES (?, ?, ?)", new)


def add_points(
    connection: Connection, run: int, values: Mapping[str, float], step: int | None
) -> None:
    """Write a point of each metric; without a step, at the one after its highest."""
    now = time.time()
    for metric, value in values.items():
        at = step
        if at is None:
            highest = connection.execute(_LAST_STEP, (run, metric)).fetchone()[0]
            at = 0 if highest is None else highest + 1
        # SQLite keeps nan as NULL.
        kept = (run, metric, at, value, now)
        connection.execute("INSERT INTO points VALUES (NULL, ?, ?, ?, ?, ?)", kept)


def put_artifact(connection: Connection, run: int, name: str, copy: Copy) -> str | None:
    """Write a file's digest; return that of the one whose name it takes, if any."""
    former = "SELECT sha256 FROM artifacts WHERE run_id = ? AND name = ?"
    found = connection.execute(former, (run, name)).fetchone()
    connection.execute(_PUT_ARTIFACT, (run, name, copy.sha256, copy.size))
    return None if found is None or found[0] == copy.sha256 else str(found[0])


def forget(connection: Connection, pipeline: str) -> set[str]:
    """Remove the runs of a pipeline; return the digests of their files."""
    digests = {row[0] for row in connection.execute(_DIGESTS, (pipeline,))}
    connection.execute("DELETE FROM runs WHERE pipeline = ?", (pipeline,))
    return digests


def unused(connection: Connection, digests: Iterable[str]) -> list[str]:
    """Return those of the digests that no run has a file of."""
    query = "SELECT 1 FROM artifacts WHERE sha256 = ?"
    return [d for d in digests if connection.execute(query, (d,)).fetchone() is None]


# Reading.


class Rows(NamedTuple):
    """What was read of some runs, to be made into values when nothing waits for it."""

    runs: list[tuple[Any, ...]]
    params: list[tuple[Any, ...]]
    points: list[tuple[Any, ...]]
    artifacts: list[tuple[Any, ...]]


def read_rows(connection: Connection, pipeline: str | None, last: int | None) -> Rows:
    """Return the rows of the runs of a pipeline, or of all; the *last* so many."""
    values = {"pipeline": pipeline, "last": -1 if last is None else last}
    chosen = _CHOSEN if pipeline is None else _CHOSEN_OF

    def rows(columns: str, table: str, key: str, order: str) -> list[tuple[Any, ...]]:
        query = f"SELECT {columns} FROM {table} WHERE {key} IN ({chosen}) ORDER BY {order}"  # noqa: S608 - of words that are here
        return connection.execute(query, values).fetchall()

    return Rows(
        rows("id, run, step, pipeline, started", "runs", "id", "id"),
        rows("run_id, name, value", "params", "run_id", "run_id, rowid"),
        rows("run_id, metric, step, value, time", "points", "run_id", "run_id, id"),
        rows("run_id, name, sha256, size", "artifacts", "run_id", "run_id, name"),
    )


def tracked_runs(rows: Rows, location: Callable[[str], str]) -> list[TrackedRun]:
    """Return runs as values; *location* gives where the bytes of a digest are."""
    params, points, artifacts = (_by_run(part) for part in rows[1:])
    return [
        TrackedRun(
            run,
            step,
            pipeline,
            _moment(started),
            {name: _param(run, name, text) for name, text in params.get(number, ())},
            _curves(points.get(number, [])),
            {n: TrackedArtifact(d, size, location(d)) for n, d, size in artifacts.get(number, ())},
        )
        for number, run, step, pipeline, started in rows.runs
    ]


def _param(run: str, name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        message = f"param {name!r} of run {run!r} cannot be read: {shortened(text)} is not JSON"
        raise StorageError(message) from error


def _by_run(rows: list[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    grouped = groupby(rows, key=lambda row: row[0])
    return {number: [row[1:] for row in group] for number, group in grouped}


def _curves(rows: list[tuple[Any, ...]]) -> dict[str, tuple[Point, ...]]:
    curves: dict[str, list[Point]] = {}
    for metric, step, value, logged in rows:
        point = Point(step, math.nan if value is None else value, _moment(logged))
        curves.setdefault(metric, []).append(point)
    return {metric: tuple(points) for metric, points in curves.items()}


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
