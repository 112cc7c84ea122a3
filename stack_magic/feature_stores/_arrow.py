"""Tables of Arrow, and parquet files, as tables."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidConfigurationError, MissingDependencyError, StorageError
from stack_magic.machine import absolute_path

from ._moments import as_python, counted_value
from ._tables import Table
from ._times import counted_instants, time_column

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNNAMED_INDEX = re.compile(r"__index_level_\d+__")


class ArrowTable(Table):
    """A table of Arrow."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self.columns = list(table.column_names)
        for column in self.columns:
            if self.columns.count(column) > 1:
                message = f"the table has several columns {column!r}, but a name is used once"
                raise InvalidConfigurationError(message, hint="table.rename_columns([...])")

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def values(self, column: str) -> list[Any]:
        """Return the values of a column; null is None."""
        import pyarrow as pa

        values = self._table.column(column)
        # Arrow's own way to nanoseconds needs pandas.
        if pa.types.is_timestamp(values.type) and values.type.unit == "ns":
            counts = values.cast(pa.int64()).to_pylist()
            return [counted_value(count, values.type.tz) for count in counts]
        return list(values.to_pylist())

    def instants(self, column: str) -> list[int]:
        """Return a column of times in nanoseconds, without an object for each."""
        import pyarrow as pa

        times = self._table.column(column)
        if not pa.types.is_timestamp(times.type):
            return super().instants(column)
        counts = times.cast(pa.int64()).to_pylist()
        return counted_instants(counts, times.type.unit, column)

    def extended(self, new: Mapping[str, list[Any]]) -> Any:
        """Return a new table.

        Raises:
            InvalidConfigurationError: No column of Arrow holds the values of a feature.
        """
        table = self._table
        for name, values in new.items():
            table = table.append_column(name, _arrow_array(name, values))
        return table


def _arrow_array(name: str, values: list[Any]) -> Any:
    import pyarrow as pa

    times = time_column(values)
    if times is not None:
        return pa.array(times.counts, pa.int64()).cast(pa.timestamp(times.unit, times.zone))
    # Arrow itself would take a datetime among dates for a date.
    kinds = {type(value) for value in values} - {type(None)}
    try:
        if len(kinds) > 1 and kinds != {int, float}:
            raise pa.ArrowInvalid(" and ".join(sorted(kind.__name__ for kind in kinds)))
        return pa.array([as_python(value) for value in values])
    except (pa.ArrowException, OverflowError) as error:
        said = str(error).partition("\n")[0]
        message = f"no column of Arrow holds the values of {name!r}: {said}"
        raise InvalidConfigurationError(message, hint="ask with table.to_pylist()") from error


def read_parquet(path: str | os.PathLike[str]) -> ArrowTable:
    """Return a parquet file, read whole.

    Raises:
        MissingDependencyError: pyarrow is absent.
        StorageError: The file cannot be read.
    """
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
            table = file.read()
    except (OSError, pa.ArrowInvalid) as error:
        said = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        message = f"{shown!r} cannot be read as a parquet file: {said}"
        raise StorageError(message) from error
    # What pandas writes beside the columns unless it is told not to.
    names = [name for name in table.column_names if not _UNNAMED_INDEX.fullmatch(name)]
    return ArrowTable(table.select(names))
