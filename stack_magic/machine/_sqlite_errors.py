"""What SQLite says of a file, in words that tell what is kept."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stack_magic.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


def is_locked(error: BaseException) -> bool:
    """Return whether SQLite said so since another connection holds the file."""
    said = error if isinstance(error, sqlite3.OperationalError) else error.__cause__
    code = getattr(said, "sqlite_errorcode", 0) & 0xFF  # the rest tells why it is
    return code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


@contextmanager
def words_of_sqlite(file: Path) -> Iterator[None]:
    """Let what SQLite says of the file be told with what is kept."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise  # said by the statement, not by the file
        message = f"{os.fspath(file)!r} {explained(str(error))}"
        raise StorageError(message) from error


@contextmanager
def words_of_system(file: Path) -> Iterator[None]:
    """Let what the system and SQLite say while the file is opened be told with its name."""
    try:
        with words_of_sqlite(file):
            yield
    except OSError as error:
        message = f"{os.fspath(file)!r} cannot be used: {error.strerror or error}"
        raise StorageError(message) from error
