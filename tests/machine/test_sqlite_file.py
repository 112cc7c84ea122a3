"""SQLite files: private, durable, shared."""

from __future__ import annotations

import copy
import os
import pickle
import sqlite3
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.errors import StorageError
from stack_magic.machine import SqliteFile, journal_mode

from .processes import LIMIT, python

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLES = "CREATE TABLE IF NOT EXISTS word (text TEXT PRIMARY KEY)"
MORE = "ALTER TABLE word ADD COLUMN count INTEGER NOT NULL DEFAULT 1"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "words.db"


@pytest.fixture
def words() -> Iterator[SqliteFile]:
    words = SqliteFile(TABLES)
    yield words
    words.close()


def add(words: SqliteFile, file: Path, *texts: str) -> None:
    with words.writing(file) as connection:
        for text in texts:
            connection.execute("INSERT INTO word VALUES (?)", (text,))


def read(words: SqliteFile, file: Path) -> list[str]:
    with words.reading(file) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM word ORDER BY text")]


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "PERSIST"),
        ((3, 44, 5), "PERSIST"),
        ((3, 44, 6), "WAL"),
        ((3, 50, 6), "PERSIST"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "PERSIST"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
    ],
)
def test_wal_is_used_where_it_is_safe(version: tuple[int, ...], mode: str) -> None:
    assert journal_mode(version) == mode


def test_reading_what_is_not_there_makes_nothing(
    words: SqliteFile, file: Path, tmp_path: Path
) -> None:
    assert read(words, file) == []
    assert not list(tmp_path.iterdir())


def test_what_was_written_is_there_for_another(words: SqliteFile, file: Path) -> None:
    former = os.umask(0)
    try:
        add(words, file, "a", "b")
    finally:
        os.umask(former)
    with closing(sqlite3.connect(file)) as other:
        assert list(other.execute("SELECT text FROM word")) == [("a",), ("b",)]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


class FinalError(Exception):
    pass


@pytest.mark.parametrize("error", [FinalError(), KeyboardInterrupt(), OSError(2, "user's own")])
def test_a_block_that_raises_has_written_nothing(
    words: SqliteFile, file: Path, error: BaseException
) -> None:
    add(words, file, "before")

    def write() -> None:
        with words.writing(file) as connection:
            connection.execute("INSERT INTO word VALUES ('half')")
            raise error

    with pytest.raises(type(error)) as caught:
        write()
    assert caught.value is error
    add(words, file, "after")
    assert read(words, file) == ["after", "before"]


@pytest.mark.parametrize("error", [FinalError(), KeyboardInterrupt(), None])
def test_what_is_half_read_holds_nobody_up(
    words: SqliteFile, file: Path, error: BaseException | None
) -> None:
    add(words, file, *map(str, range(1000)))
    kept = []

    def read_a_little() -> None:
        with words.reading(file) as connection:
            cursor = connection.execute("SELECT text FROM word")
            kept.append((cursor, cursor.fetchone()))
            if error is not None:
                raise error

    with nullcontext() if error is None else pytest.raises(type(error)):
        read_a_little()
    with closing(sqlite3.connect(file, timeout=0)) as other:
        other.execute("DELETE FROM word")
        other.commit()
    assert read(words, file) == []


def test_what_a_statement_refuses_is_its_own_error(words: SqliteFile, file: Path) -> None:
    add(words, file, "a")
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        add(words, file, "b", "a")
    assert read(words, file) == ["a"]


def test_threads_take_turns(words: SqliteFile, file: Path) -> None:
    def count(thread: int) -> None:
        for number in range(10):
            add(words, file, f"{thread} {number}")
            assert f"{thread} {number}" in read(words, file)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    assert len(read(words, file)) == 80


WRITER = """
import sys
from pathlib import Path
from stack_magic.machine import SqliteFile
words = SqliteFile(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    with words.writing(Path(sys.argv[1])) as connection:
        count = connection.execute("SELECT count(*) FROM word").fetchone()[0]
        connection.execute("INSERT INTO word VALUES (?)", (str(count),))
"""


def test_processes_that_write_at_once_lose_nothing(words: SqliteFile, file: Path) -> None:
    writers = [
        subprocess.Popen(
            python(WRITER, os.fspath(file), TABLES), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(3)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=LIMIT)
        assert writer.returncode == 0
    assert len(read(words, file)) == 120


def _forked(work: Any) -> int:
    """Return the exit code of a forked process that does *work*."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 - told by the exit code
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_fork_writes_with_a_connection_of_its_own(words: SqliteFile, file: Path) -> None:
    add(words, file, "before")
    inherited = words._connection

    def write() -> None:
        add(words, file, "child")
        assert words._connection is not inherited
        words.close()

    assert _forked(write) == 0
    add(words, file, "parent")
    assert read(words, file) == ["before", "child", "parent"]


@pytest.mark.parametrize("there", [True, False])
def test_a_fork_waits_for_no_thread_of_its_parent(
    words: SqliteFile, file: Path, there: bool
) -> None:
    if there:
        add(words, file, "before")

    def use() -> None:
        words.close()
        assert read(words, file) == (["before"] if there else [])

    with words._lock, ThreadPoolExecutor(1) as pool:  # held by a thread that the fork has not
        assert pool.submit(_forked, use).result(LIMIT) == 0


def test_a_fork_that_closes_leaves_the_parents_transaction(words: SqliteFile, file: Path) -> None:
    with words.writing(file) as connection:
        connection.execute("INSERT INTO word VALUES ('open')")
        assert _forked(words.close) == 0
    assert read(words, file) == ["open"]


def test_a_newer_file_is_refused_and_untouched(words: SqliteFile, file: Path) -> None:
    with closing(SqliteFile(TABLES, MORE)) as newer, newer.writing(file) as connection:
        connection.execute("INSERT INTO word VALUES ('future', 2)")
    before = file.read_bytes()
    with pytest.raises(StorageError, match=r"newer version.*schema 2.*\n.*pip install --upgrade"):
        read(words, file)
    with pytest.raises(StorageError, match="left untouched"):
        add(words, file, "x")
    assert file.read_bytes() == before


@pytest.mark.parametrize("version", [0, 1])
def test_a_database_of_something_else_is_refused_and_untouched(
    words: SqliteFile, file: Path, version: int
) -> None:
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE theirs (x)")
        other.execute(f"PRAGMA user_version={version}")
    before = file.read_bytes()
    with pytest.raises(StorageError, match=r"of something else; it was left untouched"):
        add(words, file, "x")
    assert file.read_bytes() == before


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"\0" * 4096])
def test_a_file_of_something_else_is_left_as_it_is(
    words: SqliteFile, file: Path, content: bytes
) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(StorageError, match="damaged or not a SQLite file; it was left as it is"):
        add(words, file, "x")
    assert file.read_bytes() == content


def test_damage_is_told(words: SqliteFile, file: Path) -> None:
    add(words, file, *(f"{'word' * 50} {n}" for n in range(200)))
    words.close()
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    with pytest.raises(StorageError, match="is damaged; it was left as it is"):
        read(words, file)


def test_an_empty_file_is_as_good_as_none(words: SqliteFile, file: Path) -> None:
    file.parent.mkdir()
    file.touch()
    add(words, file, "x")
    assert read(words, file) == ["x"]


def test_a_file_that_another_holds_is_told_and_later_used(
    words: SqliteFile, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stack_magic.machine._patience.BUSY_SECONDS", 0.05)
    add(words, file, "before")
    words.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageError, match=r"locked by another process.*nothing was recorded"):
            add(words, file, "x")
        other.execute("COMMIT")
        add(words, file, "after")
    assert read(words, file) == ["after", "before"]


def test_a_commit_that_readers_hold_up_is_taken_back(
    words: SqliteFile, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if journal_mode(sqlite3.sqlite_version_info) == "WAL":
        pytest.skip("readers hold up nobody in WAL mode")
    monkeypatch.setattr("stack_magic.machine._patience.BUSY_SECONDS", 0.05)
    add(words, file, "before")
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM word").fetchall()
        words.close()
        with pytest.raises(StorageError, match="locked by another process"):
            add(words, file, "x")
        reader.execute("COMMIT")
    add(words, file, "after")
    assert read(words, file) == ["after", "before"]


def test_a_full_disk_is_told(words: SqliteFile, file: Path) -> None:
    add(words, file, "before")

    def fill() -> None:
        with words.writing(file) as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages}")
            for number in range(1000):
                connection.execute("INSERT INTO word VALUES (?)", (f"{number} {'x' * 1000}",))

    with pytest.raises(StorageError, match="cannot grow, the disk is full; nothing was recorded"):
        fill()
    words.close()
    add(words, file, "after")
    assert read(words, file) == ["after", "before"]


def test_a_read_only_file_is_read(file: Path, ordinary_user: None) -> None:
    with closing(SqliteFile(TABLES)) as words:
        add(words, file, "kept")
    file.chmod(0o400)
    with closing(SqliteFile(TABLES)) as words:
        assert read(words, file) == ["kept"]
        with pytest.raises(StorageError, match="is read-only; nothing was recorded"):
            add(words, file, "x")


def test_a_folder_in_the_files_place_is_told(words: SqliteFile, file: Path) -> None:
    file.mkdir(parents=True)
    with pytest.raises(StorageError, match="cannot be used: Is a directory"):
        add(words, file, "x")


def test_closed_it_is_opened_again(words: SqliteFile, file: Path) -> None:
    add(words, file, "a")
    words.close()
    words.close()
    assert read(words, file) == ["a"]


def test_a_copy_is_equal_and_starts_closed(words: SqliteFile, file: Path) -> None:
    add(words, file, "a")
    copies = [
        copy.copy(words),
        copy.deepcopy(words),
        pickle.loads(pickle.dumps(words)),  # noqa: S301 - written here
    ]
    for one in copies:
        assert one == words
        assert hash(one) == hash(words)
        assert one._connection is None
        assert read(one, file) == ["a"]
        one.close()
    assert words != TABLES


def test_a_killed_writer_leaves_all_or_nothing(words: SqliteFile, file: Path) -> None:
    add(words, file, "before")
    words.close()
    code = """
import os, signal, sys
from pathlib import Path
from stack_magic.machine import SqliteFile
with SqliteFile(sys.argv[1]).writing(Path(sys.argv[2])) as connection:
    connection.execute("INSERT INTO word VALUES ('half')")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(python(code, TABLES, os.fspath(file)), check=False)
    assert done.returncode == -9
    assert read(words, file) == ["before"]
