"""JSON in and out of a model: arrays and tables become lists, NaN is refused."""

from __future__ import annotations

import json
from typing import Any

_AS_LISTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("tolist", {}),  # numpy, pandas.Series
    ("to_list", {}),  # polars.Series
    ("to_dicts", {}),  # polars.DataFrame
    ("to_dict", {"orient": "records"}),  # pandas.DataFrame
)
"""The methods by which values of other packages become plain ones."""


def to_json(value: Any) -> bytes:
    """Return *value* as JSON.

    Raises:
        ValueError: It holds NaN or infinity, or itself.
        TypeError: It holds what is neither plain nor can be made so.
    """
    try:
        return json.dumps(value, default=_plain, allow_nan=False).encode()
    except RecursionError as error:
        message = "it is nested too deep"
        raise ValueError(message) from error


def _plain(value: Any) -> Any:
    for method, options in _AS_LISTS:
        if hasattr(value, method) and not isinstance(value, type):
            return getattr(value, method)(**options)
    message = f"{type(value).__name__} is no JSON value"
    raise TypeError(message)


def from_json(content: bytes) -> Any:
    """Return the value of a JSON text. Raises ValueError for any other text."""
    try:
        return json.loads(content, parse_constant=_refuse)
    except RecursionError as error:
        message = "it is nested too deep"
        raise ValueError(message) from error


def _refuse(constant: str) -> Any:
    message = f"{constant} is no JSON value"
    raise ValueError(message)
