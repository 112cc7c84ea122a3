"""Pickles without a head: those of earlier versions hold the classes of cells by value.

An object in them comes back as one of the notebook's own class where its code is the same.
"""

from __future__ import annotations

import io
from abc import ABCMeta
from inspect import getmro
from typing import TYPE_CHECKING, Any

from stack_magic.capture import CodeUnpickler, Digester, Reference, registered_with, resolved

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHEN_IT_GOES = "__del__"


def read_earlier_pickle(content: bytes) -> Any:
    """Return the value; nothing that the notebook has is changed by it."""
    reader = CodeUnpickler(io.BytesIO(content), {})
    value = reader.load_last()
    own = _own_of(reader.classes)
    if not own:
        return value
    for copy in reader.classes:
        if _WHEN_IT_GOES in vars(copy):  # the first value does nothing when it goes
            delattr(copy, _WHEN_IT_GOES)
    return CodeUnpickler(io.BytesIO(content), {}, own=own).load_last()


def _own_of(copies: Sequence[type]) -> dict[int, type]:
    """Return the notebook's classes that are the same as these copies, by their numbers.

    What another copy is made of, or has registered, stays a copy: the notebook's class would
    be told of that other copy.
    """
    same = {
        number: own
        for number, copy in enumerate(copies)
        if (own := _same_as(copy, _name_of(copy, copies))) is not None
    }
    told: set[type] = set()
    while True:
        others = [copy for number, copy in enumerate(copies) if number not in same]
        told.update(known for other in others for known in _known_to(other))
        kept = {number: own for number, own in same.items() if copies[number] not in told}
        if len(kept) == len(same):
            return kept
        same = kept


def _same_as(copy: type, name: str) -> type | None:
    if copy.__module__ != "__main__":
        return None
    found = resolved(Reference(copy.__module__, name, Digester().digest(copy)))
    return found if isinstance(found, type) else None


def _name_of(copy: type, copies: Sequence[type]) -> str:
    """Return the name with dots; of a class in a class the pickle has only the last part."""
    name = copy.__name__
    others = [other for other in copies if other is not copy]
    holder = next((other for other in others if vars(other).get(name) is copy), None)
    return name if holder is None else f"{_name_of(holder, others)}.{name}"


def _known_to(copy: type) -> set[type]:
    registered = registered_with(copy) if isinstance(copy, ABCMeta) else ()
    return {*getmro(copy)[1:], *getmro(type(copy)), *registered}
