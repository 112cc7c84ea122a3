"""Records in the tables of a database that SQLAlchemy speaks to."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from pydantic import PrivateAttr

from ._database import Database
from ._tabular import TabularMetadataStore

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine


class SqlMetadataStore(TabularMetadataStore):
    """Records in tables; a flavor says how to reach the database, in `new_engine`."""

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

    def _transaction(self, *, writes: bool) -> AbstractContextManager[Connection]:
        return self._database.transaction(self.new_engine, self.location, writes=writes)
