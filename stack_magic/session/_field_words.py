"""What is said of a field: its type as it is written, its meaning with its bounds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


def type_name(annotation: Any) -> str:
    """Return a type as it is written: `str | None`."""
    if isinstance(annotation, type) and not hasattr(annotation, "__args__"):
        return annotation.__name__
    return _DOTTED.sub(lambda found: found[1] or found[0], str(annotation))


_DOTTED = re.compile(r"'[^']*'|(?:\w+\.)+(\w+)")  # what is quoted is a value: it stays
_BOUNDS = {
    "gt": "> {}",
    "ge": "≥ {}",
    "lt": "< {}",
    "le": "≤ {}",
    "min_length": "{} or longer",
    "max_length": "{} or shorter",
    "pattern": "matches {}",
}


def meaning_of(field: FieldInfo) -> str:
    """Return a field's description with its bounds."""
    bounds = [
        words.format(getattr(one, name))
        for one in field.metadata
        for name, words in _BOUNDS.items()
        if getattr(one, name, None) is not None
    ]
    limits = f"({', '.join(bounds)})" if bounds else ""
    return f"{field.description or ''} {limits}".strip()
