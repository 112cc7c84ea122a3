"""Parameters as the JSON values that are recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_REPR = 200


def recorded(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as JSON values; what is none is told by its repr."""
    return {name: _recorded(value) for name, value in parameters.items()}


def _recorded(value: Any) -> Any:
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError, RecursionError):
        return _repr_of(value)


def _repr_of(value: Any) -> str:
    try:
        text = hex(value) if type(value) is int else repr(value)
    except Exception:  # noqa: BLE001 - `__repr__` of the user's may raise anything
        text = f"<{type(value).__name__}>"
    return text if len(text) <= _REPR else f"{text[: _REPR - 1]}…"
