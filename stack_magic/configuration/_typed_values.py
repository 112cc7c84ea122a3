"""Texts that were typed for a field, as values; and values as the texts to type."""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from ._field_types import choices_of
from ._json_values import NotJsonError, json_text, json_value

if TYPE_CHECKING:
    from ._field_spec import FieldSpec

_MARKS = ("@", "$", "{")
"""What a text on a line begins with where it stands for something else."""


def read_text(field: FieldSpec, text: str) -> Any:
    """Return the value that a text stands for in *field*: JSON where it takes no text."""
    is_strict = field.is_strict
    if field.takes_text:
        return text.encode() if is_strict and field.info.annotation is bytes else text
    for choice in choices_of(field.info.annotation):
        if _is_written(choice, text):
            return choice.value if isinstance(choice, Enum) and not is_strict else choice
    value = _parsed(text)
    return _of_its_type(field, value) if is_strict else value


def _is_written(choice: Any, text: str) -> bool:
    try:
        return json_text(choice) == text
    except NotJsonError:
        return False


def _parsed(text: str) -> Any:
    if text == "null" or text[:1] in {"[", "{"}:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def _of_its_type(field: FieldSpec, value: Any) -> Any:
    """Return *value* in the one type that a strict field takes, or as it is.

    Strict fields refuse the text of a number in Python; in JSON they take what JSON has.
    """
    annotation: Any = field.info.annotation
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    documents = [json.dumps(value), *([value] if isinstance(value, str) else [])]
    for document in documents:
        try:
            return adapter.validate_json(document)
        except Exception:  # noqa: BLE001, S112 - pydantic tells when it gets the value itself
            continue
    return value


def unmistakable(field: FieldSpec, value: Any) -> str | None:
    """Return the JSON of a value that *field* would not read back from what is typed for it.

    Returns:
        None where the value as text, or as JSON, is read as what it is.

    Raises:
        NotJsonError: It is no JSON.
    """
    plain, text = json_value(value), json_text(value)
    if isinstance(plain, str):
        is_read = not text.startswith(_MARKS) and _parsed_for(field, text) == plain
    else:
        is_read = not field.takes_text
    return None if is_read else json.dumps(plain, ensure_ascii=False)


def _parsed_for(field: FieldSpec, text: str) -> Any:
    return text if field.takes_text else _parsed(text)
