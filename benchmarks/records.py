"""Recorded runs among many: the list, Tab, and a run's records, over bare SQLite."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from stack_magic.enums import Outcome
from stack_magic.grammar import complete, parse
from stack_magic.metadata_stores import ArtifactRecord, SqliteMetadataStore, StepRecord
from stack_magic.session import Session

from .measure import Figure, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_RUNS, _STEPS = 10_000, 10
_AGAINST = "bare SQLite: the same rows of the same file, with LIMIT"
_STARTED = "2024-01-01T00:00:00+00:00"


def figures() -> Iterator[Figure]:
    """Yield the list of runs, Tab on their names, and a hundred cached steps recorded."""
    with _project() as session:
        store = session.active_stack.metadata_store
        _fill(store)
        with closing(sqlite3.connect(store.location)) as bare:
            bare.execute("PRAGMA synchronous=FULL")

            def listed() -> None:
                session.apply(parse("pipeline", "runs p3"))

            def offered() -> None:
                complete("pipeline", "describe p3-1", session)

            def bare_list() -> None:
                query = "SELECT * FROM runs WHERE pipeline = 'p3' ORDER BY id DESC LIMIT 21"
                for row in bare.execute(query).fetchall():
                    for text in row[8:]:
                        json.loads(text)

            def bare_names() -> None:
                query = (
                    "SELECT name FROM runs WHERE name >= 'p3-1' AND name < 'p3-2' "
                    "ORDER BY id DESC LIMIT 200"
                )
                bare.execute(query).fetchall()

            among = f"among {_RUNS:,} runs and {_RUNS * _STEPS:,} steps (aim under 50 ms)"
            yield _figure(f"`%pipeline runs` {among}", listed, bare_list, 15)
            yield _figure(f"Tab on a run's name {among}", offered, bare_names, 30)
            yield _recording(store, bare)
        store.close()


@contextmanager
def _project() -> Iterator[Session]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield Session()
        finally:
            os.chdir(before)


def _fill(store: SqliteMetadataStore) -> None:
    store.start_run("p0", "default", parameters={}, steps=[])
    runs = [
        (i, f"p{i % 20}-{i // 20 + 2}", f"p{i % 20}", i // 20 + 2, _STARTED)
        for i in range(2, _RUNS + 1)
    ]
    steps = [(i, f"s{n}", f"{i % 20} {n}") for i, *_ in runs for n in range(_STEPS)]
    with closing(sqlite3.connect(store.location)) as connection:
        connection.executemany(
            "INSERT INTO runs VALUES (?, ?, ?, ?, 'default', ?, 'done', 1, '{\"rate\": 1}', '[]')",
            runs,
        )
        connection.executemany(
            "INSERT INTO steps (run_id, name, outcome, code_digest, cache_key, parameters, "
            "upstream, seconds, error) VALUES (?, ?, 'cached', '', ?, '{}', '[]', 1, '')",
            steps,
        )
        connection.commit()


def _recording(store: SqliteMetadataStore, bare: sqlite3.Connection) -> Figure:
    first = store.start_run("wide", "default", parameters={}, steps=[]).name

    def steps(run: str) -> list[StepRecord]:
        made = [
            ArtifactRecord(f"{first}/s{n}", f"{n:064}", 9, "json", "int", (first, f"s{n}"))
            for n in range(101)
        ]
        return [
            StepRecord(
                run,
                f"s{n}",
                Outcome.CACHED,
                cache_key=f"{n:064}",
                inputs={"x": made[n]},
                outputs={"y": made[n + 1]},
            )
            for n in range(100)
        ]

    store.record_steps(steps(first))

    def ours() -> float:
        wanted = steps(store.start_run("wide", "default", parameters={}, steps=[]).name)
        return _timed(lambda: store.record_steps(wanted))

    def rows() -> None:
        run = bare.execute("SELECT max(id) FROM runs").fetchone()[0]
        start = bare.execute("SELECT max(id) FROM steps").fetchone()[0] + 1
        bare.executemany(
            "INSERT INTO steps VALUES "
            "(?, ?, ?, 'cached', '', ?, '{}', '[]', NULL, 0, '', '', '{}')",
            [(start + n, run, f"bare{n}", f"{n:064}") for n in range(100)],
        )
        bare.executemany(
            "INSERT INTO links VALUES (?, ?, 'x', 0, ?)",
            [(start + n, role, n + 1) for n in range(100) for role in ("input", "output")],
        )
        bare.commit()

    def limit() -> float:
        store.start_run("wide", "default", parameters={}, steps=[])
        return _timed(rows)

    seconds = compare(ours, limit, repeats=15)
    against = "bare SQLite: the same rows in one transaction, as durably"
    return Figure("record a hundred cached steps", *seconds, 3, against)


def _figure(name: str, ours: Callable[[], None], limit: Callable[[], None], aim: float) -> Figure:
    ours()
    seconds = compare(lambda: _timed(ours), lambda: _timed(limit), repeats=15)
    return Figure(name, *seconds, aim, _AGAINST)


def _timed(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin
