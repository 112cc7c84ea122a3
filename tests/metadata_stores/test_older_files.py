"""Metadata files of every version there was, and rows that cannot be read."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, inspect
from sqlalchemy.pool import StaticPool

from stack_magic.enums import Outcome
from stack_magic.errors import StorageError
from stack_magic.metadata_stores import (
    ArtifactRecord,
    SqliteMetadataStore,
    SqlMetadataStore,
    StepRecord,
)
from stack_magic.metadata_stores._tables import METADATA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.sql"))
WHEN = datetime(2024, 2, 29, 12, 30, 0, 123456, tzinfo=UTC)
LOADED = ArtifactRecord(
    "train/train-1/load/output-9a.json", "9a" * 32, 12, "json", "dict", ("train-1", "load")
)
STEPS = [
    StepRecord(
        "train-1",
        "load",
        Outcome.DONE,
        "c0" * 32,
        "ca" * 32,
        {"limit": 10},
        outputs={"output": LOADED},
        started=WHEN,
        seconds=1.5,
    ),
    StepRecord(
        "train-1",
        "fit",
        Outcome.FAILED,
        "c1" * 32,
        inputs={"data": LOADED},
        upstream=("load",),
        started=WHEN,
        seconds=0.25,
        error="ValueError: no; data",
    ),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "metadata.db"


@pytest.fixture
def store(file: Path) -> Iterator[SqliteMetadataStore]:
    store = SqliteMetadataStore(name="local", uri=str(file))
    yield store
    store.close()


def change(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        for statement in statements:
            connection.executescript(statement)


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.stem)
def test_a_file_of_an_earlier_version_is_read_and_written(
    store: SqliteMetadataStore, file: Path, schema: Path
) -> None:
    change(file, schema.read_text())
    assert store.get_pipeline_run_steps("train-1") == STEPS
    assert [run.outcome for run in store.get_pipeline_runs()] == [Outcome.FAILED, None]
    assert store.find_cached_steps(["ca" * 32]) == {"ca" * 32: STEPS[0]}
    again = StepRecord("train-2", "load", Outcome.CACHED, reason="nothing changed")
    store.record_steps([again])
    assert store.get_pipeline_run_steps("train-2") == [again]
    with closing(sqlite3.connect(f"{file}.schema-{schema.stem}.backup")) as copy:
        assert copy.execute("SELECT name FROM runs").fetchall() == [("train-1",), ("train-2",)]


def test_the_file_has_the_tables_that_the_queries_know(store: SqliteMetadataStore) -> None:
    store.start_run("train", "prod", parameters={}, steps=[])
    engine = create_engine(f"sqlite:///{store.location}")
    found = inspect(engine)
    for table in METADATA.sorted_tables:
        columns = [column["name"] for column in found.get_columns(table.name)]
        assert sorted(columns) == sorted(table.columns.keys())
        indexes = [index["name"] for index in found.get_indexes(table.name)]
        assert sorted(map(str, indexes)) == sorted(str(index.name) for index in table.indexes)
    engine.dispose()


class Team(SqlMetadataStore):
    """Keeps records in a database that an earlier version has made."""

    FLAVOR = "team"

    def new_engine(self) -> Engine:
        engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        raw = engine.raw_connection()
        raw.driver_connection.executescript(SCHEMAS[0].read_text())  # type: ignore[union-attr]
        raw.close()
        self.create_tables(engine)
        return engine


def test_another_database_gets_what_an_earlier_version_has_not() -> None:
    store = Team(name="team")
    assert store.get_pipeline_run_steps("train-1") == STEPS
    store.record_sources({"a": "def a(): ..."})
    assert store.get_sources(["a"]) == {"a": "def a(): ..."}
    store.close()


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("parameters", "{broken", r"column 'parameters' holds '\{broken', not a JSON object"),
        ("parameters", "[1]", r"column 'parameters' holds '\[1\]', not a JSON object"),
        ("steps", "{}", r"column 'steps' holds '\{\}', not a JSON list"),
        ("steps", "x" * 99, r"column 'steps' holds 'x+…, not a JSON list"),
        ("started", "noon", "column 'started' holds 'noon', not a time"),
        ("outcome", "great", "column 'outcome' holds 'great', not an outcome"),
        ("seconds", "long", "column 'seconds' holds 'long', not a number"),
    ],
)
def test_a_run_that_cannot_be_read_is_named_and_the_others_are_found(
    store: SqliteMetadataStore, file: Path, column: str, value: str, said: str
) -> None:
    names = [store.start_run("p", "s", parameters={}, steps=[]).name for _ in range(3)]
    change(file, f"UPDATE runs SET {column} = '{value}' WHERE id = 2")  # noqa: S608 - from above
    found = store.find_runs()
    assert [run.name for run in found.runs] == ["p-1", "p-3"]
    assert list(found.unreadable) == ["p-2"]
    assert [run.name for run in store.get_pipeline_runs("p")] == ["p-1", "p-3"]
    with pytest.raises(StorageError, match=f"^run 'p-2' cannot be read: {said}"):
        store.get_pipeline_run("p-2")
    assert store.find_run_names() == names[::-1]


def test_a_step_that_cannot_be_read_is_named_and_is_no_cached_one(
    store: SqliteMetadataStore, file: Path
) -> None:
    change(file, SCHEMAS[0].read_text(), "UPDATE steps SET upstream = 'load' WHERE id = 1")
    with pytest.raises(
        StorageError, match="step 'load' of run 'train-1' cannot be read: column 'upstream'"
    ):
        store.get_pipeline_run_steps("train-1")
    assert store.find_cached_step("ca" * 32) is None
    assert store.get_previous_steps("train", ["load", "fit"]) == {}


def test_reading_that_fails_or_is_interrupted_holds_nobody_up(
    store: SqliteMetadataStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.start_run("p", "s", parameters={}, steps=[])

    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(json, "loads", interrupted)
        with pytest.raises(KeyboardInterrupt, match=r"^$") as caught:
            store.get_pipeline_runs()
    # The error, with the frames that it holds, is still there while another writes.
    assert caught.value is not None
    with closing(sqlite3.connect(file, timeout=0)) as other:
        other.execute("UPDATE runs SET stack = 'changed'")
        other.commit()
    assert store.get_pipeline_run("p-1").stack == "changed"
