"""Columns of objects, a frame each."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import uuid
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .classes import BERLIN, DAY, Level, Point, Shade, Text

if TYPE_CHECKING:
    from collections.abc import Mapping


def columns() -> Mapping[str, Any]:
    """Return them, by name."""
    nan, none = math.nan, None
    many = {
        "texts": ["a", "b"],
        "texts-none": ["a", none],
        "texts-nan": ["a", nan],
        "texts-na": ["a", pd.NA],
        "texts-both": ["a", none, nan],
        "all-none": [none, none],
        "all-nan": [nan, nan],
        "all-na": [pd.NA],
        "all-nat": [pd.NaT],
        "empty": [],
        "bools": [True, False],
        "bools-nan": [True, nan, False],
        "bools-none": [True, none],
        "ints": [1, 2],
        "ints-none": [1, none],
        "ints-nan": [1, nan],
        "large": [2**70, 1],
        "floats": [1.0, -0.0],
        "floats-none": [1.0, none],
        "ints-floats": [1, 1.0],
        "ints-bools": [1, True],
        "decimals": [decimal.Decimal("1.5"), decimal.Decimal("1.50")],
        "decimals-one-scale": [decimal.Decimal("1.5"), decimal.Decimal("2.5")],
        "dates": [dt.date(2024, 1, 1), none],
        "moments": [DAY],
        "zoned": [DAY.replace(tzinfo=BERLIN)],
        "times": [dt.time(1)],
        "spans": [dt.timedelta(1)],
        "bytes": [b"a", none],
        "bytearrays": [bytearray(b"a")],
        "text-kinds": [Text("a")],
        "text-enums": [Shade.RED],
        "enums": [Level.LOW],
        "lists": [[1], [2, 3]],
        "empty-lists": [[], []],
        "tuples": [(1, 2)],
        "dicts": [{"a": 1}, {"b": 2}],
        "sets": [{1}],
        "arrays": [np.array([1])],
        "uuids": [uuid.UUID(int=1)],
        "timestamps": [pd.Timestamp("2024"), pd.NaT],
        "half-characters": ["\ud83d"],
        "numpy-numbers": [np.int8(1), np.float32(2)],
        "numpy-texts": [np.str_("a")],
        "objects": [Point(1.0)],
        "mixed": ["a", 1, none],
    }
    return {
        f"objects-{name}": pd.DataFrame({"c": pd.Series(values, dtype=object)})
        for name, values in many.items()
    }
