"""Values of many kinds, each with a text that tells it from all that is nearly the same."""

from __future__ import annotations

from typing import Any

from .arrays import arrays
from .columns import columns
from .dtypes import dtypes
from .frames import frames
from .plain import plain
from .polars_frames import polars_frames
from .told import told

__all__ = ["kinds", "told"]


def kinds() -> dict[str, Any]:
    """Return a value of each kind, by its name."""
    parts = (plain(), arrays(), columns(), dtypes(), frames(), polars_frames())
    return {name: value for part in parts for name, value in part.items()}
