"""A connection to a SQLite file whose transactions another object begins and ends."""

from __future__ import annotations

import sqlite3
import weakref
from typing import Any, cast


class FileConnection(sqlite3.Connection):
    """A connection whose transactions are those of `SqliteFile`, whoever else uses it.

    Attributes:
        upper: The connection that another library, such as SQLAlchemy, has over it.
    """

    upper: Any = None

    def __init__(self, *values: Any, **options: Any) -> None:
        super().__init__(*values, **options)
        self._seconds: float | None = None
        self._cursors: weakref.WeakSet[sqlite3.Cursor] = weakref.WeakSet()

    def cursor(self, factory: Any = sqlite3.Cursor) -> Any:
        """Return a cursor, which counts until the transaction ends."""
        made = super().cursor(factory)
        self._cursors.add(made)
        return made

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        """Execute with such a cursor."""
        return cast("sqlite3.Cursor", self.cursor().execute(*statement))

    def executemany(self, *statement: Any) -> sqlite3.Cursor:
        """Execute with such a cursor."""
        return cast("sqlite3.Cursor", self.cursor().executemany(*statement))

    def wait(self, seconds: float) -> None:
        """Let each statement wait so long for another process that holds the file."""
        if seconds != self._seconds:
            super().execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")
            self._seconds = seconds

    def close_cursors(self) -> None:
        """Close what is half read: it would hold up other processes, ended or not.

        An error that is kept, as a notebook keeps its last one, keeps cursors too.
        """
        for cursor in list(self._cursors):
            cursor.close()

    def commit(self) -> None:
        """Do nothing: the block of `SqliteFile.writing` ends the transaction."""

    def rollback(self) -> None:
        """Do nothing, likewise."""
