"""What is inside a value: one walk, for secrets, references and texts."""

from __future__ import annotations

import dataclasses
import os
import re
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, Secret, SecretBytes, SecretStr

from ._finder import MASK
from ._forms import LONG_ENOUGH
from ._known import any_tells_secret, knows_any, learn, masked, secret_numbers, tells_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRETS = (SecretStr, SecretBytes, Secret)
REFERENCE = re.compile(r"\{\{\s*([^\W_][\w-]*)\.([\w-]+)\s*\}\}")


class SecretReference(NamedTuple):
    """One value of one secret of the stack's secrets manager."""

    secret: str
    key: str

    def __str__(self) -> str:
        return f"{{{{{self.secret}.{self.key}}}}}"


def secret_reference(value: Any) -> SecretReference | None:
    """Return the reference that a text is as a whole, or None."""
    text = value.get_secret_value() if isinstance(value, SECRETS) else value
    text = text.decode(errors="replace") if isinstance(text, bytes) else text
    found = REFERENCE.fullmatch(text) if isinstance(text, str) else None
    return None if found is None else SecretReference(found[1], found[2])


def fields_in(value: Any) -> dict[str, Any] | None:
    """Return the fields of a model or a dataclass by name; None for other values."""
    if isinstance(value, BaseModel):
        return dict(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    return None


def members(value: Any) -> list[Any]:
    """Return what a collection, a model or a dataclass holds; nothing for other values."""
    fields = fields_in(value)
    if fields is not None:
        return list(fields.values())
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple | set | frozenset | deque) else []


def everything_in(value: Any) -> Iterator[Any]:
    """Yield *value* and all that it holds, at any depth, each collection and object once.

    Of an object that is of no known kind, its attributes are what it holds.
    """
    seen: set[int] = set()
    waiting = [value]
    kept = []  # so that no id is used twice
    while waiting:
        one = waiting.pop()
        if type(one) in _LEAVES:  # most of what is in large values
            yield one
            continue
        if id(one) in seen:
            continue
        seen.add(id(one))
        kept.append(one)
        yield one
        waiting += _held(one)


def _held(value: Any) -> list[Any]:
    if isinstance(value, _CLOSED):
        return []
    inside = members(value)
    if isinstance(value, Mapping):
        return [*value, *inside]
    attributes = getattr(value, "__dict__", None)
    if inside or isinstance(value, BaseModel) or not isinstance(attributes, dict):
        return inside
    return list(attributes.values())


_LEAVES = {str, int, float, bool, bytes, type(None)}
_CODE = (type, FunctionType, BuiltinFunctionType, MethodType, ModuleType)
_CLOSED = (str, bytes, bytearray, int, float, complex, *_CODE, *SECRETS)
"""What holds nothing, or is code, of which others ask."""


def holds_secret(value: Any) -> bool:
    """Whether *value* is a secret or holds one that is not empty, at any depth."""
    return any(
        isinstance(one, SECRETS) and bool(one.get_secret_value()) for one in everything_in(value)
    )


def texts_in_secret(value: Any) -> Iterator[str]:
    """Yield the texts of the secrets in *value*; where one is, as written, is none."""
    for one in everything_in(value):
        if isinstance(one, SECRETS) and secret_reference(one) is None:
            for inner in everything_in(one.get_secret_value()):
                yield from _text_of(inner)
                yield from _number_as_text(inner)


def texts_inside(value: Any) -> Iterator[str]:
    """Yield every text in *value*, secret or not, and each path and URL as one."""
    yield from texts_in_secret(value)
    for one in everything_in(value):
        if secret_reference(one) is None:
            yield from _text_of(one)


def _text_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes | bytearray):
        yield bytes(value).decode(errors="replace")
    elif isinstance(value, os.PathLike) or hasattr(value, "unicode_string"):
        yield str(value)  # a path, or one of pydantic's URLs


def _number_as_text(value: Any) -> Iterator[str]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        with suppress(ValueError):  # Python writes no integer of more than 4,300 digits
            yield str(value)


def learn_secrets(value: Any) -> None:
    """Mask what *value* holds in secret from now on."""
    learn(*texts_in_secret(value))


def learn_all(value: Any) -> None:
    """Mask every text in *value* from now on: all of it is secret."""
    learn(*texts_inside(value))


def holds_known_secret(value: Any) -> bool:
    """Whether a text in *value* has a secret that this process knows, or a number is one."""
    if not knows_any():
        return False
    texts: list[str] = []
    numbers = secret_numbers()
    for one in everything_in(value):
        if isinstance(one, str):
            texts.append(one)
        elif isinstance(one, int | float):
            if one in numbers and not isinstance(one, bool):
                return True
        else:
            texts += _text_of(one)
    return any_tells_secret(texts)


def masked_json(value: Any) -> Any:
    """Return a value of JSON without any secret that this process knows: it stays JSON."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {masked_json(key): masked_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked_json(item) for item in value]
    texts = [text for text in _number_as_text(value) if len(text) >= LONG_ENOUGH]
    return MASK if any(map(tells_secret, texts)) else value


def can_be_shown(value: Any) -> bool:
    """Whether *value* is plain JSON in which no secret is known: nothing else is shown."""
    is_plain = all(type(one) in _PLAIN for one in everything_in(value))
    return is_plain and not holds_known_secret(value)


_PLAIN = {str, bool, int, float, type(None), list, tuple, dict, set, frozenset}
