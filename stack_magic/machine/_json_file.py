"""Small files that processes of ours write for each other, and that anything may have damaged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 2**31
"""Numbers of processes and ports are smaller everywhere."""


def json_object(file: Path) -> dict[str, Any]:
    """Return the JSON object in *file*; an empty one if it cannot be read or is none."""
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def number_in(record: dict[str, Any], key: str) -> int | None:
    """Return the number of a process or port in *record*; None if there is none."""
    number = record.get(key)
    return number if type(number) is int and 0 < number < _LARGEST else None
