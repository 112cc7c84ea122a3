"""Whether a value that was read back is what was written: strictly, cell by cell."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import struct
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class NotTheSameError(ValueError):
    """What was written would not come back the same."""


_BY_EQUALITY = (str, bytes, bytearray, bool, int, type(None), uuid.UUID, dt.timedelta)


def same(one: Any, other: Any) -> bool:
    """Return whether two plain values are the same: type, value, and what equality forgives.

    NaN is NaN and nothing else; 0.0 is not -0.0, 1.0 not 1, `Decimal("1.0")` not
    `Decimal("1.00")`; the time zone of a moment counts by its name. What is of another type
    than those known here is never the same: who asks keeps it in another form.
    """
    kind = type(one)
    if kind is not type(other):
        return False
    if kind in _BY_EQUALITY:
        return bool(one == other)
    compare = _KINDS.get(kind)
    if compare is not None:
        return compare(one, other)
    if kind.__module__ == "numpy":
        return _same_number(one, other)
    return _is_pandas_missing(one) and one is other


def same_cells(one: list[Any], other: list[Any]) -> bool:
    """Return whether two lists hold the same values in the same order."""
    return len(one) == len(other) and all(map(same, one, other))


def same_zone(one: dt.tzinfo | None, other: dt.tzinfo | None) -> bool:
    """Return whether two time zones are of one library and have one name."""
    return type(one) is type(other) and str(one) == str(other)


def _same_float(one: float, other: float) -> bool:
    if math.isnan(one):
        return math.isnan(other)
    return struct.pack("d", one) == struct.pack("d", other)


def _same_number(one: Any, other: Any) -> bool:
    """Return whether two of NumPy's numbers are the same; of its texts each is another."""
    if getattr(one, "dtype", None) is None or one.dtype.kind not in "biufcMm":
        return False
    return one.dtype == other.dtype and (one.tobytes() == other.tobytes() or _are_nan(one, other))


def _are_nan(*numbers: Any) -> bool:
    return all(number.dtype.kind == "f" and math.isnan(number) for number in numbers)


def _same_decimal(one: decimal.Decimal, other: decimal.Decimal) -> bool:
    return one.as_tuple() == other.as_tuple()


def _same_moment(one: dt.datetime, other: dt.datetime) -> bool:
    return (
        one.replace(tzinfo=None) == other.replace(tzinfo=None)
        and one.fold == other.fold
        and same_zone(one.tzinfo, other.tzinfo)
    )


def _same_time(one: dt.time, other: dt.time) -> bool:
    return (
        one.replace(tzinfo=None) == other.replace(tzinfo=None)
        and one.fold == other.fold
        and same_zone(one.tzinfo, other.tzinfo)
    )


def _same_dict(one: dict[Any, Any], other: dict[Any, Any]) -> bool:
    return same_cells(list(one), list(other)) and same_cells(
        list(one.values()), list(other.values())
    )


def _is_pandas_missing(value: Any) -> bool:
    return type(value).__name__ in {"NAType", "NaTType"}


_KINDS: dict[type, Callable[[Any, Any], bool]] = {
    float: _same_float,
    decimal.Decimal: _same_decimal,
    dt.datetime: _same_moment,
    dt.date: lambda one, other: one == other,
    dt.time: _same_time,
    list: same_cells,
    tuple: lambda one, other: same_cells(list(one), list(other)),
    dict: _same_dict,
}
