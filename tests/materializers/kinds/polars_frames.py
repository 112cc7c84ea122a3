"""Polars' kinds of columns, a frame each, and its other values."""

from __future__ import annotations

import datetime as dt
import decimal
import math
from typing import TYPE_CHECKING, Any

import polars as pl

from .classes import DAY, Point

if TYPE_CHECKING:
    from collections.abc import Mapping


def polars_frames() -> Mapping[str, Any]:
    """Return them, by name."""
    columns = {
        "ints": pl.Series([1, None]),
        "floats": pl.Series([1.0, math.nan, None, -0.0]),
        "texts": pl.Series(["a", None]),
        "bools": pl.Series([True, None]),
        "dates": pl.Series([dt.date(2024, 1, 1)]),
        "moments": pl.Series([DAY]),
        "zoned": pl.Series([DAY]).dt.replace_time_zone("Europe/Berlin", non_existent="null"),
        "times": pl.Series([dt.time(1)]),
        "spans": pl.Series([dt.timedelta(1)]),
        "decimals": pl.Series([decimal.Decimal("1.50")]),
        "binary": pl.Series([b"a"]),
        "lists": pl.Series([[1], None]),
        "structs": pl.Series([{"a": 1}]),
        "categories": pl.Series(["b", "a"], dtype=pl.Categorical),
        "enums": pl.Series(["b"], dtype=pl.Enum(["a", "b"])),
        "arrays": pl.Series([[1, 2]], dtype=pl.Array(pl.Int64, 2)),
        "nulls": pl.Series([None, None]),
        "int8": pl.Series([1], dtype=pl.Int8),
    }
    frames: dict[str, Any] = {
        f"polars-{name}": pl.DataFrame({"c": one}) for name, one in columns.items()
    }
    return frames | {
        "polars-objects": pl.DataFrame({"c": pl.Series([Point(1.0)], dtype=pl.Object)}),
        "polars-empty": pl.DataFrame(),
        "polars-no-rows": pl.DataFrame({"a": []}),
        "polars-series": pl.Series("s", [1, 2]),
        "polars-lazy": pl.LazyFrame({"a": [1]}),
    }
