"""Metadata in a SQLite file of this machine."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, PrivateAttr, field_validator

from stack_magic.machine import absolute_path

from ._sql import SqlMetadataStore

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy import Connection, Engine

_PREFIX = "sqlite:///"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")


class SqliteMetadataStore(SqlMetadataStore):
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
        return os.fspath(self._file.parent)

    @property
    def location(self) -> str:
        """The file, absolute."""
        return os.fspath(self._file)

    def new_engine(self) -> Engine:
        """Return an engine of the file, made if it is not there.

        Raises:
            StorageError: It is of a newer version, or of something else.
        """
        from ._sqlite_engine import open_engine

        return open_engine(self._file)

    def _transaction(self, *, writes: bool) -> AbstractContextManager[Connection]:
        """Return a transaction; to ask before anything was recorded makes no file."""
        if not self._file.exists():
            self.close()  # it may have been deleted under an open connection
            if not writes:
                from ._sqlite_engine import nothing_recorded

                return nothing_recorded()
        return super()._transaction(writes=writes)

    @property
    def _file(self) -> Path:
        return absolute_path(self.uri.removeprefix(_PREFIX), self._made_in)

    def _explained(self, error: BaseException) -> str:
        from stack_magic.machine import explained

        return f"metadata store {self.location!r} {explained(str(error))}"
