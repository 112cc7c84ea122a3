"""What the fields of a component take, and how their values are typed on a line.

A field is described once, as a `FieldSpec`: line, form, Tab, cards, errors and history read
it, and no types of fields elsewhere.
"""

from ._field_spec import FieldSpec, fields_of
from ._json_values import NotJsonError, json_text, json_value
from ._typed_values import read_text, unmistakable
from ._unfillable import unfillable_fields

__all__ = [
    "FieldSpec",
    "NotJsonError",
    "fields_of",
    "json_text",
    "json_value",
    "read_text",
    "unfillable_fields",
    "unmistakable",
]
