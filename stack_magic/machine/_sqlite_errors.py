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

_LOCKED = (
    "is locked by another process that writes; nothing was recorded",
    "try again when it has ended: fuser {file!r} tells which it is",
)
_AWAY = "put a copy of it back, or begin a new one: mv {file!r} {file!r}.damaged"
_CAUSES = {
    "locked": _LOCKED,
    "busy": _LOCKED,
    "not a database": ("is damaged or not a SQLite file; it was left as it is", _AWAY),
    "malformed": ("is damaged; it was left as it is", _AWAY),
    "readonly": ("is read-only; nothing was recorded", "chmod u+w {file!r}"),
    "disk is full": ("cannot grow, the disk is full; nothing was recorded", "make room: df -h"),
    "disk I/O error": (
        "met a disk error; the last change may have been recorded",
        "copy it to another disk: cp {file!r} FILE",
    ),
}


def explained(said: str) -> str:
    """Return what SQLite *said* of a file in words that tell what is kept."""
    for words, (meaning, _) in _CAUSES.items():
        if words in said:
            return meaning
    return f"cannot be used: {said}; nothing was recorded"


def way_out(said: str, file: str) -> str:
    """Return what to type about a file of which SQLite *said* so."""
    hint = next((hint for words, (_, hint) in _CAUSES.items() if words in said), _AWAY)
    return hint.format(file=file)


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
        raise StorageError(message, hint=way_out(str(error), os.fspath(file))) from error


@contextmanager
def words_of_system(file: Path) -> Iterator[None]:
    """Let what the system and SQLite say while the file is opened be told with its name."""
    try:
        with words_of_sqlite(file):
            yield
    except OSError as error:
        message = f"{os.fspath(file)!r} cannot be used: {error.strerror or error}"
        hint = f"see who may use it: ls -ld {os.fspath(file.parent)!r}"
        raise StorageError(message, hint=hint) from error
