"""Which values the type of a field takes."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic import (
    PydanticSchemaGenerationError,
    Secret,
    SecretBytes,
    SecretStr,
    TypeAdapter,
)
from pydantic.errors import PydanticInvalidForJsonSchema

from stack_magic.secrets import INSTANCE, alternatives, reads_text

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_TEXTS = (str, bytes, bytearray, PurePath, re.Pattern, SecretStr, SecretBytes, Secret)
_DOTTED = re.compile(r"'[^']*'|(?:\w+\.)+(\w+)")  # what is quoted is a value: it stays


def type_name(annotation: Any) -> str:
    """Return a type as it is written: `str | None`."""
    if isinstance(annotation, type) and not hasattr(annotation, "__args__"):
        return annotation.__name__
    return _DOTTED.sub(lambda found: found[1] or found[0], str(annotation))


def is_strict(field: FieldInfo) -> bool:
    """Whether the field, or what it holds, takes values of its very types only."""
    return "Strict(strict=True)" in f"{field.annotation!r} {field.metadata!r}"


def takes_text(field: FieldInfo) -> bool:
    """Whether a text is a value of the field as it stands, and not read as JSON."""
    return any(map(reads_text, field.metadata)) or any(
        kind in {Any, object} or _is_text(get_origin(kind) or kind)
        for kind in alternatives(field.annotation)
    )


def _is_text(kind: Any) -> bool:
    if reads_text(kind):
        return True
    return isinstance(kind, type) and issubclass(kind, _TEXTS) and not issubclass(kind, Enum)


def choices_of(annotation: Any) -> tuple[Any, ...]:
    """Return the values of *annotation* where they are few: literals, enumerations, bools."""
    return tuple(choice for kind in alternatives(annotation) for choice in _choices_of(kind))


def _choices_of(kind: Any) -> tuple[Any, ...]:
    if kind is bool:
        return (True, False)
    if get_origin(kind) is Literal:
        return get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(kind)
    return ()


def why_not_fillable(field: FieldInfo) -> str | None:
    """Return why no text or JSON is a value of the field, or None when some is."""
    notes = [INSTANCE for note in field.metadata if isinstance(note, INSTANCE)]
    for kind in (*notes, *alternatives(field.annotation)):
        reason = _why_not_json(kind)
        if reason:
            return reason
    return None


def _why_not_json(kind: Any) -> str | None:
    if kind is type or get_origin(kind) is type:
        return "a class is no JSON"
    if kind is INSTANCE:
        return "an instance of a class is no JSON"
    try:
        TypeAdapter(kind).json_schema()
    except (PydanticInvalidForJsonSchema, PydanticSchemaGenerationError):
        return "its values are no JSON"
    except Exception:  # noqa: BLE001 - annotations and their schemas may be the user's code
        return None  # what else is wrong with it is told elsewhere
    return None
