"""Data frames in requests: a frame that is sent is one when it comes to the model.

A frame is sent as `{"dataframe_split": {"columns": [...], "data": [[...]], "dtypes": [...]}}`.
By hand `{"dataframe_records": [{...}]}` will do as well, or `dataframe_split` without dtypes;
and for a model that knows the names of its features, records or columns as plain inputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._json import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMS = ("inputs", "dataframe_split", "dataframe_records")
"""The one key of a request."""


class BadRowError(ValueError):
    """A row or column of the inputs is not as the others, or not as the model knows it."""


def request_of(inputs: Any) -> dict[str, Any]:
    """Return the body that sends *inputs*: a frame of pandas or polars as one.

    Raises:
        TypeError, ValueError: JSON has no word for something in it; the message has the place.
    """
    kind = type(inputs)
    library = kind.__module__.partition(".")[0]
    if kind.__name__ == "DataFrame" and library in {"pandas", "polars"}:
        return {"dataframe_split": _split(inputs, library)}
    return {"inputs": plain(inputs)}


def _split(frame: Any, library: str) -> dict[str, Any]:
    columns = plain(list(frame.columns))
    cells = [plain(_cells(frame, at, library), _name(columns[at])) for at in range(len(columns))]
    split: dict[str, Any] = {
        "columns": columns,
        "data": [list(row) for row in zip(*cells, strict=True)],
        "dtypes": [_dtype(dtype) for dtype in frame.dtypes],
    }
    if library == "polars":
        return {**split, "library": library}
    if not _is_counted(frame.index):
        split["index"] = plain(frame.index.tolist(), "index")
    return split


def _cells(frame: Any, at: int, library: str) -> list[Any]:
    return list(frame.iloc[:, at] if library == "pandas" else frame.to_series(at))


def _name(column: Any) -> str:
    return f"column {column!r}"


def _is_counted(index: Any) -> bool:
    return type(index).__name__ == "RangeIndex" and (index.start, index.step) == (0, 1)


def _dtype(dtype: Any) -> Any:
    if hasattr(dtype, "categories") and hasattr(dtype, "ordered"):
        return {"categories": plain(dtype.categories.tolist()), "ordered": bool(dtype.ordered)}
    return str(dtype)


def inputs_of(request: Mapping[str, Any], features: Sequence[str]) -> Any:
    """Return what the model is given.

    Args:
        request: One of `FORMS` with its value.
        features: What the model calls its features; none if it does not know.

    Raises:
        BadRowError: A row is not as the others; the message has the place.
    """
    form, value = next(iter(request.items()))
    if form == "dataframe_split":
        return _of_split(value)
    if form == "dataframe_records":
        return _of_records(_rows_in(value), ())
    return _of_plain(value, features) if features else value


def _of_plain(value: Any, features: Sequence[str]) -> Any:
    """Return records, columns or rows as a frame of the features that a model knows."""
    if isinstance(value, dict) and value and all(isinstance(v, list) for v in value.values()):
        return _of_columns(value, features)
    if not (isinstance(value, list) and value):
        return value
    if all(isinstance(row, dict) for row in value):
        return _of_records(value, features)
    if all(isinstance(row, list) for row in value):
        _check_lengths(value, len(features))
        return _frame(value, list(features))
    return value


def _rows_in(value: Any) -> list[dict[str, Any]]:
    rows: list[Any] = value if isinstance(value, list) else [None]
    for at, row in enumerate(rows):
        if not isinstance(row, dict):
            message = f"row {at} is no record: {{column: value}} is wanted"
            raise BadRowError(message)
    return rows


def _of_records(rows: list[dict[str, Any]], features: Sequence[str]) -> Any:
    names = features or (list(rows[0]) if rows else [])
    for at, row in enumerate(rows):
        _check_names(f"row {at}", row, names)
    return _frame([[row[name] for name in names] for row in rows], list(names))


def _of_columns(columns: dict[str, list[Any]], features: Sequence[str]) -> Any:
    _check_names("the inputs", columns, features)
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name!r} {length}" for name, length in lengths.items())
        message = f"the columns differ in length: {told}"
        raise BadRowError(message)
    rows = zip(*(columns[name] for name in features), strict=True)
    return _frame([list(row) for row in rows], list(features))


def _check_names(place: str, given: Mapping[str, Any], names: Sequence[str]) -> None:
    lacking = [name for name in names if name not in given]
    unknown = [name for name in given if name not in names]
    if lacking or unknown:
        what = f"lacks {lacking[0]!r}" if lacking else f"has an unknown {unknown[0]!r}"
        message = f"{place} {what}; the columns are {', '.join(map(repr, names))}"
        raise BadRowError(message)


def _check_lengths(rows: Sequence[Any], length: int) -> None:
    for at, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != length:
            found = f"{len(row)} values" if isinstance(row, list) else "no list"
            message = f"row {at} has {found}, and there are {length} columns"
            raise BadRowError(message)


def _frame(rows: list[list[Any]], columns: list[Any], index: Any = None) -> Any:
    import pandas as pd

    return pd.DataFrame(rows, columns=columns, index=index)


def _of_split(split: Any) -> Any:
    if not isinstance(split, dict) or not {"columns", "data"} <= set(split):
        message = 'dataframe_split must be {"columns": [...], "data": [[...], ...]}'
        raise BadRowError(message)
    columns, rows = split["columns"], split["data"]
    _check_lengths(rows, len(columns))
    dtypes = split.get("dtypes") or []
    if split.get("library") == "polars":
        return _polars_frame(rows, columns, dtypes)
    frame = _frame(rows, columns, split.get("index"))
    for at, dtype in enumerate(dtypes):
        try:
            frame.isetitem(at, _typed(frame.iloc[:, at], dtype))
        except (TypeError, ValueError) as error:
            message = f"{_name(columns[at])} does not fit {dtype}: {error}"
            raise BadRowError(message) from error
    return frame


def _typed(column: Any, dtype: Any) -> Any:
    """Return a column of JSON values with the dtype that it was sent with."""
    import pandas as pd

    if isinstance(dtype, dict):
        kept = pd.Categorical(column, dtype["categories"], ordered=dtype["ordered"])
        return pd.Series(kept, index=column.index)
    if dtype.startswith("datetime64"):
        zone = dtype.partition(", ")[2].rstrip("]")
        moments = pd.to_datetime(column, format="ISO8601", utc=bool(zone))
        return (moments.dt.tz_convert(zone) if zone else moments).astype(dtype)
    if dtype.startswith("timedelta64"):
        return pd.to_timedelta(column).astype(dtype)
    return column.astype(dtype)


def _polars_frame(rows: list[list[Any]], columns: list[str], dtypes: Sequence[str]) -> Any:
    import datetime as dt

    import polars as pl

    read: dict[str, Any] = {
        "Date": dt.date.fromisoformat,
        "Datetime": dt.datetime.fromisoformat,
        "Time": dt.time.fromisoformat,
    }
    cells = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in columns]
    series = []
    for name, values, dtype in zip(columns, cells, dtypes, strict=True):
        kind = dtype.partition("(")[0]
        if kind in read:
            parsed = [None if value is None else read[kind](value) for value in values]
            series.append(pl.Series(name, parsed))
        else:
            series.append(pl.Series(name, values, strict=False).cast(getattr(pl, kind)))
    return pl.DataFrame(series)
