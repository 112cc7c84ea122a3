"""Records in the tables of a database that SQLAlchemy speaks to."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, TypeVar

from pydantic import PrivateAttr

from ._database import Database
from ._tabular import TabularMetadataStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine


T = TypeVar("T")


class SqlMetadataStore(TabularMetadataStore):
    """Records in tables; a flavor says how to reach the database, in `new_engine`.

    Each call is one transaction, which Ctrl-C does not break off. One that meets a lock is
    begun anew: for 5 seconds, or as long as it takes where a run records what it has done.
    """

    _database: Database = PrivateAttr(default_factory=Database)

    @abstractmethod
    def new_engine(self) -> Engine:
        """Return an engine of the database, with the tables made."""

    @property
    def location(self) -> str:
        """What errors call the database: no secrets."""
        return self.name

    @staticmethod
    def create_tables(engine: Engine) -> None:
        """Make the tables that are missing, and the columns that older ones lack."""
        from ._tables import create_tables

        create_tables(engine)

    def close(self) -> None:
        """Close the connections; the next use opens new ones."""
        self._database.close()

    def _in_transaction(self, query: Callable[[Connection], T], *, writes: bool) -> T:
        from stack_magic.machine import Patience, interrupts_wait

        from ._locks import is_locked

        with interrupts_wait() as interrupts:
            patience = Patience(f"metadata store {self.location!r}", interrupts, is_locked)
            return patience.until_free(
                lambda: self._database.attempt(
                    query, self.new_engine, self.location, patience.seconds, writes=writes
                )
            )

    def _explained(self, error: BaseException) -> str:
        from ._locks import is_locked

        if is_locked(error):
            why = "is locked by another process that writes; nothing was recorded"
            return f"metadata store {self.location!r} {why}"
        return super()._explained(error)
