"""The `repr` of a value of the user's, which may raise."""

from __future__ import annotations

from typing import Any


def safe_repr(value: Any) -> str:
    """Return `repr(value)`, or its type where that raises."""
    try:
        return repr(value)
    except Exception as error:  # noqa: BLE001 - it is the user's code
        return f"<{type(value).__name__}, whose repr raises {type(error).__name__}>"
