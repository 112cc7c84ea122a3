"""pandas' kinds of columns, a series each."""

from __future__ import annotations

import datetime as dt
import decimal
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from dateutil import tz  # type: ignore[import-untyped]

from .classes import BERLIN, DAY, Text

if TYPE_CHECKING:
    from collections.abc import Mapping


def dtypes() -> Mapping[str, Any]:
    """Return them, by name."""
    text_categories = pd.Categorical(
        ["b", "a", None], categories=["b", "a", "unused"], ordered=True
    )
    arrow = {
        "arrow-text": pa.string(),
        "arrow-large-text": pa.large_string(),
        "arrow-int": pa.int8(),
        "arrow-decimal": pa.decimal128(10, 2),
        "arrow-list": pa.list_(pa.int64()),
        "arrow-time": pa.time64("us"),
        "arrow-zoned": pa.timestamp("us", "Europe/Berlin"),
        "arrow-date": pa.date32(),
        "arrow-struct": pa.struct({"a": pa.int64()}),
        "arrow-dictionary": pa.dictionary(pa.int8(), pa.string()),
        "arrow-null": pa.null(),
        "arrow-seconds": pa.timestamp("s"),
        "arrow-binary": pa.binary(),
        "arrow-double": pa.float64(),
        "arrow-day": pa.date64(),
        "arrow-span": pa.duration("ms"),
    }
    values: dict[str, list[Any]] = {
        "arrow-text": ["a", None],
        "arrow-large-text": ["a", ""],
        "arrow-int": [1, None],
        "arrow-decimal": [decimal.Decimal("1.50"), None],
        "arrow-list": [[1], None],
        "arrow-time": [dt.time(1), None],
        "arrow-zoned": [DAY.replace(tzinfo=dt.UTC), None],
        "arrow-date": [dt.date(2024, 1, 1)],
        "arrow-struct": [{"a": 1}],
        "arrow-dictionary": ["a", "b", "a"],
        "arrow-null": [None],
        "arrow-seconds": [DAY],
        "arrow-binary": [b"a"],
        "arrow-double": [1.0, math.nan, None],
        "arrow-day": [dt.date(2024, 1, 1)],
        "arrow-span": [dt.timedelta(1)],
    }
    columns: dict[str, Any] = {
        name: pd.Series(pd.array(pa.array(values[name], kind), dtype=pd.ArrowDtype(kind)))
        for name, kind in arrow.items()
    }
    for kind in ("Int8", "Int64", "UInt16", "boolean", "Float32", "Float64"):
        columns[f"masked-{kind}"] = pd.Series([1, None, 0], dtype=kind)
    for kind in ("i1", "u8", "f2", "f4", "f8", "?", "c16"):
        columns[f"column-{kind}"] = pd.Series(np.array([0, 1], kind))
    for unit in ("s", "ms", "us", "ns"):
        columns[f"moments-{unit}"] = pd.Series(np.array([1, "NaT"], f"M8[{unit}]"))
        columns[f"spans-{unit}"] = pd.Series(np.array([1, "NaT"], f"m8[{unit}]"))
        columns[f"zoned-{unit}"] = pd.Series(pd.DatetimeIndex([DAY, None], tz=BERLIN).as_unit(unit))
    zones = {
        "name": "Europe/Berlin",
        "zoneinfo": BERLIN,
        "utc": "UTC",
        "python-utc": dt.UTC,
        "offset": "+02:00",
        "python-offset": dt.timezone(dt.timedelta(hours=2)),
        "dateutil": tz.tzoffset("x", 3600),
    }
    for name, zone in zones.items():
        columns[f"zone-{name}"] = pd.Series(pd.DatetimeIndex([DAY], tz=zone))
    columns |= {
        "text": pd.Series(["a", None]),
        "text-string": pd.Series(["a", None], dtype="string"),
        "text-python": pd.Series(["a", None], dtype="string[python]"),
        "text-pyarrow": pd.Series(["a", None], dtype="string[pyarrow]"),
        "text-kind-python": pd.Series([Text("a")], dtype="string[python]"),
        "masked-float-nan": pd.Series([0.0, 1.0, None], dtype="Float64") / 0,
        "categories": pd.Series(text_categories),
        "categories-numbers": pd.Series(pd.Categorical([3, 1, 3], categories=[3, 1, 2])),
        "categories-times": pd.Series(pd.Categorical(pd.DatetimeIndex([DAY]))),
        "categories-mixed": pd.Series(pd.Categorical(["a", 1])),
        "categories-none": pd.Series(pd.Categorical([None, None], categories=[])),
        "periods": pd.Series(pd.period_range("2024", periods=2, freq="M")),
        "intervals": pd.Series(pd.interval_range(0, 2)),
        "sparse": pd.Series(pd.arrays.SparseArray([0, 0, 1])),
        "infinite": pd.Series([math.inf, -math.inf, math.nan, -0.0]),
    }
    return columns
