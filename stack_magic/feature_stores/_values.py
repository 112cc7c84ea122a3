"""Values of features as text and back, each as the type that it was."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidConfigurationError

from ._moments import NanosecondTime, is_plain, read, value_of, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

JSON_TYPES = frozenset({type(None), bool, int, float, str})
"""What JSON tells apart itself."""

# Written as an object of one pair; plain objects are not kept, so nothing else looks so.
_TAGS = {datetime: "datetime", NanosecondTime: "moment", date: "date", Decimal: "decimal"}
_READERS: dict[str, Any] = {
    "datetime": datetime.fromisoformat,
    "moment": read,
    "date": date.fromisoformat,
    "decimal": Decimal,
}
_KEPT = JSON_TYPES | _TAGS.keys()
_NUMPY_KINDS = frozenset("biufU")
_MISSING = frozenset({"NAType", "NaTType"})


def kept_values(values: Sequence[Any], column: str) -> Sequence[Any]:
    """Return the values of a column as they will come back.

    Scalars and arrays of numpy count as the numbers and lists that they hold, those of
    pandas that mean "missing" as None.

    Raises:
        InvalidConfigurationError: One of them is of a type that is not kept.
    """
    if set(map(type, values)) <= _KEPT:
        return values
    return [_kept(value, number, column) for number, value in enumerate(values, start=1)]


def _kept(value: Any, number: int, column: str) -> Any:
    found = plain(value)
    for part in found if type(found) is list else (found,):
        if type(part) not in _KEPT:
            where = "a list in " if type(found) is list else ""
            message = (
                f"{column!r} of row {number} has a {type(part).__name__} in {where}it, but a "
                "feature is text, a number, a bool, a time, None, or a list of these"
            )
            raise InvalidConfigurationError(message)
    return found


def plain(value: Any) -> Any:
    """Return what a scalar or array of numpy or pandas holds; another value as it is."""
    if type(value) is list:
        return [plain(part) if type(part) is not list else part for part in value]
    kind = type(value)
    package = kind.__module__.partition(".")[0]
    if package == "numpy" and _kind_of_numbers(value) in _NUMPY_KINDS:
        return value.tolist()
    if package == "pandas":
        if kind.__name__ in _MISSING:
            return None
        if isinstance(value, datetime):
            return value_of(value)
    return value


def _kind_of_numbers(value: Any) -> str | None:
    return getattr(getattr(value, "dtype", None), "kind", None)


def _tagged(value: Any) -> dict[str, str]:
    kind = type(value)
    if kind is Decimal:
        return {"decimal": str(value)}
    if kind is date or is_plain(value):
        return {_TAGS[kind]: value.isoformat()}
    return {"moment": written(value)}


def _untagged(pair: dict[str, str]) -> Any:
    ((tag, text),) = pair.items()
    return _READERS[tag](text)


_ENCODER = json.JSONEncoder(separators=(",", ":"), check_circular=False, default=_tagged)


def encode(values: Sequence[Any]) -> str:
    """Return the values of one row as text in ASCII."""
    return _ENCODER.encode(values)


def decode(texts: Iterable[str | None]) -> list[list[Any]]:
    """Return the values of many rows; those of None are an empty list."""
    # One document: a call for each would take several times as long.
    document = ",".join("[]" if text is None else text for text in texts)
    rows: list[list[Any]] = json.loads(f"[{document}]", object_hook=_untagged)
    return rows
