"""Which types an annotation is: names, aliases and unions are seen through."""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import ImportString, InstanceOf, Json

if TYPE_CHECKING:
    from collections.abc import Iterator

UNIONS = frozenset({Union, UnionType})
INSTANCE: Any = InstanceOf  # to type checkers this and the two below are no classes
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
    if origin in UNIONS:
        return get_args(annotation)
    if origin is Annotated:
        notes = annotation.__metadata__
        if any(isinstance(note, INSTANCE) for note in notes):
            return (INSTANCE,)
        return (Json,) if any(map(reads_text, notes)) else (annotation.__origin__,)
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


def reads_text(note: Any) -> bool:
    """Whether an annotation, or a note on one, makes a field read a text by itself."""
    return note in _READ_FROM_TEXT or isinstance(note, _READ_FROM_TEXT)


def takes(annotation: Any, *kinds: Any) -> bool:
    """Whether one of *kinds* itself, not in a collection, is a value of *annotation*."""
    return any(
        kind in kinds or get_origin(kind) in kinds or (kind is Any and str in kinds)
        for kind in alternatives(annotation)
    )
