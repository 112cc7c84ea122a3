"""A SQLite file of this machine: private, durable, shared by threads and processes."""

from __future__ import annotations

import os
import sqlite3
import weakref
from contextlib import ExitStack, closing, contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

from ._interrupts import interrupts_wait
from ._leftovers import sweep
from ._patience import Patience
from ._private import private_file
from ._sqlite_connection import FileConnection
from ._sqlite_errors import is_locked, words_of_sqlite, words_of_system
from ._sqlite_place import OpenedFile
from ._sqlite_schema import Schema, all_or_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

_Turn = tuple["FileConnection", ExitStack]

_JOURNAL_BYTES = 1 << 20
"""What is kept of a journal, or of a log, after a large transaction."""

_WAL_FIXED = (3, 51, 3)
_WAL_FIXED_IN_LINE = {(3, 50): 7, (3, 44): 6}


def journal_mode(version: tuple[int, ...]) -> str:
    """Return the journal mode that is safe in this version of SQLite.

    Before the versions named here, two processes that write in WAL mode can damage the
    file; a rollback journal takes 0.7 ms a transaction instead of 0.3 (NVMe disk) and never
    had that fault. It is kept, with an empty head: to delete it takes longer, and after
    a power cut a deleted one may be back and undo what was recorded.
    """
    fixed = _WAL_FIXED_IN_LINE.get((version[0], version[1]))
    backported = fixed is not None and version[2] >= fixed
    return "WAL" if version >= _WAL_FIXED or backported else "PERSIST"


class SqliteFile:
    """One database file, opened at first use; threads take turns, forks open anew.

    A component may be copied and sent to other processes: a copy of this starts closed,
    and all of them are equal, so that components compare by configuration.

    Args:
        migrations: The SQL of each version of the tables, from the one before it. A file
            of an earlier version is copied and brought to the last; a later one is refused.
    """

    def __init__(self, *migrations: str) -> None:
        self._schema = Schema(migrations)
        self._inherited: list[sqlite3.Connection] = []
        self._start()

    def _start(self) -> None:
        self._connection: FileConnection | None = None
        self._opened: OpenedFile | None = None
        self._process = os.getpid()
        self._lock = RLock()

    @contextmanager
    def reading(self, file: Path) -> Iterator[FileConnection]:
        """Yield a connection that sees one state; a file that is missing is empty.

        Raises:
            StorageError: The file cannot be used; the message says why.
        """
        if file.exists():
            with self._transaction(file, "BEGIN") as connection:
                yield connection
            return
        self._leave()  # it may have been deleted under an open connection
        nothing = sqlite3.connect(":memory:", isolation_level=None, factory=FileConnection)
        with closing(nothing), words_of_sqlite(file):
            self._schema.make(nothing)
            yield nothing

    @contextmanager
    def writing(self, file: Path) -> Iterator[FileConnection]:
        """Yield a connection in a transaction: all of the block counts, or nothing.

        Raises:
            StorageError: The file cannot be used; the message says why.
        """
        if not file.exists():
            self._leave()
        # Immediate: a deferred one that comes to write fails at once when another process
        # has written meanwhile, however long the time limit.
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
    def _transaction(self, file: Path, begin: str) -> Iterator[FileConnection]:
        self._leave_to_parent()
        # An interrupt on the way in or out would leave the lock, and an open transaction,
        # for as long as somebody keeps the error.
        with interrupts_wait() as interrupts:
            patience = Patience(os.fspath(file), interrupts, is_locked)
            connection, turn = patience.until_free(lambda: self._turn(file, begin, patience))
            with words_of_sqlite(file), turn:
                try:
                    yield connection
                finally:
                    connection.close_cursors()

    def _turn(self, file: Path, begin: str, patience: Patience) -> _Turn:
        """Begin a transaction: it is this thread's turn until the stack is closed."""
        while True:
            with ExitStack() as turn, words_of_system(file):
                turn.enter_context(self._lock)
                connection = self._current(file, patience.seconds)
                connection.wait(patience.seconds)
                turn.enter_context(self._begun(connection, begin, patience))
                if self._schema.is_newest(connection):  # reads: from here on, the file is held
                    return connection, turn.pop_all()
            self._leave()  # opened anew, it is migrated or refused

    @staticmethod
    def _begun(
        connection: FileConnection, begin: str, patience: Patience
    ) -> AbstractContextManager[None]:
        def commit() -> None:
            patience.until_free(lambda: connection.execute("COMMIT"))

        return all_or_nothing(connection, begin, commit)

    def _current(self, file: Path, seconds: float) -> FileConnection:
        if self._connection is not None and not self._is_at(file):
            self._leave()
        if self._connection is None:
            self._connection = self._open(file, seconds)
            self._opened = OpenedFile.at(file)
            self._closing = weakref.finalize(self, _close, self._connection, os.getpid())
        return self._connection

    def _is_at(self, file: Path) -> bool:
        """Return whether the file that was opened is the one at this path."""
        return self._opened is not None and self._opened.is_still_at(file)

    def _leave(self) -> None:
        """Close the connection to a file that is not the one at its path any more."""
        self._leave_to_parent()
        with self._lock:
            if self._connection is not None and self._opened is not None:
                self._opened.clear_away()
            self.close()

    def _open(self, file: Path, seconds: float) -> FileConnection:
        sweep(file.parent)
        connection = sqlite3.connect(
            private_file(file),
            timeout=seconds,
            isolation_level=None,
            check_same_thread=False,
            factory=FileConnection,
        )
        connection.text_factory = _readable
        try:
            self._prepare(connection, file)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: FileConnection, file: Path) -> None:
        with all_or_nothing(connection, "BEGIN"):
            version = self._schema.check(connection, file)
        mode = journal_mode(sqlite3.sqlite_version_info)
        connection.execute(f"PRAGMA journal_mode={mode}")
        connection.execute(f"PRAGMA journal_size_limit={_JOURNAL_BYTES}")
        connection.execute("PRAGMA synchronous=FULL")
        if version < self._schema.version:
            self._schema.migrate(connection, file)
        connection.execute("PRAGMA foreign_keys=ON")  # a migration may make tables anew

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
        return SqliteFile, self._schema.migrations


def _readable(text: bytes) -> str:
    """Return a text of the file: one that is damaged does not keep others from being read."""
    return str(text, "utf-8", "replace")


def _close(connection: sqlite3.Connection, process: int) -> None:
    # Closing another process's connection could release what that holds.
    if process == os.getpid():
        connection.close()
