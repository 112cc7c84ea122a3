"""The form of a SQLite file's tables: its versions, and the way from one to the next."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from stack_magic.errors import StorageError

from ._leftovers import temporary_in
from ._private import private_file, settle
from ._sqlite_errors import explained, way_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE = 60.0
"""Seconds for which a process waits for another that changes the tables."""


class Schema:
    """A list of migrations: step N of it, from 1, makes version N of what was N - 1.

    A file keeps its version as SQLite's `user_version`; a new one takes all the steps.

    Args:
        migrations: The SQL of each step.
    """

    def __init__(self, migrations: tuple[str, ...]) -> None:
        self.migrations = migrations
        self.version = len(migrations)

    def make(self, connection: sqlite3.Connection) -> None:
        """Make the tables of the newest version in an empty database."""
        self._advance(connection, 0)

    def is_newest(self, connection: sqlite3.Connection) -> bool:
        """Return whether nothing is to be migrated, or refused."""
        return _version(connection) == self.version

    def check(self, connection: sqlite3.Connection, file: Path) -> int:
        """Return the version of a file.

        Raises:
            StorageError: It is of a newer version, or of something else.
        """
        version, tables = _version(connection), _tables_in(connection)
        if version > self.version:
            message = (
                f"{os.fspath(file)!r} is of a newer version of stack-magic (schema {version}, "
                f"this one reads {self.version}); it was left untouched"
            )
            raise StorageError(message, hint="pip install --upgrade stack-magic")
        if not (self._tables_of(version) <= tables if version else not tables):
            message = f"{os.fspath(file)!r} is a database of something else; it was left untouched"
            raise StorageError(message, hint="give a file of its own")
        return version

    def migrate(self, connection: sqlite3.Connection, file: Path) -> None:
        """Bring a file to the newest version, whole or not at all; a copy is made before.

        Raises:
            StorageError: A step failed: the file is what it was.
        """
        connection.execute(f"PRAGMA busy_timeout={int(PATIENCE * 1000)}")
        with all_or_nothing(connection, "BEGIN IMMEDIATE"):
            version = self.check(connection, file)  # another process may have been quicker
            if 0 < version < self.version:
                _back_up(file, version)
            try:
                self._advance(connection, version)
            except sqlite3.DatabaseError as error:
                message = (
                    f"{os.fspath(file)!r} could not be brought from schema {version} to "
                    f"{self.version}: {explained(str(error))}"
                )
                hint = way_out(str(error), os.fspath(file))
                raise StorageError(message, hint=hint) from error

    def _advance(self, connection: sqlite3.Connection, version: int) -> None:
        for migration in self.migrations[version:]:
            for statement in _statements(migration):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version={self.version}")

    def _tables_of(self, version: int) -> set[str]:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as wanted:
            Schema(self.migrations[:version]).make(wanted)
            return _tables_in(wanted)


def _back_up(file: Path, version: int) -> None:
    """Copy a file as it is before a migration, for its owner only."""
    copy = _free_name(Path(f"{file}.schema-{version}.backup"))
    unfinished = private_file(temporary_in(file.parent))
    try:
        # A second connection: the first is in the transaction that will change the file.
        with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(unfinished)) as new:
            old.backup(new)
        unfinished.replace(copy)
    finally:
        unfinished.unlink(missing_ok=True)
    settle(file.parent)


def _free_name(copy: Path) -> Path:
    """Return a name that is not taken: an older copy may be all that is left of something."""
    number, free = 1, copy
    while free.exists():
        number += 1
        free = copy.with_name(f"{copy.name}-{number}")
    return free


def _statements(script: str) -> Iterator[str]:
    # `executescript` would commit first: what follows would be no part of the transaction.
    statement = ""
    for part in script.split(";"):
        statement += f"{part};"
        if sqlite3.complete_statement(statement) and part.strip():
            yield statement
            statement = ""


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _tables_in(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name for (name,) in rows}


@contextmanager
def all_or_nothing(
    connection: sqlite3.Connection, begin: str, commit: Callable[[], object] | None = None
) -> Iterator[None]:
    """Let the block be a transaction, whatever ends it.

    Args:
        connection: Where.
        begin: The statement that begins it.
        commit: Commits it, where that takes more than to say so.
    """
    try:
        connection.execute(begin)
        yield
        (commit or partial(connection.execute, "COMMIT"))()
    except BaseException:
        if connection.in_transaction:  # SQLite ends it itself after some errors
            connection.execute("ROLLBACK")
        raise
