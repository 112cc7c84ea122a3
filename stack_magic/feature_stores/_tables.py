"""Rows as users hold them, read by column and given back as the same kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from stack_magic.errors import InvalidConfigurationError

from ._times import instants


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

    def instants(self, column: str, *, up: bool) -> list[int]:
        """Return a column of times in microseconds, finer ones rounded up or down."""
        return instants(self.values(column), column, up=up)


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
        columns = zip(*new.values(), strict=True)
        return [
            {**row, **dict(zip(new, values, strict=True))}
            for row, values in zip(self._rows, columns, strict=True)
        ]


def table_of(rows: Any) -> Table:
    """Return records or a data frame as a table.

    Raises:
        InvalidConfigurationError: *rows* is of another kind.
    """
    for kind in type(rows).__mro__:
        package = kind.__module__.partition(".")[0]
        if kind.__name__ == "DataFrame" and package in {"pandas", "polars"}:
            from ._frames import PandasTable, PolarsTable

            return PandasTable(rows) if package == "pandas" else PolarsTable(rows)
    if isinstance(rows, Sequence) and not isinstance(rows, str | bytes):
        return Records(rows)
    what = type(rows).__name__
    message = f"rows are a list of mappings or a data frame of pandas or polars, not a {what}"
    raise InvalidConfigurationError(message)
