"""Which values a field's annotation takes: names, aliases and unions are seen through."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import PurePath
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import (
    ImportString,
    InstanceOf,
    Json,
    PydanticSchemaGenerationError,
    Secret,
    SecretBytes,
    SecretStr,
    TypeAdapter,
)
from pydantic.errors import PydanticInvalidForJsonSchema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

_TEXTS = (str, bytes, bytearray, PurePath, re.Pattern, SecretStr, SecretBytes, Secret)
_INSTANCE: Any = InstanceOf  # to type checkers this and the two below are no classes
_READ_FROM_TEXT: Any = (Json, ImportString)
"""What makes a field read a text by itself, whatever its type is."""


def alternatives(annotation: Any) -> Iterator[Any]:
    """Yield the types that *annotation* is, one for each member of a union.

    `NewType`, type aliases, `Annotated` and type variables are replaced by what they
    stand for; what collections hold is left alone.
    """
    for part in _one_step(annotation):
        if part is annotation:
            yield part
        else:
            yield from alternatives(part)


def _one_step(annotation: Any) -> tuple[Any, ...]:
    origin = get_origin(annotation)
    if origin in {Union, UnionType}:
        return get_args(annotation)
    if origin is Annotated:
        notes = annotation.__metadata__
        if any(isinstance(note, _INSTANCE) for note in notes):
            return (_INSTANCE,)
        return (Json,) if any(map(_reads_text, notes)) else (annotation.__origin__,)
    if isinstance(annotation, TypeVar):
        return annotation.__constraints__ or (annotation.__bound__ or Any,)
    return (unaliased(annotation),)


def unaliased(annotation: Any) -> Any:
    """Return what a `NewType` or a type alias stands for; others as they are."""
    if hasattr(annotation, "__supertype__"):  # a NewType
        return unaliased(annotation.__supertype__)
    origin = get_origin(annotation)
    if hasattr(origin, "__value__"):  # an alias with parameters
        return unaliased(origin.__value__[get_args(annotation)])
    return unaliased(annotation.__value__) if hasattr(annotation, "__value__") else annotation


def is_strict(field: FieldInfo) -> bool:
    """Whether the field, or what it holds, takes values of its very types only."""
    return "Strict(strict=True)" in f"{field.annotation!r} {field.metadata!r}"


def takes(annotation: Any, *kinds: type) -> bool:
    """Whether one of *kinds* itself, not in a collection, is a value of *annotation*."""
    return any(
        kind in kinds or get_origin(kind) in kinds or (kind is Any and str in kinds)
        for kind in alternatives(annotation)
    )


def takes_text(field: FieldInfo) -> bool:
    """Whether a text is a value of the field as it stands, and not read as JSON."""
    return any(map(_reads_text, field.metadata)) or any(
        kind in {Any, object} or _is_text(get_origin(kind) or kind)
        for kind in alternatives(field.annotation)
    )


def _is_text(kind: Any) -> bool:
    if _reads_text(kind):
        return True
    return isinstance(kind, type) and issubclass(kind, _TEXTS) and not issubclass(kind, Enum)


def _reads_text(note: Any) -> bool:
    return note in _READ_FROM_TEXT or isinstance(note, _READ_FROM_TEXT)


def choices(annotation: Any) -> tuple[Any, ...]:
    """Return the values of the literals and enumerations that *annotation* takes."""
    return tuple(choice for kind in alternatives(annotation) for choice in _choices_of(kind))


def _choices_of(kind: Any) -> tuple[Any, ...]:
    if get_origin(kind) is Literal:
        return get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(kind)
    return ()


def why_not_fillable(field: FieldInfo) -> str | None:
    """Return why no text or JSON is a value of the field, or None when some is."""
    notes = [_INSTANCE for note in field.metadata if isinstance(note, _INSTANCE)]
    for kind in (*notes, *alternatives(field.annotation)):
        reason = _why_not_json(kind)
        if reason:
            return reason
    return None


def _why_not_json(kind: Any) -> str | None:
    if kind is type or get_origin(kind) is type:
        return "a class is no JSON"
    if kind is _INSTANCE:
        return "an instance of a class is no JSON"
    try:
        TypeAdapter(kind).json_schema()
    except (PydanticInvalidForJsonSchema, PydanticSchemaGenerationError):
        return "its values are no JSON"
    except Exception:  # noqa: BLE001 - annotations and their schemas may be the user's code
        return None  # what else is wrong with it is told elsewhere
    return None
