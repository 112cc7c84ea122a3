"""NumPy's kinds of values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping


def arrays() -> Mapping[str, Any]:
    """Return them, by name."""
    aligned = np.dtype([("a", "i1"), ("b", "f8")], align=True)
    kinds = [
        "?",
        "i1",
        "i2",
        "i4",
        "i8",
        "u1",
        "u2",
        "u4",
        "u8",
        "f2",
        "f4",
        "f8",
        "g",
        "F",
        "D",
        "G",
    ]
    arrays = {f"array-{kind}": np.array([0, 1], dtype=kind) for kind in kinds}
    numbers = {f"number-{kind}": np.array(1, dtype=kind)[()] for kind in kinds}
    times = {
        f"times-{u}": np.array([1, "NaT"], f"M8[{u}]") for u in ("D", "s", "ms", "us", "ns", "25s")
    }
    spans = {f"spans-{u}": np.array([1, "NaT"], f"m8[{u}]") for u in ("D", "s", "ns")}
    return (
        arrays
        | numbers
        | times
        | spans
        | {
            "array-other-order": np.array([1, 2], ">i4"),
            "array-texts": np.array(["a", "bcd"]),
            "array-bytes": np.array([b"a", b"\0b"]),
            "array-objects": np.array([1, None, "a"], object),
            "array-none": np.array(None, object),
            "array-of-no-axes": np.array(5),
            "array-empty": np.empty((0, 3)),
            "array-fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
            "array-strided": np.arange(10)[::3],
            "array-nan": np.array([math.nan, -0.0, math.inf]),
            "array-structured": np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]),
            "array-aligned": np.array([(1, 2.0)], aligned),
            "array-nested": np.zeros(2, [("p", aligned), ("q", "i4", (2,))]),
            "array-titles": np.zeros(1, [(("title", "a"), "i4")]),
            "array-metadata": np.array([1], np.dtype("i4", metadata={"unit": "m"})),
            "array-record": np.zeros(1, np.dtype((np.record, [("a", "i4")]))),
            "array-void": np.zeros(1, "V4"),
            "masked": np.ma.masked_array([1, 2], [True, False]),
            "recarray": np.rec.array([(1, "a")], dtype=[("a", "i8"), ("b", "U1")]),
            "strings": np.array(["a", "bc"], dtype=np.dtypes.StringDType()),
            "number-text": np.str_("a\0"),
            "number-bytes": np.bytes_(b"a\0"),
            "number-time": np.datetime64("2024-01-01T00:00", "ns"),
            "number-nat": np.datetime64("NaT"),
            "number-record": np.zeros(1, aligned)[0],
            "list-of-numbers": [np.float64(1), np.int64(2)],
            "dtype": np.dtype("f4"),
            "generator-seed": np.random.SeedSequence(3).entropy,
        }
    )
