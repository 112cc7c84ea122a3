"""A parquet file as the columns that it holds."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from stack_magic.errors import MissingDependencyError, StorageError
from stack_magic.machine import absolute_path

from ._tables import Columns
from ._times import counted_instants

_UNNAMED_INDEX = re.compile(r"__index_level_\d+__")


class ParquetFile(Columns):
    """A parquet file, read whole."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        shown = os.fspath(path)
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as error:
            message = f"{shown!r} cannot be read without pyarrow"
            raise MissingDependencyError(message, hint="%pip install pyarrow") from error
        try:
            # Not `read_table`, which takes a folder `day=1` for one more column.
            with pq.ParquetFile(absolute_path(path, os.fspath(Path.cwd()))) as file:
                self._table = file.read()
        except (OSError, pa.ArrowInvalid) as error:
            said = getattr(error, "strerror", None) or str(error).partition("\n")[0]
            message = f"{shown!r} cannot be read as a parquet file: {said}"
            raise StorageError(message) from error
        # What pandas writes beside the columns unless it is told not to.
        names = self._table.column_names
        self.columns = [name for name in names if not _UNNAMED_INDEX.fullmatch(name)]

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def values(self, column: str) -> list[Any]:
        """Return the values of a column; null is None."""
        return list(self._table.column(column).to_pylist())

    def instants(self, column: str, *, up: bool) -> list[int]:
        """Return a column of times in microseconds, without an object for each."""
        import pyarrow as pa

        times = self._table.column(column)
        if not pa.types.is_timestamp(times.type):
            return super().instants(column, up=up)
        counts = times.cast(pa.int64()).to_pylist()
        return counted_instants(counts, times.type.unit, column, up=up)
