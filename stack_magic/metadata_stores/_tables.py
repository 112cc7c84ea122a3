"""The tables of an SQL metadata store. Imports SQLAlchemy, so it is imported when needed.

`runs` have `steps`; `links` say which `artifacts` a step read and wrote, by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    text,
)
from sqlalchemy.schema import CreateColumn

from stack_magic.machine import BUSY_SECONDS

from ._locks import limit_wait

if TYPE_CHECKING:
    from sqlalchemy import Engine

METADATA = MetaData()

_NAME, _DIGEST = String(200), String(64)

RUNS = Table(
    "runs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", _NAME, nullable=False, unique=True),
    Column("pipeline", _NAME, nullable=False),
    Column("number", Integer, nullable=False),
    Column("stack", _NAME, nullable=False),
    Column("started", String(40), nullable=False),
    Column("outcome", String(20)),
    Column("seconds", Float, nullable=False),
    Column("parameters", Text, nullable=False),
    Column("steps", Text, nullable=False),
    # A default in the table, since older rows have none; in brackets, as MySQL wants it.
    Column("owner", Text, nullable=False, server_default=text("('null')")),
    # Two processes that take the same number cannot both keep it.
    UniqueConstraint("pipeline", "number"),
    Index("runs_by_pipeline", "pipeline"),
)

STEPS = Table(
    "steps",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("name", _NAME, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("code_digest", _DIGEST, nullable=False),
    Column("cache_key", _DIGEST, nullable=False),
    Column("parameters", Text, nullable=False),
    Column("upstream", Text, nullable=False),
    Column("started", String(40)),
    Column("seconds", Float, nullable=False),
    Column("error", Text, nullable=False),
    # Likewise.
    Column("reason", Text, nullable=False, server_default=text("('')")),
    Column("reads", Text, nullable=False, server_default=text("('{}')")),
    UniqueConstraint("run_id", "name"),
    Index("steps_by_key_and_outcome", "cache_key", "outcome"),
)

ARTIFACTS = Table(
    "artifacts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("sha256", _DIGEST, nullable=False),
    Column("key", String(500), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("materializer", _NAME, nullable=False),
    Column("type_name", _NAME, nullable=False),
    Column("producer_run", _NAME, nullable=False),
    Column("producer_step", _NAME, nullable=False),
    Column("refers", Text, nullable=False, server_default="[]"),
    Column("signature", _DIGEST, nullable=False, server_default=""),
    UniqueConstraint("sha256", "key", "producer_run", "producer_step"),
)

LINKS = Table(
    "links",
    METADATA,
    Column("step_id", ForeignKey("steps.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String(6), primary_key=True),
    Column("name", _NAME, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("artifact_id", ForeignKey("artifacts.id"), nullable=False, index=True),
)

SOURCES = Table(
    "sources",
    METADATA,
    Column("digest", _DIGEST, primary_key=True),
    Column("text", Text, nullable=False),
)


def create_tables(engine: Engine) -> None:
    """Make the tables that are missing, and the columns and indexes that older ones lack."""
    with engine.begin() as connection:
        limit_wait(connection, BUSY_SECONDS)
        METADATA.create_all(connection)
        known = inspect(connection)
        for table in METADATA.sorted_tables:
            there = {column["name"] for column in known.get_columns(table.name)}
            for column in table.columns:
                if column.name not in there:
                    made = CreateColumn(column).compile(dialect=engine.dialect)
                    connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {made}")
            for index in table.indexes:
                index.create(connection, checkfirst=True)
