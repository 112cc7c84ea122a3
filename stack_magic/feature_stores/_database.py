"""What is done in the tables of the local feature store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from stack_magic.errors import InvalidConfigurationError, NameTakenError

from ._keys import EntityKind
from ._views import FeatureView

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from ._batch import Batch

# The walk backwards along the index of (view, entity, time, nanoseconds) ends at its first row.
HISTORICAL = """
SELECT (SELECT data FROM history WHERE view = ? AND entity = asked.entity
    AND (time, nanoseconds) <= (asked.time, asked.nanoseconds)
    AND (time, nanoseconds) >= (asked.since, asked.since_nanoseconds)
    ORDER BY time DESC, nanoseconds DESC LIMIT 1)
FROM temp.asked ORDER BY number
"""
ONLINE = """
SELECT (SELECT data FROM online WHERE view = ? AND entity = asked.entity
    AND (time, nanoseconds) >= (asked.since, asked.since_nanoseconds))
FROM temp.asked ORDER BY number
"""

_INGEST = """
INSERT INTO history (view, entity, time, nanoseconds, data) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (view, entity, time, nanoseconds) DO UPDATE SET data = excluded.data
"""
_ADD_KIND = """
INSERT INTO entity_kinds (view, part, kind) VALUES (?, ?, ?)
ON CONFLICT (view, part, kind) DO NOTHING
"""
_MATERIALIZE = """
INSERT INTO online (view, entity, time, nanoseconds, data)
SELECT view, entity, time, nanoseconds, data
FROM (SELECT DISTINCT entity AS known FROM history WHERE view = :view)
    JOIN history ON history.rowid = (SELECT rowid FROM history
        WHERE view = :view AND entity = known AND (time, nanoseconds) <= (:end, :nanoseconds)
        ORDER BY time DESC, nanoseconds DESC LIMIT 1)
"""
_ASKED = """
CREATE TEMP TABLE asked (number INTEGER PRIMARY KEY, entity TEXT, time INTEGER,
    nanoseconds INTEGER, since INTEGER, since_nanoseconds INTEGER)
"""
_ASK = """
INSERT INTO temp.asked (entity, time, nanoseconds, since, since_nanoseconds)
VALUES (?, ?, ?, ?, ?)
"""
_EARLIEST, _LATEST = (-(2**63), 0), (2**63 - 1, 999)
_KEPT = range(-(2**63) * 1000, 2**63 * 1000)


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
    rows = ((number, key, *_parts(time), data) for key, time, data in batch.rows(view.features))
    connection.executemany(_INGEST, rows)
    parts = sorted(view.entities)
    kinds = ((number, parts.index(kind.column), kind.kind) for kind in batch.kinds)
    connection.executemany(_ADD_KIND, kinds)
    return view


def entity_kinds(connection: sqlite3.Connection, view: FeatureView, number: int) -> set[EntityKind]:
    """Return of which kinds the entities of a view are."""
    rows = connection.execute("SELECT part, kind FROM entity_kinds WHERE view = ?", (number,))
    parts = sorted(view.entities)
    return {EntityKind(parts[part], kind) for part, kind in rows}


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
    microseconds, nanoseconds = _parts(end)
    values = {"view": view, "end": microseconds, "nanoseconds": nanoseconds}
    connection.execute(_MATERIALIZE, values)


def forget(connection: sqlite3.Connection, view: int) -> None:
    """Remove a view and its values."""
    for statement in (
        "DELETE FROM online WHERE view = ?",
        "DELETE FROM history WHERE view = ?",
        "DELETE FROM entity_kinds WHERE view = ?",
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
        age: How old a value may be, in nanoseconds; None: as old as it is.
    """
    connection.execute(_ASKED)
    rows = (
        (key, *_parts(time), *(_EARLIEST if age is None else _parts(time - age)))
        for key, time in asked
    )
    connection.executemany(_ASK, rows)
    texts = [text for (text,) in connection.execute(query, (view,))]
    connection.execute("DROP TABLE temp.asked")
    return texts


def _parts(nanoseconds: int) -> tuple[int, int]:
    """Return a time as the tables have it: microseconds, and the nanoseconds beyond.

    One that a data frame has of a year that no table holds is the last, or the first.
    """
    if nanoseconds in _KEPT:
        return divmod(nanoseconds, 1000)
    return _EARLIEST if nanoseconds < 0 else _LATEST
