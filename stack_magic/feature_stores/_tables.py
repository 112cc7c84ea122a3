"""Rows as users hold them, read by column and given back as the same kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stack_magic.errors import InvalidConfigurationError

from ._moments import as_python
from ._times import instants
from ._views import unknown


class Columns(ABC):
    """Rows of one kind, read by column.

    Attributes:
        columns: Names of the columns, in order.
    """

    columns: list[str]

    @abstractmethod
    def __len__(self) -> int:
        """Return how many rows there are."""

    @abstractmethod
    def values(self, column: str) -> list[Any]:
        """Return the values of a column; what is missing is None."""

    def require(self, columns: Iterable[str]) -> None:
        """Raise UnknownNameError for the first of *columns* that the rows lack."""
        for column in columns:
            if column not in self.columns:
                message = f"the rows have no column {column!r}"
                raise unknown(message, column, [str(name) for name in self.columns])

    def instants(self, column: str) -> list[int]:
        """Return a column of times in nanoseconds since 1970."""
        return instants(self.values(column), column)


class Table(Columns):
    """Rows that a caller has, and gets back with more columns."""

    @abstractmethod
    def extended(self, new: Mapping[str, list[Any]]) -> Any:
        """Return new rows of the same kind, with more columns."""


class Records(Table):
    """A list of mappings."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        for number, row in enumerate(rows, start=1):
            if not isinstance(row, Mapping):
                message = f"row {number} is a {type(row).__name__}, but a mapping is wanted"
                raise InvalidConfigurationError(message)
        self._rows = rows
        self.columns = list(dict.fromkeys(column for row in rows for column in row))

    def __len__(self) -> int:
        return len(self._rows)

    def values(self, column: str) -> list[Any]:
        """Return the values of a column; None for a row that lacks it."""
        return [row.get(column) for row in self._rows]

    def extended(self, new: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
        """Return a new list of new dicts."""
        if not new:
            return [dict(row) for row in self._rows]
        columns = zip(*(map(as_python, values) for values in new.values()), strict=True)
        return [
            {**row, **dict(zip(new, values, strict=True))}
            for row, values in zip(self._rows, columns, strict=True)
        ]


def table_of(rows: Any) -> Table:
    """Return records or a data frame as a table.

    Raises:
        InvalidConfigurationError: *rows* is of another kind.
    """
    if type(rows).__name__ == "Table" and type(rows).__module__ == "pyarrow.lib":
        from ._arrow import ArrowTable

        return ArrowTable(rows)
    for kind in type(rows).__mro__:
        package = kind.__module__.partition(".")[0]
        if kind.__name__ == "DataFrame" and package in {"pandas", "polars"}:
            from ._frames import PandasTable, PolarsTable

            return PandasTable(rows) if package == "pandas" else PolarsTable(rows)
    if isinstance(rows, Sequence) and not isinstance(rows, str | bytes):
        return Records(rows)
    message = (
        "rows are a list of mappings or a data frame of pandas, polars or pyarrow, not a "
        f"{type(rows).__name__}"
    )
    raise InvalidConfigurationError(message)
