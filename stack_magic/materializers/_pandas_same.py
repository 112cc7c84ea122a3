"""Whether a frame that was read back is the one that was written: labels, dtypes, cells."""

from __future__ import annotations

from typing import Any

from ._same import NotTheSameError, same, same_cells, same_zone

_CERTAIN_NUMBERS = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"}
_CERTAIN_MASKED = {"boolean"} | {f"{u}Int{bits}" for u in ("", "U") for bits in (8, 16, 32, 64)}
_CERTAIN_INDEXES = {"Index", "DatetimeIndex", "TimedeltaIndex"}


def is_certain(dtype: Any) -> bool:
    """Whether all cells of a dtype come back from parquet as they were."""
    import pandas as pd

    if isinstance(dtype, pd.DatetimeTZDtype):
        return True
    if isinstance(dtype, pd.StringDtype):  # else its cells are objects
        return dtype.storage == "pyarrow"
    if isinstance(dtype, pd.ArrowDtype):
        return _is_certain_arrow(dtype.pyarrow_dtype)
    if str(dtype) in _CERTAIN_MASKED:
        return True
    return getattr(dtype, "kind", "") in {"M", "m"} or getattr(dtype, "str", " ")[1:] in (
        _CERTAIN_NUMBERS
    )


def is_of_objects(dtype: Any) -> bool:
    """Whether the cells of a dtype may be any objects."""
    return getattr(dtype, "kind", "") == "O" and type(dtype).__module__.startswith("numpy")


def is_certain_index(index: Any) -> bool:
    """Whether an index comes back from parquet as it was."""
    kind = type(index).__name__
    return kind == "RangeIndex" or (kind in _CERTAIN_INDEXES and is_certain(index.dtype))


def _is_certain_arrow(kind: Any) -> bool:
    import pyarrow as pa

    types = pa.types
    return bool(
        types.is_integer(kind)
        or types.is_boolean(kind)
        or types.is_floating(kind)
        or types.is_timestamp(kind)
        or types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_binary(kind)
    )


def check_labels(back: Any, frame: Any) -> None:
    """Raise NotTheSameError unless labels, attributes and certain dtypes are the same."""
    fits = (
        _same_labels(back.columns, frame.columns)
        and type(back.index) is type(frame.index)
        and same_cells(list(back.index.names), list(frame.index.names))
        and (not is_certain_index(frame.index) or _same_kind(back.index, frame.index))
        and same(back.attrs, frame.attrs)
        and all(
            _same_dtype(one, other)
            for one, other in zip(back.dtypes, frame.dtypes, strict=True)
            if is_certain(other)
        )
    )
    if not fits:
        raise NotTheSameError


def check_same(back: Any, frame: Any) -> None:
    """Raise NotTheSameError unless the index and all columns are the same, cell by cell."""
    if not is_certain_index(frame.index) and not _same_index(back.index, frame.index):
        raise NotTheSameError
    for at in range(frame.shape[1]):
        if not _same_array(back.iloc[:, at].array, frame.iloc[:, at].array):
            raise NotTheSameError


def _same_labels(back: Any, labels: Any) -> bool:
    return (
        type(back) is type(labels)
        and _same_dtype(back.dtype, labels.dtype)
        and same_cells(list(back.names), list(labels.names))
        and same_cells(list(back), list(labels))
    )


def _same_index(back: Any, index: Any) -> bool:
    if type(back) is not type(index):
        return False
    if type(index).__name__ == "MultiIndex":
        levels = range(index.nlevels)
        return all(
            _same_index(back.get_level_values(at), index.get_level_values(at)) for at in levels
        )
    return _same_kind(back, index) and _same_array(back.array, index.array)


def _same_kind(back: Any, index: Any) -> bool:
    return _same_dtype(back.dtype, index.dtype) and (
        getattr(back, "freq", None) == getattr(index, "freq", None)
    )


def _same_dtype(back: Any, dtype: Any) -> bool:
    """Return whether dtypes are the same: equality takes two libraries' zones for one."""
    is_same = type(back) is type(dtype) and back == dtype and str(back) == str(dtype)
    for part in ("storage", "ordered"):
        is_same = is_same and getattr(back, part, None) == getattr(dtype, part, None)
    missing = getattr(back, "na_value", None), getattr(dtype, "na_value", None)
    zones = getattr(back, "tz", None), getattr(dtype, "tz", None)
    return is_same and type(missing[0]) is type(missing[1]) and same_zone(*zones)


def _same_array(back: Any, array: Any) -> bool:
    import numpy as np
    import pandas as pd

    if type(array) is type(back) is pd.arrays.NumpyExtensionArray:  # not one of its kinds
        back, array = back.to_numpy(), array.to_numpy()
    if type(back) is not type(array) or not _same_dtype(back.dtype, array.dtype):
        return False
    if hasattr(array, "categories"):
        categories = _same_index(back.categories, array.categories)
        return categories and bool(np.array_equal(back.codes, array.codes))
    return same_cells(list(back), list(array))
