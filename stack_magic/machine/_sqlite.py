"""A SQLite file of this machine: private, durable, shared by threads and processes."""

from __future__ import annotations

import os
import sqlite3
import weakref
from contextlib import closing, contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

from stack_magic.errors import StorageError

from ._private import private_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_SECONDS = 5.0
"""How long a process waits for another that writes."""

_WAL_FIXED = (3, 51, 3)
_WAL_FIXED_IN_LINE = {(3, 50): 7, (3, 44): 6}


def journal_mode(version: tuple[int, ...]) -> str:
    """Return the journal mode that is safe in this version of SQLite.

    Before the versions named here, two processes that write in WAL mode can damage the
    file; the rollback journal is slower and never had that fault.
    """
    fixed = _WAL_FIXED_IN_LINE.get((version[0], version[1]))
    backported = fixed is not None and version[2] >= fixed
    return "WAL" if version >= _WAL_FIXED or backported else "DELETE"


class SqliteFile:
    """One database file, opened at first use; threads take turns, forks open anew.

    A component may be copied and sent to other processes: a copy of this starts closed,
    and all of them are equal, so that components compare by configuration.

    Args:
        tables: What makes the tables: SQL that may be run again.
        version: Number of that form of the tables; a file of a later one is refused.
    """

    def __init__(self, tables: str, version: int = 1) -> None:
        self._tables, self._version = tables, version
        self._inherited: list[sqlite3.Connection] = []
        self._start()

    def _start(self) -> None:
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[Path, int, int] | None = None
        self._process = os.getpid()
        self._lock = RLock()

    @contextmanager
    def reading(self, file: Path) -> Iterator[sqlite3.Connection]:
        """Yield a connection that sees one state; a file that is missing is empty.

        Raises:
            StorageError: The file cannot be used; the message says why.
        """
        if file.exists():
            with self._transaction(file, "BEGIN") as connection:
                yield connection
            return
        self.close()  # it may have been deleted under an open connection
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as nothing:
            nothing.executescript(self._tables)
            with _words_of_sqlite(file):
                yield nothing

    @contextmanager
    def writing(self, file: Path) -> Iterator[sqlite3.Connection]:
        """Yield a connection in a transaction: all of the block counts, or nothing.

        Raises:
            StorageError: The file cannot be used; the message says why.
        """
        if not file.exists():
            self.close()
        with self._transaction(file, "BEGIN IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        """Close the connection; the next use opens a new one."""
        self._leave_to_parent()
        with self._lock:
            if self._connection is not None:
                self._closing()
                self._connection = None

    @contextmanager
    def _transaction(self, file: Path, begin: str) -> Iterator[sqlite3.Connection]:
        self._leave_to_parent()
        with self._lock:
            with _our_errors(file):
                connection = self._current(file)
            with _words_of_sqlite(file), _all_or_nothing(connection, begin):
                yield connection

    def _current(self, file: Path) -> sqlite3.Connection:
        if self._connection is None or self._opened != _identity(file):
            self.close()
            self._connection = self._open(file)
            self._opened = _identity(file)
            self._closing = weakref.finalize(self, _close, self._connection, os.getpid())
        return self._connection

    def _open(self, file: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(
            private_file(file), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            self._prepare(connection, file)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection, file: Path) -> None:
        with _all_or_nothing(connection, "BEGIN"):
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            there = _tables_in(connection)
        if version > self._version:
            message = (
                f"{os.fspath(file)!r} is of a newer version of stack-magic (schema {version}, "
                f"this one reads {self._version}); it was left untouched"
            )
            raise StorageError(message, hint="pip install --upgrade stack-magic")
        if not self._are_ours(there, version):
            message = f"{os.fspath(file)!r} is a database of something else; it was left untouched"
            raise StorageError(message, hint="give a file of its own")
        mode = journal_mode(sqlite3.sqlite_version_info)
        connection.execute(f"PRAGMA journal_mode={mode}")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        if version < self._version:
            connection.executescript(
                f"BEGIN IMMEDIATE; {self._tables}; PRAGMA user_version={self._version}; COMMIT;"
            )

    def _are_ours(self, there: set[str], version: int) -> bool:
        """Whether a file of *version* with these tables is empty or one of these files."""
        if version < self._version:
            return bool(version) or not there
        with closing(sqlite3.connect(":memory:")) as wanted:
            wanted.executescript(self._tables)
            return _tables_in(wanted) <= there

    def _leave_to_parent(self) -> None:
        """In a forked process, start afresh: its parent's locks and files are not ours."""
        if self._process == os.getpid():
            return
        if self._connection is not None:
            # Kept, since SQLite would tidy up on closing what the parent still uses.
            self._inherited.append(self._connection)
        self._start()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SqliteFile)

    def __hash__(self) -> int:
        return hash(SqliteFile)

    def __reduce__(self) -> Any:
        return SqliteFile, (self._tables, self._version)


def _close(connection: sqlite3.Connection, process: int) -> None:
    # Closing another process's connection could release what that holds.
    if process == os.getpid():
        connection.close()


def _identity(file: Path) -> tuple[Path, int, int]:
    """Return what tells the file from another that was put in its place."""
    found = file.stat()
    return file, found.st_dev, found.st_ino


def _tables_in(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows}


@contextmanager
def _all_or_nothing(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    """Let the block be a transaction, whatever ends it."""
    try:
        connection.execute(begin)
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite ends it itself after some errors
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _our_errors(file: Path) -> Iterator[None]:
    try:
        with _words_of_sqlite(file):
            yield
    except OSError as error:
        message = f"{os.fspath(file)!r} cannot be used: {error.strerror or error}"
        raise StorageError(message) from error


@contextmanager
def _words_of_sqlite(file: Path) -> Iterator[None]:
    """Let what SQLite says of the file be told with what is kept."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise  # said by the statement, not by the file
        message = f"{os.fspath(file)!r} {explained(str(error))}"
        raise StorageError(message) from error


_CAUSES = {
    "locked": "is locked by another process that writes; nothing was recorded",
    "busy": "is locked by another process that writes; nothing was recorded",
    "not a database": "is damaged or not a SQLite file; it was left as it is",
    "malformed": "is damaged; it was left as it is",
    "readonly": "is read-only; nothing was recorded",
    "disk is full": "cannot grow, the disk is full; nothing was recorded",
    "disk I/O error": "met a disk error; the last change may have been recorded",
}


def explained(said: str) -> str:
    """Return what SQLite *said* of a file in words that tell what is kept."""
    for words, meaning in _CAUSES.items():
        if words in said:
            return meaning
    return f"cannot be used: {said}; nothing was recorded"
