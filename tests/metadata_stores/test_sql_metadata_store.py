"""A metadata store in another database, as a user would write it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from stack_magic.errors import StorageError
from stack_magic.machine import waits_long
from stack_magic.metadata_stores import BaseMetadataStore, SqlMetadataStore
from stack_magic.stack import check_flavor
from stack_magic.testing import assert_contract
from tests.interruption import is_interrupted, opcodes_of, write_at_once

if TYPE_CHECKING:
    from collections.abc import Iterator


class ShortLived(SqlMetadataStore):
    """Keeps records in memory: by the tables alone, without what SQLite files need."""

    FLAVOR = "short_lived"

    def new_engine(self) -> Engine:
        engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        self.create_tables(engine)
        return engine


class Gone(SqlMetadataStore):
    """A database that cannot be opened."""

    FLAVOR = "gone"

    def new_engine(self) -> Engine:
        return create_engine("sqlite:////proc/none/m.db")


@pytest.fixture
def store() -> Iterator[ShortLived]:
    store = ShortLived(name="short")
    yield store
    store.close()


def test_an_engine_is_all_that_a_flavor_brings(store: ShortLived) -> None:
    assert check_flavor(ShortLived, BaseMetadataStore).diagnostics == ()
    assert_contract(store)


def test_a_store_is_named_when_its_database_is_gone() -> None:
    with pytest.raises(StorageError, match="metadata store 'gone' cannot be used: unable to open"):
        Gone(name="gone").get_pipelines()


def test_runs_are_asked_for_by_pipeline(store: ShortLived) -> None:
    run = store.start_run("train", "prod", parameters={}, steps=[])
    assert store.get_pipeline_runs("train") == [run]
    assert store.get_pipeline_runs("none") == []


class OnDisk(SqlMetadataStore):
    """Keeps records in a file that others use too."""

    FLAVOR = "on_disk"

    path: str

    def new_engine(self) -> Engine:
        engine = create_engine(f"sqlite:///{self.path}")
        self.create_tables(engine)
        return engine


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[OnDisk]:
    store = OnDisk(name="team", path=str(tmp_path / "runs.db"))
    store.start_run("train", "prod", parameters={}, steps=[])
    yield store
    store.close()


def test_ctrl_c_leaves_no_lock_and_is_heard(on_disk: OnDisk) -> None:
    kept: list[BaseException] = []  # as a notebook keeps its last error, with all its frames

    def begin() -> None:
        try:
            on_disk.start_run("train", "prod", parameters={}, steps=[])
        except KeyboardInterrupt as error:
            kept.append(error)
            raise

    begin()
    rooms = ("stack_magic.metadata_stores.", "stack_magic.machine.", "sqlalchemy.engine.")
    points = [at for at, one in enumerate(opcodes_of(begin, rooms)) if one.follows_a_call]
    for at in points[:: max(1, len(points) // 150)]:
        if is_interrupted(begin, at, rooms):
            write_at_once(Path(on_disk.path))
            before = len(on_disk.find_run_names())
            begin()
            assert len(on_disk.find_run_names()) == before + 1
    assert kept


def test_what_meets_a_lock_waits_and_is_told_in_words(
    on_disk: OnDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stack_magic.machine._patience.BUSY_SECONDS", 0.01)
    with closing(sqlite3.connect(on_disk.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        said = "metadata store 'team' is locked by another process that writes; nothing was"
        with pytest.raises(StorageError, match=said):
            on_disk.start_run("train", "prod", parameters={}, steps=[])
        told: list[str] = []

        def free(what: str, _: float) -> None:
            told.append(what)
            if other.in_transaction:
                other.execute("COMMIT")

        with waits_long(free):
            assert on_disk.start_run("train", "prod", parameters={}, steps=[]).name == "train-2"
    assert set(told) == {"metadata store 'team'"}
