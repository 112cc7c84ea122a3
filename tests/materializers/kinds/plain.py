"""Python's own kinds of values."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import fractions
import ipaddress
import math
import pathlib
import re
import uuid
from typing import TYPE_CHECKING, Any

from .classes import BERLIN, DAY, Level, Pair, Point, Rank, Shade, Text, Whole

if TYPE_CHECKING:
    from collections.abc import Mapping


def plain() -> Mapping[str, Any]:
    """Return them, by name."""
    twice = [1, 2]
    return {
        "none": None,
        "true": True,
        "zero": 0,
        "minus-zero": -0.0,
        "nan": math.nan,
        "infinite": -math.inf,
        "large-int": 10**400,
        "huge-int": 10**5000,
        "small-float": 5e-324,
        "complex": complex(math.nan, -0.0),
        "text": "a\0b\n\u2028é😀",
        "empty-text": "",
        "half-character": "\ud83d",
        "two-halves": "\ud83d\ude00",
        "bytes": b"\0\xff",
        "bytearray": bytearray(b"ab"),
        "list": [1, "a", None, 2.5, True],
        "empty-list": [],
        "nested": {"a": [1, {"b": None}], "c": {}},
        "tuple": (1, "a"),
        "tuple-in-list": [(1, 2)],
        "set": {1, "a"},
        "frozenset": frozenset({1.5}),
        "dict-of-ints": {1: "a", 2: "b"},
        "dict-of-none": {None: 1},
        "dict-in-order": {"b": 1, "a": 2},
        "range": range(3),
        "list-twice": [twice, twice],
        "dict-of-tuples": {(1, 2): 3},
        "text-kind": Text("a"),
        "list-of-text-kinds": [Text("a")],
        "key-of-text-kind": {Text("a"): 1},
        "int-kind": Whole(3),
        "enum": Level.LOW,
        "text-enum": Shade.RED,
        "int-enum": Rank.FIRST,
        "list-of-enums": [Shade.RED, Rank.FIRST],
        "named-tuple": Pair(1, "b"),
        "object": Point(1.0, [2]),
        "decimal": decimal.Decimal("1.50"),
        "decimal-nan": decimal.Decimal("NaN"),
        "decimal-zero": decimal.Decimal("-0.00"),
        "fraction": fractions.Fraction(1, 3),
        "date": dt.date(2024, 2, 29),
        "time": dt.time(1, 2, 3, 4),
        "naive": DAY,
        "zoned": DAY.replace(tzinfo=BERLIN),
        "zoned-fold": dt.datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN, fold=1),
        "utc": DAY.replace(tzinfo=dt.UTC),
        "offset": DAY.replace(tzinfo=dt.timezone(dt.timedelta(hours=2))),
        "timedelta": dt.timedelta(days=-1, microseconds=1),
        "zone": BERLIN,
        "uuid": uuid.UUID(int=5),
        "path": pathlib.PurePosixPath("a/b"),
        "pattern": re.compile("a+", re.IGNORECASE),
        "address": ipaddress.ip_address("::1"),
        "counter": collections.Counter("aab"),
        "deque": collections.deque([1, 2], maxlen=2),
        "ordered": collections.OrderedDict(a=1),
        "defaultdict": collections.defaultdict(list, a=[1]),
        "slice": slice(1, None, 2),
        "type": int,
        "ellipsis": ...,
        "deep": [[[[[[1]]]]]],
        "mixed-numbers": [1, 1.0, True],
    }
