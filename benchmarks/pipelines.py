"""100 trivial steps with everything tracked, over bare code with the same durability."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import stack_magic
from stack_magic import pipeline, step

from .measure import Figure, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEPS = 100


@step
def increment(number: int) -> int:
    """Do next to nothing."""
    return number + 1


@pipeline
def chain(start: int = 0) -> None:
    """Count to a hundred, a step each."""
    number = increment(start)
    for _ in range(_STEPS - 1):
        number = increment(number)


def _ours(*, cached: bool) -> float:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        session = stack_magic.Session()
        if cached:
            session.run_pipeline(chain)
        begin = time.perf_counter()
        session.run_pipeline(chain)
        return time.perf_counter() - begin


_TABLES = """
CREATE TABLE run (name TEXT PRIMARY KEY, pipeline TEXT, stack TEXT, outcome TEXT);
CREATE TABLE step (run TEXT, name TEXT, key TEXT, outcome TEXT, digest TEXT, parameters TEXT,
    started TEXT, seconds REAL, PRIMARY KEY (run, name));
CREATE INDEX step_key ON step (key);
CREATE TABLE artifact (key TEXT PRIMARY KEY, sha256 TEXT, size INTEGER, run TEXT, step TEXT);
CREATE TABLE link (run TEXT, step TEXT, artifact TEXT, direction TEXT);
"""


class _Bare:
    """The same files and rows, written by hand."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database = sqlite3.connect(folder / "bare.db", isolation_level=None)
        self._database.execute("PRAGMA journal_mode=DELETE")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.executescript(_TABLES)

    def run(self, name: str) -> None:
        self._commit(("INSERT INTO run VALUES (?, 'chain', 'default', NULL)", (name,)))
        number, upstream = 0, ""
        for index in range(_STEPS):
            number, upstream = self._step(name, index, number, upstream)
        self._commit(("UPDATE run SET outcome='done' WHERE name=?", (name,)))

    def _step(self, run: str, index: int, number: int, upstream: str) -> tuple[int, str]:
        key = hashlib.sha256(f"{index} {upstream}".encode()).hexdigest()
        found = self._database.execute(
            "SELECT run, name FROM step WHERE key=? AND outcome='done'", (key,)
        ).fetchone()
        if found:
            path = self._database.execute(
                "SELECT artifact FROM link WHERE run=? AND step=? AND direction='out'", found
            ).fetchone()[0]
            (self._folder / path).stat()
            self._record(run, index, key, "cached", (path, upstream))
            return number, hashlib.sha256((self._folder / path).read_bytes()).hexdigest()
        number += 1
        content = json.dumps(number).encode()
        sha256 = hashlib.sha256(content).hexdigest()
        path = f"{run}/{index}/output.json"
        _publish(self._folder / path, content)
        artifact = (
            "INSERT INTO artifact VALUES (?,?,?,?,?)",
            (path, sha256, len(content), run, str(index)),
        )
        self._record(run, index, key, "done", (path, upstream), artifact)
        return number, sha256

    def _record(
        self,
        run: str,
        index: int,
        key: str,
        outcome: str,
        ends: tuple[str, str],
        *more: tuple[str, tuple[object, ...]],
    ) -> None:
        row = (run, str(index), key, outcome, key, "{}", "2026-01-01T00:00:00+00:00", 0.0)
        self._commit(
            ("INSERT INTO step VALUES (?,?,?,?,?,?,?,?)", row),
            *more,
            ("INSERT INTO link VALUES (?,?,?,'out')", (run, str(index), ends[0])),
            ("INSERT INTO link VALUES (?,?,?,'in')", (run, str(index), ends[1])),
        )

    def _commit(self, *statements: tuple[str, tuple[object, ...]]) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        for statement, values in statements:
            self._database.execute(statement, values)
        self._database.execute("COMMIT")

    def close(self) -> None:
        self._database.close()


def _publish(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _limit(*, cached: bool) -> float:
    with tempfile.TemporaryDirectory() as folder:
        bare = _Bare(Path(folder))
        if cached:
            bare.run("chain-1")
        begin = time.perf_counter()
        bare.run("chain-2")
        seconds = time.perf_counter() - begin
        bare.close()
        return seconds


def figures() -> Iterator[Figure]:
    """Yield the uncached and the cached figure."""
    against = "bare code that writes the same files and rows, as durably"
    for cached in (False, True):
        word = "cached" if cached else "uncached"
        seconds = compare(partial(_ours, cached=cached), partial(_limit, cached=cached), 5)
        yield Figure(f"a pipeline of {_STEPS} steps, {word}", *seconds, 3, against)
