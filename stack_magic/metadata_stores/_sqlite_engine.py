"""SQLAlchemy over the connection of a SQLite file. Imported when needed, as it imports it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from stack_magic.machine import FileConnection


@contextmanager
def connected(lent: FileConnection) -> Iterator[Connection]:
    """Yield a connection of SQLAlchemy over *lent*, whose transaction stays its owner's."""
    if lent.upper is None:
        # Neither is closed nor disposed: that would close what is only lent.
        engine = create_engine("sqlite:///FILE", creator=lambda: lent, poolclass=StaticPool)
        lent.upper = engine.connect()
    try:
        yield lent.upper
    finally:
        lent.upper.rollback()  # what it takes for its transaction
