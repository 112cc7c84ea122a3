"""JSON in and out of a model.

Arrays, series and tables become lists and records. NaN, NaT and NA are `null`; moments, days
and times are ISO 8601 texts with all their digits, and durations too (`PT1.5S`); decimals,
UUIDs and paths are texts, the member of an enum is its value. Infinity, bytes, complex
numbers and sets are refused: JSON has no word for them.
"""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import json
import math
import os
import uuid
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

_DEEPEST = 200
"""Lists within lists."""

_AS_LISTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("to_list", {}),  # Series, of pandas and polars
    ("to_dicts", {}),  # polars.DataFrame
    ("to_dict", {"orient": "records"}),  # pandas.DataFrame
    ("tolist", {}),  # tensors
)
"""The methods by which values of other packages become plain ones."""

_MISSING = {"NAType", "NaTType"}
_NANOSECONDS = 9
"""Digits of a second."""


def to_json(value: Any) -> bytes:
    """Return *value* as JSON.

    Raises:
        ValueError: It holds infinity, or is nested too deep.
        TypeError: It holds what is neither plain nor can be made so. Both name the place.
    """
    return json.dumps(plain(value), allow_nan=False).encode()


def from_json(content: bytes) -> Any:
    """Return the value of a JSON text. Raises ValueError for any other text."""
    try:
        return json.loads(content, parse_constant=_refuse)
    except RecursionError as error:
        message = "it is nested too deep"
        raise ValueError(message) from error


def plain(value: Any, place: str = "", depth: int = 0) -> Any:
    """Return *value* made of what JSON has.

    Args:
        value: What a model is given, or answers.
        place: Where it stands, for errors: `[3].score`.
        depth: Lists and dicts around it.
    """
    kind = type(value)
    if value is None or kind in {bool, int, str}:
        return value
    if isinstance(value, float):
        return _of_float(value, place)
    if depth > _DEEPEST:
        message = "it is nested too deep"
        raise ValueError(message)
    if kind in {list, tuple}:
        return [plain(one, f"{place}[{at}]", depth + 1) for at, one in enumerate(value)]
    if kind is dict:
        items = value.items()
        return {_key(key, place): plain(one, f"{place}.{key}", depth + 1) for key, one in items}
    if kind.__module__.partition(".")[0] == "numpy":
        return _of_numpy(value, place, depth)
    return None if kind.__name__ in _MISSING else _of_object(value, place, depth)


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is no JSON value"
    raise ValueError(message)


def _of_float(value: float, place: str) -> float | None:
    if math.isnan(value):
        return None
    if math.isinf(value):
        message = f"{_at(place)}{value} is no JSON value"
        raise ValueError(message)
    return float(value)


def _key(key: Any, place: str) -> Any:
    if isinstance(key, str | int | float) or key is None:
        return key
    if hasattr(key, "item"):  # one of NumPy's numbers
        return _key(key.item(), place)
    return _no_json(key, place)


def _of_numpy(value: Any, place: str, depth: int) -> Any:
    """Return an array or number of NumPy's, looked at as a whole where its dtype allows."""
    import numpy as np

    array = np.asarray(value)
    kind = array.dtype.kind
    if kind in "biuU" or (kind == "f" and np.isfinite(array).all()):
        return array.tolist()
    if kind == "M":
        texts = np.array(np.datetime_as_string(array), object)
        texts[np.isnat(array)] = None
        return texts.tolist()
    if kind == "m":
        return plain(_durations(array), place, depth)
    if kind in "fO":
        return plain(array.tolist(), place, depth + 1)
    return _no_json(value, place)


def _durations(array: Any) -> Any:
    import numpy as np

    nanoseconds = array.astype("m8[ns]").astype(np.int64)
    texts = np.array([_of_nanoseconds(int(n)) for n in nanoseconds.ravel()], object)
    texts = texts.reshape(array.shape)
    texts[np.isnat(array)] = None
    return texts.tolist()


def _of_nanoseconds(number: int) -> str:
    seconds, rest = divmod(abs(number), 10**_NANOSECONDS)
    digits = f".{rest:0{_NANOSECONDS}d}".rstrip("0") if rest else ""
    return f"{'-' * (number < 0)}PT{seconds}{digits}S"


def _of_duration(value: dt.timedelta) -> str:
    nanoseconds = getattr(value, "value", None)  # pandas' has more digits
    whole = value // dt.timedelta(microseconds=1) * 1000
    return _of_nanoseconds(whole if nanoseconds is None else value.as_unit("ns").value)  # type: ignore[attr-defined]


_PLAIN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (enum.Enum, lambda value: value.value),
    (str, str.__str__),
    (int, int),
    (dt.timedelta, _of_duration),
    ((dt.date, dt.time), lambda value: value.isoformat()),
    ((decimal.Decimal, uuid.UUID), str),
    (os.PathLike, os.fspath),
    (dict, dict),
    ((list, tuple), list),
)


def _of_object(value: Any, place: str, depth: int) -> Any:
    for kinds, change in _PLAIN:
        if isinstance(value, kinds):
            return plain(change(value), place, depth + 1)
    for method, options in _AS_LISTS:
        if hasattr(value, method) and not isinstance(value, type):
            return plain(getattr(value, method)(**options), place, depth + 1)
    return _no_json(value, place)


def _no_json(value: Any, place: str) -> NoReturn:
    message = f"{_at(place)}{type(value).__name__} is no JSON value"
    raise TypeError(message)


def _at(place: str) -> str:
    return f"{place.removeprefix('.')}: " if place else ""
