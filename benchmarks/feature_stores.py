"""Features as known at a time, and their ingestion, over bare SQLite doing the same."""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stack_magic.feature_stores import LocalFeatureStore

from .measure import Figure, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

_FEATURE_ROWS = 200_000
_ENTITY_ROWS = 20_000
_DRIVERS = 2_000
_BEGINNING = datetime(2024, 1, 1, tzinfo=UTC)
_FEATURES = ("trips", "rating", "city")

_TABLE = """
CREATE TABLE features (driver INTEGER, time INTEGER, trips INTEGER, rating REAL, city TEXT,
    UNIQUE (driver, time))
"""
_JOIN = """
SELECT trips, rating, city FROM temp.asked LEFT JOIN features ON features.rowid = (
    SELECT rowid FROM features WHERE driver = asked.driver AND time <= asked.time
    ORDER BY time DESC LIMIT 1)
ORDER BY number
"""


def _rows() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    chance = random.Random(7)  # noqa: S311 - the same rows in every run

    def row(**values: Any) -> dict[str, Any]:
        moment = _BEGINNING + timedelta(seconds=chance.randrange(10**7))
        return {"driver": chance.randrange(_DRIVERS), "event_timestamp": moment, **values}

    features = [
        row(trips=chance.randrange(1000), rating=chance.random(), city=f"city {n % 50}")
        for n in range(_FEATURE_ROWS)
    ]
    return features, [row() for _ in range(_ENTITY_ROWS)]


class _Bare:
    """The same rows in a plain table, with the same durability."""

    def __init__(self, file: Path) -> None:
        self._database = sqlite3.connect(file, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=DELETE")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute(_TABLE)

    def ingest(self, rows: list[dict[str, Any]]) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany(
            "INSERT OR REPLACE INTO features VALUES (?, ?, ?, ?, ?)",
            (
                (row["driver"], _seconds(row), row["trips"], row["rating"], row["city"])
                for row in rows
            ),
        )
        self._database.execute("COMMIT")

    def join(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self._database.execute("BEGIN")
        self._database.execute("CREATE TEMP TABLE asked (number INTEGER PRIMARY KEY, driver, time)")
        self._database.executemany(
            "INSERT INTO temp.asked (driver, time) VALUES (?, ?)",
            ((row["driver"], _seconds(row)) for row in rows),
        )
        answers = self._database.execute(_JOIN).fetchall()
        self._database.execute("DROP TABLE temp.asked")
        self._database.execute("COMMIT")
        return [
            {**row, **dict(zip(_FEATURES, answer, strict=True))}
            for row, answer in zip(rows, answers, strict=True)
        ]

    def close(self) -> None:
        self._database.close()


def _seconds(row: dict[str, Any]) -> int:
    return int(row["event_timestamp"].timestamp())


def figures() -> Iterator[Figure]:
    """Yield the figures of a point-in-time join and of an ingest."""
    features, asked = _rows()
    names = [f"driver:{name}" for name in _FEATURES]
    with tempfile.TemporaryDirectory() as folder:
        store = LocalFeatureStore(name="store", path=str(Path(folder, "ours.db")))
        store.ingest("driver", features, entities=["driver"])
        bare = _Bare(Path(folder, "bare.db"))
        bare.ingest(features)
        if store.get_historical_features(asked, names) != bare.join(asked):
            message = "the joins differ, so their times say nothing"
            raise RuntimeError(message)

        def our_join() -> float:
            begin = time.perf_counter()
            store.get_historical_features(asked, names)
            return time.perf_counter() - begin

        def bare_join() -> float:
            begin = time.perf_counter()
            bare.join(asked)
            return time.perf_counter() - begin

        seconds = compare(our_join, bare_join, 7)
        store.close()
        bare.close()
    what = f"{_ENTITY_ROWS:,} rows joined with {_FEATURE_ROWS:,} of features, in time"
    yield Figure(what, *seconds, 3, "bare SQLite: the same query on a plain table")
    seconds = compare(lambda: _our_ingest(features), lambda: _bare_ingest(features), 3)
    what = f"ingest {_FEATURE_ROWS:,} rows of features"
    yield Figure(what, *seconds, 3, "bare SQLite: the same rows, as durably")


def _our_ingest(rows: list[dict[str, Any]]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        store = LocalFeatureStore(name="store", path=str(Path(folder, "ours.db")))
        begin = time.perf_counter()
        store.ingest("driver", rows, entities=["driver"])
        seconds = time.perf_counter() - begin
        store.close()
        return seconds


def _bare_ingest(rows: list[dict[str, Any]]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        bare = _Bare(Path(folder, "bare.db"))
        begin = time.perf_counter()
        bare.ingest(rows)
        seconds = time.perf_counter() - begin
        bare.close()
        return seconds
