"""SQLite files that are deleted, emptied or replaced while they are open."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from stack_magic.machine import SqliteFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST = "CREATE TABLE word (text TEXT PRIMARY KEY)"
SECOND = "ALTER TABLE word ADD COLUMN note TEXT NOT NULL DEFAULT ''"


@pytest.fixture(params=["PERSIST", "WAL"], autouse=True)
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    mode: str = request.param
    monkeypatch.setattr("stack_magic.machine._sqlite.journal_mode", lambda _: mode)
    return mode


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "words.db"


@pytest.fixture
def words() -> Iterator[SqliteFile]:
    with closing(SqliteFile(FIRST, SECOND)) as words:
        yield words


@pytest.fixture
def other() -> Iterator[SqliteFile]:
    """The same file in another kernel."""
    with closing(SqliteFile(FIRST, SECOND)) as other:
        yield other


def add(words: SqliteFile, file: Path, text: str) -> None:
    with words.writing(file) as connection:
        connection.execute("INSERT INTO word (text) VALUES (?)", (text,))


def read(words: SqliteFile, file: Path) -> list[str]:
    with words.reading(file) as connection:
        rows = connection.execute("SELECT text FROM word ORDER BY rowid").fetchall()
    return [text for (text,) in rows]


def is_whole(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as connection:
        found: str = connection.execute("PRAGMA integrity_check").fetchone()[0]
    return found == "ok"


def copied(words: SqliteFile, file: Path) -> Path:
    """Return a copy of the file as it is."""
    words.close()
    copy = file.with_name("copy.db")
    shutil.copy(file, copy)
    return copy


def test_a_deleted_file_is_made_again(words: SqliteFile, file: Path, other: SqliteFile) -> None:
    add(words, file, "lost")
    add(other, file, "lost too")
    file.unlink()
    assert read(words, file) == []
    add(words, file, "new")
    add(other, file, "newer")
    assert read(words, file) == read(other, file) == ["new", "newer"]
    assert is_whole(file)


def test_an_emptied_file_is_filled_anew_by_all(
    words: SqliteFile, file: Path, other: SqliteFile
) -> None:
    for number in range(50):
        add(words, file, f"lost {number}")
    add(other, file, "lost too")
    file.write_bytes(b"")
    add(words, file, "new")
    add(other, file, "newer")
    assert read(words, file) == read(other, file) == ["new", "newer"]
    words.close()
    other.close()
    assert is_whole(file)


def test_a_file_that_was_replaced_is_the_one_in_use(
    words: SqliteFile, file: Path, other: SqliteFile
) -> None:
    add(words, file, "old")
    copy = copied(words, file)
    for number in range(50):
        add(words, file, f"ghost {number}")
        add(other, file, f"other ghost {number}")
    copy.replace(file)
    add(words, file, "ours")
    assert read(other, file) == ["old", "ours"]
    add(other, file, "theirs")
    assert read(words, file) == ["old", "ours", "theirs"]
    words.close()
    assert read(other, file) == ["old", "ours", "theirs"]
    other.close()
    assert is_whole(file)
    assert read(words, file) == ["old", "ours", "theirs"]


def test_a_file_of_an_earlier_version_put_in_its_place_is_migrated(
    words: SqliteFile, file: Path, mode: str
) -> None:
    with closing(SqliteFile(FIRST)) as older:
        add(older, file, "old")
    before = file.read_bytes()
    add(words, file, "ghost")
    if mode == "WAL":  # its log would count for what is written over the file
        words.close()
    file.write_bytes(before)
    add(words, file, "new")
    assert read(words, file) == ["old", "new"]
    assert is_whole(file)


def test_a_file_at_another_path_is_left_alone(words: SqliteFile, file: Path) -> None:
    add(words, file, "a")
    add(words, file.with_name("b.db"), "b")
    assert read(words, file) == ["a"]
    assert read(words, file.with_name("b.db")) == ["b"]
