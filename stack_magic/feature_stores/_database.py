"""The tables of the local feature store, and what is done in them.

What users name is data in them, never a name of SQL.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from stack_magic.errors import InvalidConfigurationError, NameTakenError

from ._views import FeatureView

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from ._batch import Batch

TABLES = """
CREATE TABLE IF NOT EXISTS views (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, entities TEXT NOT NULL,
    features TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS history (
    view INTEGER NOT NULL, entity TEXT NOT NULL, time INTEGER NOT NULL, data TEXT NOT NULL,
    UNIQUE (view, entity, time));
CREATE TABLE IF NOT EXISTS online (
    view INTEGER NOT NULL, entity TEXT NOT NULL, time INTEGER NOT NULL, data TEXT NOT NULL,
    UNIQUE (view, entity))
"""
"""A view's `data` is a list in the order of its `features`, which only grow at the end."""

# The walk backwards along the index of (view, entity, time) ends at its first row.
HISTORICAL = """
SELECT (SELECT data FROM history WHERE view = ? AND entity = asked.entity
    AND time <= asked.time AND time >= asked.since ORDER BY time DESC LIMIT 1)
FROM temp.asked ORDER BY number
"""
ONLINE = """
SELECT (SELECT data FROM online WHERE view = ? AND entity = asked.entity
    AND time >= asked.since)
FROM temp.asked ORDER BY number
"""

_INGEST = """
INSERT INTO history (view, entity, time, data) VALUES (?, ?, ?, ?)
ON CONFLICT (view, entity, time) DO UPDATE SET data = excluded.data
"""
_MATERIALIZE = """
INSERT INTO online (view, entity, time, data)
SELECT view, entity, time, data FROM
    (SELECT entity AS known, max(time) AS newest FROM history
        WHERE view = :view AND time <= :end GROUP BY entity)
    JOIN history ON view = :view AND entity = known AND time = newest
"""
_EARLIEST = -(2**63)


def held_views(connection: sqlite3.Connection) -> dict[FeatureView, int]:
    """Return every view with its number, sorted by name."""
    rows = connection.execute("SELECT id, name, entities, features FROM views ORDER BY name")
    return {
        FeatureView(name, tuple(json.loads(entities)), tuple(json.loads(features))): number
        for number, name, entities, features in rows
    }


def ingest(connection: sqlite3.Connection, name: str, batch: Batch) -> FeatureView:
    """Add rows to a view, which is made or extended; return it as it is then."""
    view, number = _view_for(connection, name, batch)
    rows = ((number, *row) for row in batch.rows(view.features))
    connection.executemany(_INGEST, rows)
    return view


def _view_for(connection: sqlite3.Connection, name: str, batch: Batch) -> tuple[FeatureView, int]:
    for held, number in held_views(connection).items():
        if held.name == name:
            return _extended(connection, held, number, batch), number
    if not batch.features:
        message = f"the rows have no feature, so they make no view {name!r}"
        raise InvalidConfigurationError(message, hint="add a column beside entities and time")
    view = FeatureView(name, batch.entities, tuple(batch.features))
    made = connection.execute(
        "INSERT INTO views (name, entities, features) VALUES (?, ?, ?)",
        (name, json.dumps(view.entities), json.dumps(view.features)),
    )
    assert made.lastrowid is not None  # noqa: S101 - it is an INSERT
    return view, made.lastrowid


def _extended(
    connection: sqlite3.Connection, held: FeatureView, number: int, batch: Batch
) -> FeatureView:
    if set(held.entities) != set(batch.entities):
        of, wanted = ", ".join(held.entities), ", ".join(batch.entities)
        message = f"view {held.name!r} is of {of}, not of {wanted}"
        raise NameTakenError(message, hint="give the rows a view of another name")
    features = tuple(dict.fromkeys((*held.features, *batch.features)))
    if features != held.features:
        connection.execute(
            "UPDATE views SET features = ? WHERE id = ?", (json.dumps(features), number)
        )
    return FeatureView(held.name, held.entities, features)


def materialize(connection: sqlite3.Connection, view: int, end: int) -> None:
    """Make the online values of a view: the newest of each entity up to *end*."""
    connection.execute("DELETE FROM online WHERE view = ?", (view,))
    connection.execute(_MATERIALIZE, {"view": view, "end": end})


def forget(connection: sqlite3.Connection, view: int) -> None:
    """Remove a view and its values."""
    for statement in (
        "DELETE FROM online WHERE view = ?",
        "DELETE FROM history WHERE view = ?",
        "DELETE FROM views WHERE id = ?",
    ):
        connection.execute(statement, (view,))


def found(
    connection: sqlite3.Connection,
    query: str,
    view: int,
    asked: Iterable[tuple[str | None, int]],
    age: int | None,
) -> list[str | None]:
    """Return what `HISTORICAL` or `ONLINE` knows of each entity at its time.

    Args:
        connection: In a transaction.
        query: One of the two.
        view: Number of the view.
        asked: What is asked for: the entity's key, and the time.
        age: How old a value may be; None: as old as it is.
    """
    connection.execute(
        "CREATE TEMP TABLE asked (number INTEGER PRIMARY KEY, entity TEXT, time INTEGER, "
        "since INTEGER)"
    )
    connection.executemany(
        "INSERT INTO temp.asked (entity, time, since) VALUES (?, ?, ?)", _with_age(asked, age)
    )
    texts = [text for (text,) in connection.execute(query, (view,))]
    connection.execute("DROP TABLE temp.asked")
    return texts


def _with_age(
    asked: Iterable[tuple[str | None, int]], age: int | None
) -> Iterator[tuple[str | None, int, int]]:
    for key, time in asked:
        yield key, time, _EARLIEST if age is None else max(time - age, _EARLIEST)
