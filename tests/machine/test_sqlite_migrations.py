"""SQLite files of earlier versions: copied, then brought to the last one, whole or not at all."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from stack_magic.errors import StorageError
from stack_magic.machine import SqliteFile

from .processes import LIMIT, python

if TYPE_CHECKING:
    from pathlib import Path

FIRST = "CREATE TABLE word (text TEXT PRIMARY KEY)"
SECOND = """
ALTER TABLE word ADD COLUMN note TEXT NOT NULL DEFAULT 'a; b';
CREATE TABLE number (n INTEGER);
CREATE TRIGGER counted AFTER INSERT ON word BEGIN
    INSERT INTO number VALUES (1);
    INSERT INTO number VALUES (2);
END
"""
THIRD = "DROP TABLE number; DROP TRIGGER counted;"
BROKEN = "CREATE TABLE other (a); INSERT INTO nowhere VALUES (1)"


@pytest.fixture(params=["PERSIST", "WAL"], autouse=True)
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    mode: str = request.param
    monkeypatch.setattr("stack_magic.machine._sqlite.journal_mode", lambda _: mode)
    return mode


@pytest.fixture
def old(tmp_path: Path) -> Path:
    file = tmp_path / "words.db"
    with closing(SqliteFile(FIRST)) as words, words.writing(file) as connection:
        connection.execute("INSERT INTO word VALUES ('old')")
    return file


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


def names(file: Path) -> list[str]:
    found = sorted(path.name for path in file.parent.iterdir())
    return [name for name in found if name != f"{file.name}-journal"]


def test_an_older_file_is_copied_and_brought_to_the_last_version(old: Path) -> None:
    with closing(SqliteFile(FIRST, SECOND)) as words:
        with words.writing(old) as connection:
            connection.execute("INSERT INTO word (text) VALUES ('new')")
        with words.reading(old) as connection:
            found = connection.execute("SELECT * FROM word ORDER BY text DESC").fetchall()
    assert found == [("old", "a; b"), ("new", "a; b")]
    assert rows(old, "SELECT n FROM number") == [(1,), (2,)]
    copy = old.with_name("words.db.schema-1.backup")
    assert names(old) == ["words.db", copy.name]
    assert rows(copy, "SELECT * FROM word") == [("old",)]
    assert rows(copy, "PRAGMA user_version") == [(1,)]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_several_versions_are_gone_through_at_once(old: Path) -> None:
    with closing(SqliteFile(FIRST, SECOND, THIRD)) as words, words.reading(old) as connection:
        assert connection.execute("SELECT note FROM word").fetchall() == [("a; b",)]
    assert names(old) == ["words.db", "words.db.schema-1.backup"]


def test_a_new_file_is_of_the_last_version_and_needs_no_copy(tmp_path: Path) -> None:
    file = tmp_path / "words.db"
    with closing(SqliteFile(FIRST, SECOND, THIRD)) as words, words.writing(file) as connection:
        connection.execute("INSERT INTO word (text) VALUES ('new')")
    assert names(file) == ["words.db"]
    assert rows(file, "PRAGMA user_version") == [(3,)]
    assert rows(file, "SELECT note FROM word") == [("a; b",)]


def test_a_copy_of_before_is_not_written_over(old: Path) -> None:
    kept = old.with_name("words.db.schema-1.backup")
    kept.write_bytes(b"the user's")
    with closing(SqliteFile(FIRST, SECOND)) as words, words.reading(old):
        pass
    assert kept.read_bytes() == b"the user's"
    assert rows(old.with_name("words.db.schema-1.backup-2"), "SELECT * FROM word") == [("old",)]


def test_a_migration_that_fails_leaves_the_file_as_it_was(old: Path) -> None:
    with closing(SqliteFile(FIRST, SECOND, BROKEN)) as words:
        said = r"words.db' could not be brought from schema 1 to 3: .*no such table: nowhere"
        with pytest.raises(StorageError, match=said), words.writing(old):
            pass
    assert rows(old, "SELECT * FROM word") == [("old",)]
    assert rows(old, "PRAGMA user_version") == [(1,)]
    assert rows(old, "SELECT name FROM sqlite_master WHERE type = 'table'") == [("word",)]
    with closing(SqliteFile(FIRST)) as words, words.reading(old) as connection:
        assert connection.execute("SELECT * FROM word").fetchall() == [("old",)]


KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from stack_magic.machine import SqliteFile, _sqlite, _sqlite_schema
_sqlite.journal_mode = lambda _: sys.argv[4]
statements = _sqlite_schema._statements
def killed(script):
    yield from statements(script)
    if script == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
_sqlite_schema._statements = killed
with SqliteFile(sys.argv[2], sys.argv[3]).reading(Path(sys.argv[1])):
    pass
"""


def test_a_process_killed_in_a_migration_leaves_the_old_version_whole(old: Path, mode: str) -> None:
    done = subprocess.run(python(KILLED, os.fspath(old), FIRST, SECOND, mode), check=False)
    assert done.returncode == -9
    with closing(SqliteFile(FIRST)) as words, words.reading(old) as connection:
        assert connection.execute("SELECT * FROM word").fetchall() == [("old",)]
    with closing(SqliteFile(FIRST, SECOND)) as words, words.reading(old) as connection:
        assert connection.execute("SELECT note FROM word").fetchall() == [("a; b",)]


OPENER = """
import sys
from pathlib import Path
from stack_magic.machine import SqliteFile, _sqlite
_sqlite.journal_mode = lambda _: sys.argv[4]
words = SqliteFile(sys.argv[2], sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
with words.writing(Path(sys.argv[1])) as connection:
    connection.execute("INSERT INTO word (text) VALUES (?)", (sys.argv[5],))
"""


def test_processes_that_open_an_older_file_at_once_migrate_it_once(old: Path, mode: str) -> None:
    openers = [
        subprocess.Popen(
            python(OPENER, os.fspath(old), FIRST, SECOND, mode, str(number)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for number in range(4)
    ]
    for opener in openers:
        assert opener.stdout is not None
        assert opener.stdout.readline() == b"ready\n"
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write(b"go\n")
        opener.stdin.flush()
    for opener in openers:
        opener.communicate(timeout=LIMIT)
        assert opener.returncode == 0
    assert len(rows(old, "SELECT * FROM word")) == 5
    assert names(old) == ["words.db", "words.db.schema-1.backup"]


def test_a_file_that_another_process_migrates_meanwhile_is_refused(old: Path) -> None:
    with closing(SqliteFile(FIRST)) as older:
        with older.reading(old) as connection:
            assert connection.execute("SELECT * FROM word").fetchall() == [("old",)]
        with closing(SqliteFile(FIRST, SECOND)) as newer, newer.reading(old):
            pass
        with (
            pytest.raises(StorageError, match="is of a newer version of stack-magic"),
            older.writing(old),
        ):
            pass
