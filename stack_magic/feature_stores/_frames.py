"""Data frames of pandas and of polars as tables."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidConfigurationError

from ._moments import as_python, counted_value
from ._tables import Table
from ._times import counted_instants, time_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._times import TimeColumn

_NAT = -(2**63)
_INT64 = range(-(2**63), 2**63)


class PandasTable(Table):
    """A pandas data frame."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self.columns = list(frame.columns)
        if not frame.columns.is_unique:
            double = frame.columns[frame.columns.duplicated()][0]
            message = f"the frame has several columns {double!r}, but a name is used once"
            raise InvalidConfigurationError(message)

    def __len__(self) -> int:
        return len(self._frame)

    def values(self, column: str) -> list[Any]:
        """Return the values of a column; NaN, NaT and NA are None."""
        series = self._frame[column]
        if not series.hasnans:
            return list(series.tolist())
        pairs = zip(series.tolist(), series.isna().tolist(), strict=True)
        return [None if missing else value for value, missing in pairs]

    def instants(self, column: str) -> list[int]:
        """Return a column of times in nanoseconds, without an object for each."""
        series = self._frame[column]
        if series.dtype.kind != "M":
            return super().instants(column)
        import pandas as pd

        index: Any = pd.DatetimeIndex(series)
        counts = index.asi8.tolist()
        if index.hasnans:
            pairs = zip(counts, index.isna().tolist(), strict=True)
            counts = [None if missing else count for count, missing in pairs]
        return counted_instants(counts, index.unit, column)

    def extended(self, new: Mapping[str, list[Any]]) -> Any:
        """Return a new frame of the same index."""
        import pandas as pd

        columns = {name: _pandas_array(values) for name, values in new.items()}
        added = pd.DataFrame(columns, index=self._frame.index)
        return pd.concat([self._frame, added], axis=1)


def _pandas_array(values: list[Any]) -> Any:
    """Return a column as pandas would make it, but keep whole numbers and bools so."""
    import pandas as pd

    times = time_column(values)
    if times is not None:
        return _pandas_times(times)
    values = [as_python(value) for value in values]
    kinds = set(map(type, values))
    has_gaps = type(None) in kinds
    kinds.discard(type(None))
    dtype: Any = None
    if has_gaps and kinds == {bool}:
        dtype = "boolean"
    elif has_gaps and kinds == {int}:
        fits = all(value is None or value in _INT64 for value in values)
        dtype = "Int64" if fits else object
    return pd.Series(values, dtype=dtype).array


def _pandas_times(times: TimeColumn) -> Any:
    import numpy as np
    import pandas as pd

    counts = [_NAT if count is None else count for count in times.counts]
    index = pd.DatetimeIndex(np.array(counts, dtype=f"datetime64[{times.unit}]"))
    if times.zone is not None:
        index = index.tz_localize("UTC").tz_convert(times.zone)
    return index.array


class PolarsTable(Table):
    """A polars data frame."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self.columns = list(frame.columns)

    def __len__(self) -> int:
        return len(self._frame)

    def values(self, column: str) -> list[Any]:
        """Return the values of a column; null is None, NaN is NaN."""
        series = self._frame[column]
        dtype = series.dtype
        if getattr(dtype, "time_unit", None) == "ns" and hasattr(dtype, "time_zone"):
            # Its own datetimes would lack the nanoseconds.
            return [counted_value(count, dtype.time_zone) for count in series.to_physical()]
        return list(series.to_list())

    def instants(self, column: str) -> list[int]:
        """Return a column of times in nanoseconds, without an object for each."""
        import polars as pl

        series = self._frame[column]
        if not isinstance(series.dtype, pl.Datetime):
            return super().instants(column)
        return counted_instants(series.to_physical(), series.dtype.time_unit, column)

    def extended(self, new: Mapping[str, list[Any]]) -> Any:
        """Return a new frame."""
        return self._frame.with_columns(_polars_series(*column) for column in new.items())


def _polars_series(name: str, values: list[Any]) -> Any:
    """Return a column as polars would make it, of mixed values too, which it refuses."""
    import polars as pl

    times = time_column(values)
    if times is not None:
        dtype = pl.Datetime(times.unit, times.zone and "UTC")
        counted = pl.Series(name, times.counts, dtype=pl.Int64).cast(dtype)
        if times.zone is None or times.zone[0] in "+-":  # polars has no zone of an offset
            return counted
        return counted.dt.convert_time_zone(times.zone)
    values = [as_python(value) for value in values]
    kinds = {type(value) for value in values} - {type(None)}
    if kinds == {int, float}:
        return pl.Series(name, values, dtype=pl.Float64, strict=False)
    # Times that are no `time_column` have no type of one column either.
    is_mixed = len(kinds) > 1 or any(issubclass(kind, datetime) for kind in kinds)
    return pl.Series(name, values, dtype=pl.Object if is_mixed else None)
