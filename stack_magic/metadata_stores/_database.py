"""One engine of one component: opened at first use, never carried over a fork."""

from __future__ import annotations

import os
import weakref
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine


T = TypeVar("T")


class Database:
    """Holds an engine; threads take turns.

    A component may be copied and sent to other processes: a copy of this starts without
    an engine, and all of them are equal, so that components compare by configuration.
    """

    def __init__(self) -> None:
        self._inherited: list[Engine] = []
        self._start()

    def _start(self) -> None:
        self._engine: Engine | None = None
        self._opened_for: str = ""
        self._process = os.getpid()
        self._lock = RLock()

    def attempt(
        self,
        query: Callable[[Connection], T],
        open_engine: Callable[[], Engine],
        key: str,
        seconds: float,
        *,
        writes: bool,
    ) -> T:
        """Return what *query* returns in a transaction, rolled back when it raises.

        Args:
            query: Is given the connection.
            open_engine: Makes the engine at the first use.
            key: Names what is opened; another key opens another engine.
            seconds: How long a statement waits for what others have locked.
            writes: Given to the engine's listeners as an execution option.
        """
        from ._locks import limit_wait

        if self._process != os.getpid():
            self._leave_to_parent()
        with self._lock:
            engine = self._current(open_engine, key)
            with engine.execution_options(writes=writes).begin() as connection:
                limit_wait(connection, seconds)
                return query(connection)

    def _current(self, open_engine: Callable[[], Engine], key: str) -> Engine:
        if self._engine is None or self._opened_for != key:
            self.close()
            self._engine, self._opened_for = open_engine(), key
            self._close = weakref.finalize(self, _dispose, self._engine, os.getpid())
        return self._engine

    def _leave_to_parent(self) -> None:
        """Start afresh in a forked process: its parent's locks and files are not ours."""
        if self._engine is not None:
            # Kept, since SQLite would tidy up on closing what the parent still uses.
            self._inherited.append(self._engine)
        self._start()

    def close(self) -> None:
        """Close the connections; the next use opens new ones."""
        with self._lock:
            if self._engine is not None:
                self._close()
                self._engine = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Database)

    def __hash__(self) -> int:
        return hash(Database)

    def __reduce__(self) -> Any:
        return Database, ()


def _dispose(engine: Engine, process: int) -> None:
    # Closing another process's connections could release what it holds.
    engine.dispose(close=process == os.getpid())
