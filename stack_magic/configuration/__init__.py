"""What the fields of a component take, and how their values are typed on a line.

Line, form, Tab, cards and history read the types of fields here and nowhere else.
"""

from ._field_types import (
    alternatives,
    choices,
    is_strict,
    takes,
    takes_text,
    unaliased,
    why_not_fillable,
)
from ._json_values import NotJsonError, json_text, json_value
from ._typed_values import read_text, unmistakable
from ._unfillable import unfillable_fields

__all__ = [
    "NotJsonError",
    "alternatives",
    "choices",
    "is_strict",
    "json_text",
    "json_value",
    "read_text",
    "takes",
    "takes_text",
    "unaliased",
    "unfillable_fields",
    "unmistakable",
    "why_not_fillable",
]
