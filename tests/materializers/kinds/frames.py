"""Frames with labels, indexes and attributes of many kinds, and pandas' other values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from .classes import DAY, Text

if TYPE_CHECKING:
    from collections.abc import Mapping


def frames() -> Mapping[str, Any]:
    """Return them, by name."""
    two = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    noted = two.copy()
    noted.attrs = {"source": "a.csv"}
    odd_note = two.copy()
    odd_note.attrs = {"when": (1, 2)}
    flagged = two.copy().set_flags(allows_duplicate_labels=False)
    days = pd.date_range("2024-03-30", periods=3, tz="Europe/Berlin")
    indexes: dict[str, Any] = {
        "text": pd.Index(["x", "y"], name="k"),
        "named-range": pd.RangeIndex(5, 9, 2, name="n"),
        "int8": pd.Index([1, 2], dtype="i1"),
        "objects": pd.Index(["x", 1]),
        "texts-none": pd.Index(["x", None], dtype=object),
        "number-name": pd.Index([1, 2], name=7),
        "multi": pd.MultiIndex.from_product([["a", "b"], [1]], names=["k", None]),
        "categories": pd.CategoricalIndex(["a", "b"]),
        "days": days[:2],
        "month-ends": pd.date_range("2024", periods=2, freq="ME"),
        "business": pd.bdate_range("2024", periods=2, freq="C", holidays=["2024-01-02"]),
        "no-freq": pd.DatetimeIndex([DAY, DAY]),
        "spans": pd.timedelta_range("1h", periods=2),
        "periods": pd.period_range("2024", periods=2, freq="Q"),
        "intervals": pd.interval_range(0, 2),
        "floats": pd.Index([0.5, math.nan]),
        "bools": pd.Index([True, False]),
        "twice": pd.Index(["x", "x"]),
    }
    frames: dict[str, Any] = {
        f"index-{name}": pd.DataFrame({"v": [1.0, 2.0]}, index=index)
        for name, index in indexes.items()
    }
    frames |= {
        "frame": two,
        "frame-attrs": noted,
        "frame-odd-attrs": odd_note,
        "frame-flags": flagged,
        "frame-empty": pd.DataFrame(),
        "frame-no-rows": two.iloc[:0],
        "frame-no-columns": pd.DataFrame(index=[1, 2]),
        "frame-number-columns": pd.DataFrame([[1, 2]]),
        "frame-columns-named": two.rename_axis(columns="what"),
        "frame-double-columns": pd.DataFrame([[1, 2]], columns=["a", "a"]),
        "frame-two-levels": pd.DataFrame(
            [[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])
        ),
        "frame-object-columns": pd.DataFrame([[1]], columns=pd.Index(["a"], dtype=object)),
        "frame-mixed-columns": pd.DataFrame([[1, 2]], columns=["a", 1]),
        "frame-sliced": two.iloc[1:],
        "frame-stepped": pd.DataFrame({"a": range(10)}).iloc[::3],
        "frame-dots": pd.DataFrame({"a.b": ["x"], "": [1], "é": [2]}),
        "frame-index-name": pd.DataFrame({"__index_level_0__": [1]}, index=["x"]),
        "series-no-name": pd.Series([1, 2]),
        "series-number-name": pd.Series([1], name=3),
        "series-text-kind-name": pd.Series([1], name=Text("a")),
        "series-attrs": noted["a"],
        "series-index": pd.Series({"x": 1.0}),
        "series-objects": pd.Series([None, "a"], name="o", dtype=object),
        "index-alone": pd.Index([1, 2], name="i"),
        "timestamp": pd.Timestamp("2024-03-31 03:30", tz="Europe/Berlin"),
        "timestamp-ns": pd.Timestamp(1),
        "timedelta": pd.Timedelta(1),
        "period": pd.Period("2024-01", "M"),
        "interval": pd.Interval(0, 1),
        "na": pd.NA,
        "nat": pd.NaT,
        "dict-of-frames": {"a": two},
        "frame-of-categories": pd.DataFrame(
            {"c": pd.Categorical(["a"] * 3, categories=["b", "a"])}
        ),
    }
    return frames
