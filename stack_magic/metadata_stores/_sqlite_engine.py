"""How a SQLite file is opened. Imports SQLAlchemy, so it is imported when needed."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, create_engine, event
from sqlalchemy.pool import QueuePool

from stack_magic.errors import StorageError
from stack_magic.machine import BUSY_SECONDS, journal_mode, private_file

from ._migrations import MIGRATIONS
from ._tables import METADATA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine


SCHEMA_VERSION = len(MIGRATIONS)


def open_engine(file: Path) -> Engine:
    """Return an engine of *file*, made for its owner only if it is not there."""
    private_file(file)
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=os.fspath(file)),
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    try:
        _prepare_tables(engine, file)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def nothing_recorded() -> Iterator[Connection]:
    """Yield a connection to empty tables in memory."""
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _prepare_connection(connection: sqlite3.Connection, _: Any) -> None:
    # Transactions are begun by `_begin` alone; the module's own way knows no IMMEDIATE.
    connection.isolation_level = None
    if _version(connection.execute("PRAGMA user_version")) > SCHEMA_VERSION:
        return  # not ours to touch; `_prepare_tables` refuses it
    mode = journal_mode(sqlite3.sqlite_version_info)
    connection.execute(f"PRAGMA journal_mode={mode}")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    # A deferred transaction that comes to write fails at once when another process has
    # written meanwhile, however long the time limit.
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _version(cursor: Any) -> int:
    return int(cursor.fetchone()[0])


def _prepare_tables(engine: Engine, file: Path) -> None:
    with engine.execution_options(writes=False).begin() as connection:
        version = _version(connection.exec_driver_sql("PRAGMA user_version"))
    if version == SCHEMA_VERSION:
        return
    if version > SCHEMA_VERSION:
        message = (
            f"{os.fspath(file)!r} is of a newer version of stack-magic (schema {version}, "
            f"this one reads {SCHEMA_VERSION}); it was left untouched"
        )
        raise StorageError(message, hint="pip install --upgrade stack-magic")
    with engine.begin() as connection:
        _create(connection, file)


def _create(connection: Connection, file: Path) -> None:
    version = _version(connection.exec_driver_sql("PRAGMA user_version"))
    if version == SCHEMA_VERSION:
        return  # another process was quicker
    tables = _version(connection.exec_driver_sql("SELECT count(*) FROM sqlite_master"))
    if tables and not version:
        message = f"{os.fspath(file)!r} is a database of something else; it was left untouched"
        raise StorageError(message, hint="give the metadata store a file of its own")
    for migration in MIGRATIONS[version:]:
        for statement in filter(str.strip, migration.split(";")):
            connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
