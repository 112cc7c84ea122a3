"""Values of rows as what they were written from; others are an error in words."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from stack_magic.enums import Outcome
from stack_magic.errors import StorageError
from stack_magic.machine import ProcessIdentity

if TYPE_CHECKING:
    from collections.abc import Callable

_SHOWN = 40
"""Characters of a value that an error shows."""

_LARGEST_PID = 2**31


def reader(row: Any, what: str) -> Callable[[str, str], Any]:
    """Return what reads a column of *row*, which holds *what*, as one of the kinds.

    It raises StorageError for a value of another kind.
    """

    def field(column: str, kind: str) -> Any:
        value = getattr(row, column)
        try:
            return _KINDS[kind](value)
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            shown = repr(value)
            shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
            message = f"{what} cannot be read: column {column!r} holds {shown}, not {kind}"
            hint = "other runs are not touched: %pipeline runs"
            raise StorageError(message, hint=hint) from error

    return field


def texts_only(values: Any) -> list[str]:
    """Return those of the values of a column that are texts: others name nothing."""
    return [value for value in values if isinstance(value, str)]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(value)
    return float(value)


def _whole_number(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value


def _time(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment.astimezone(UTC)


def _json(text: Any, kind: type) -> Any:
    value = json.loads(_text(text))
    if not isinstance(value, kind):
        raise TypeError(text)
    return value


def _texts(text: Any) -> tuple[str, ...]:
    return tuple(map(_text, _json(text, list)))


def _role(value: Any) -> str:
    if value not in {"input", "output"}:
        raise ValueError(value)
    return str(value)


def _process(text: Any) -> ProcessIdentity | None:
    if text == "null":
        return None
    host, boot, pid, began = _json(text, list)
    if not 0 < _whole_number(pid) < _LARGEST_PID:
        raise ValueError(text)
    return ProcessIdentity(_text(host), _text(boot), pid, _text(began))


_KINDS: dict[str, Callable[[Any], Any]] = {
    "a JSON object": lambda value: _json(value, dict),
    "a JSON list of texts": _texts,
    "a text": _text,
    "a time": _time,
    "an outcome": Outcome,
    "a number": _number,
    "a whole number": _whole_number,
    "a process": _process,
    "input or output": _role,
}
