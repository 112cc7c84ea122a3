"""Metadata in a SQLite file of this machine."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, TypeVar

from pydantic import Field, PrivateAttr, field_validator

from stack_magic.machine import absolute_path

from ._migrations import MIGRATIONS
from ._tabular import TabularMetadataStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from stack_magic.machine import SqliteFile

T = TypeVar("T")

_PREFIX = "sqlite:///"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")


def _metadata_file() -> SqliteFile:
    from stack_magic.machine import SqliteFile  # when a store is made: it imports sqlite3

    return SqliteFile(*MIGRATIONS)


class SqliteMetadataStore(TabularMetadataStore):
    """Keeps records in one SQLite file, readable by you only.

    Several kernels may use the file at the same time. It is opened at first use.
    """

    FLAVOR: ClassVar[str] = "sqlite"

    uri: str = Field(
        default="sqlite:///.stack_magic/metadata.db",
        description="File that holds the records: a path, or sqlite:///PATH",
    )

    # A relative path stays what it meant when the component was made.
    _made_in: str = PrivateAttr(default_factory=os.getcwd)
    _file: SqliteFile = PrivateAttr(default_factory=_metadata_file)

    @field_validator("uri")
    @classmethod
    def _uri_names_a_file(cls, uri: str) -> str:
        path = uri.removeprefix(_PREFIX)
        scheme = _SCHEME.match(path)
        if scheme and path != ":memory:":
            message = f"uri has scheme {scheme[1]}, but only a path or {_PREFIX}PATH fits"
            raise ValueError(message)
        if not path.strip() or ":memory:" in path:
            message = f"uri {uri!r} names no file: records must outlive the process"
            raise ValueError(message)
        found = re.search(r"[\0?#]", path)
        if found:
            message = f"uri {uri!r} contains {found[0]!r}: a file's path is wanted"
            raise ValueError(message)
        return uri

    @property
    def local_path(self) -> str | None:
        """The file's folder: on another machine it is not there."""
        return os.fspath(self._path.parent)

    @property
    def location(self) -> str:
        """The file, absolute."""
        return os.fspath(self._path)

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._file.close()

    def _in_transaction(self, query: Callable[[Connection], T], *, writes: bool) -> T:
        with self._transaction(writes=writes) as connection:
            return query(connection)

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        from ._sqlite_engine import connected

        transaction = self._file.writing if writes else self._file.reading
        with transaction(self._path) as lent, connected(lent) as connection:
            yield connection

    @property
    def _path(self) -> Path:
        return absolute_path(self.uri.removeprefix(_PREFIX), self._made_in)

    def _explained(self, error: BaseException) -> str:
        from stack_magic.machine import explained

        return f"metadata store {self.location!r} {explained(str(error))}"

    def _way_out(self, error: BaseException) -> str:
        from stack_magic.machine import way_out

        return way_out(str(error), self.location)
