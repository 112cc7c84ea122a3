"""Values as JSON: how they are shown, typed on a line, and exported."""

from __future__ import annotations

import dataclasses
import json
from collections import deque
from collections.abc import Mapping
from enum import Enum
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_jsonable_python

from stack_magic.secrets import SECRETS

_SEVERAL = (list, tuple, deque)


class NotJsonError(TypeError):
    """A value, or one inside it, is no JSON.

    Attributes:
        kind: The name of its type.
    """

    def __init__(self, value: Any, reason: str = "") -> None:
        self.kind = type(value).__name__
        super().__init__(reason or f"a {self.kind} is no JSON")


def json_text(value: Any) -> str:
    """Return *value* as it is typed on a line: text as it is, the rest as JSON.

    A secret is `@prompt`.

    Raises:
        NotJsonError: It is no JSON.
    """
    plain = json_value(value)
    # A URL, a date, a path or a reference is text to JSON, and needs no quotes on a line.
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def json_value(value: Any) -> Any:
    """Return *value* as what JSON has: texts, numbers, lists and mappings of texts.

    Raises:
        NotJsonError: It is no JSON.
    """
    if isinstance(value, SECRETS):
        return "@prompt"
    if isinstance(value, Enum):
        return json_value(value.value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    return _of_several(value)


def _of_several(value: Any) -> Any:
    fields = _fields_of(value)
    if fields is not None:
        return {_key(key): json_value(item) for key, item in fields.items()}
    if isinstance(value, set | frozenset):
        return sorted((json_value(item) for item in value), key=json.dumps)
    if isinstance(value, _SEVERAL):
        return [json_value(item) for item in value]
    return _of_a_library(value)


def _fields_of(value: Any) -> Mapping[Any, Any] | None:
    """Return the items of a mapping, or the fields of a model or a dataclass."""
    if isinstance(value, BaseModel):
        return dict(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    return value if isinstance(value, Mapping) else None


def _key(key: Any) -> str:
    plain = json_value(key)
    if isinstance(plain, str):
        return plain
    if plain is None or isinstance(plain, bool | int | float):
        return json.dumps(plain)
    raise NotJsonError(key, f"a {type(key).__name__} cannot be a key in JSON")


def _of_a_library(value: Any) -> Any:
    """Return what pydantic makes of a date, a path, a pattern and the like."""
    if isinstance(value, PurePath):
        return str(value)
    try:
        return to_jsonable_python(value)
    except (PydanticSerializationError, UnicodeDecodeError, ValueError):
        raise NotJsonError(value) from None
