"""A text for each value that tells it from all that is nearly the same."""

from __future__ import annotations

import collections
import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl

from .classes import Point

if TYPE_CHECKING:
    from collections.abc import Callable


def told(value: Any) -> Any:
    """Return what tells a value from all others: types, and what equality forgives."""
    kind = type(value)
    if kind is float or isinstance(value, np.floating):
        return kind.__name__, "nan" if math.isnan(value) else repr(value)
    if kind is int:
        return hex(value)
    teller = next((tell for known, tell in _TELLERS if isinstance(value, known)), None)
    return (kind.__module__, kind.__qualname__, repr(value) if teller is None else teller(value))


def _of_dtype(dtype: Any) -> Any:
    zone = getattr(dtype, "tz", None)
    parts = (
        "storage",
        "na_value",
        "ordered",
        "metadata",
        "isalignedstruct",
        "fields",
        "pyarrow_dtype",
    )
    more = tuple(repr(getattr(dtype, part, None)) for part in parts)
    return type(dtype).__name__, str(dtype), type(zone).__name__, str(zone), more


def _of_array(value: Any) -> Any:
    # Bytes between the members of a record, or within a long number, say nothing.
    has_gaps = value.dtype.names or value.dtype.kind in "fc"
    plain = repr(value.tolist()) if has_gaps else value.tobytes()
    cells = [told(cell) for cell in value.ravel()] if value.dtype.hasobject else plain
    return _of_dtype(value.dtype), value.shape, cells


def _of_index(value: Any) -> Any:
    if isinstance(value, pd.MultiIndex):
        return list(value.names), [
            _of_index(value.get_level_values(i)) for i in range(value.nlevels)
        ]
    freq = str(getattr(value, "freq", None))
    return type(value).__name__, told(value.name), freq, _of_column(value.array)


def _of_column(array: Any) -> Any:
    categories = _of_index(array.categories) if hasattr(array, "categories") else None
    return type(array).__name__, _of_dtype(array.dtype), categories, [told(cell) for cell in array]


def _of_frame(value: Any) -> Any:
    columns = [_of_column(value.iloc[:, at].array) for at in range(value.shape[1])]
    flags = value.flags.allows_duplicate_labels
    return _of_index(value.index), _of_index(value.columns), columns, told(value.attrs), flags


def _of_polars(value: Any) -> Any:
    return list(map(repr, value.schema.items())), [
        [told(cell) for cell in value[name]] for name in value.columns
    ]


_TELLERS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (np.ndarray, _of_array),
    (np.generic, lambda v: (_of_dtype(v.dtype), repr(v), v.nbytes)),
    (pd.DataFrame, _of_frame),
    (pd.Series, lambda v: (told(v.name), _of_index(v.index), _of_column(v.array), told(v.attrs))),
    (pd.Index, _of_index),
    (pl.DataFrame, _of_polars),
    (pl.Series, lambda v: (v.name, repr(v.dtype), [told(cell) for cell in v])),
    (pl.LazyFrame, lambda v: _of_polars(v.collect())),
    (dt.datetime, lambda v: (repr(v.replace(tzinfo=None)), v.fold, type(v.tzinfo), str(v.tzinfo))),
    (collections.Counter, lambda v: [told(i) for i in v.items()]),
    (collections.defaultdict, lambda v: (v.default_factory, [told(i) for i in v.items()])),
    (collections.deque, lambda v: (v.maxlen, [told(i) for i in v])),
    (dict, lambda v: [(told(k), told(one)) for k, one in v.items()]),
    (set | frozenset, lambda v: sorted(map(repr, map(told, v)))),
    (list | tuple, lambda v: [told(one) for one in v]),
    (Point, lambda v: (told(v.x), told(v.y))),
    (complex, lambda v: (told(v.real), told(v.imag))),
    (str, lambda v: v.encode("utf-16-le", "surrogatepass")),
)
