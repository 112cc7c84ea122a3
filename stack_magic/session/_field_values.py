"""What the fields of a component are given: references led to their values, JSON read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import Secret, SecretBytes, SecretStr

from stack_magic.configuration import fields_of, read_text
from stack_magic.errors import ReferenceRefusedError
from stack_magic.secrets import (
    field_holds_literal,
    has_password,
    secret_reference,
)

from ._references import FORMS, STAYS, Reference, parse_reference, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.configuration import FieldSpec
    from stack_magic.stack import StackComponent

    from ._world import World


class ReadValues:
    """A configuration as it is given, read: values, and what has none.

    Attributes:
        sources: The references in the place of values.
        values: What pydantic is given.
        unasked: Fields whose value only the user knows, who is not asked in a preview.
        refused: Why fields have no value: a reference led nowhere, a secret is literal.
    """

    def __init__(
        self,
        cls: type[StackComponent],
        given: Mapping[str, Any],
        world: World,
        kept: Mapping[str, Any],
    ) -> None:
        self.sources: dict[str, Reference] = {}
        self.values: dict[str, Any] = {}
        self.unasked: set[str] = set()
        self.refused: dict[str, ReferenceRefusedError] = {}
        for key, value in given.items():
            try:
                self._read(cls, key, parse_reference(value), world, kept)
            except ReferenceRefusedError as error:
                self.refused[key] = error

    def _read(
        self,
        cls: type[StackComponent],
        key: str,
        value: Any,
        world: World,
        kept: Mapping[str, Any],
    ) -> None:
        if isinstance(value, Reference) and value.kind == "json":
            value = _of_json(key, value.target)
        elif isinstance(value, Reference):
            self.sources[key] = value
            if world.is_preview and value.asks and key not in kept:
                self.unasked.add(key)
                return
        self.values[key] = _value(cls, key, value, world, kept)


def _of_json(key: str, document: str) -> Any:
    try:
        return json.loads(document)
    except (ValueError, RecursionError):
        message = f"{key}: what follows @json: is no JSON"
        raise ReferenceRefusedError(message, hint=f"--{key}='@json:[1, 2]'") from None


def _value(
    cls: type[StackComponent],
    key: str,
    value: Any,
    world: World,
    kept: Mapping[str, Any],
) -> Any:
    field = fields_of(cls)[key]
    if isinstance(value, Reference):
        if value.kind == "secret":
            return _resolved_later(value, field)
        if value.kind == "template" and field.why_secret:
            raise _literal_secret(field)
        if not value.is_lasting and key in kept:
            return kept[key]
        value = _read(field, resolve(value, key, world.namespace))
        is_text = isinstance(value, str) and field.takes(SecretStr)
        return SecretStr(value) if is_text else value
    value = _read(field, value)
    if isinstance(value, str) and has_password(value):
        message = f"{key} holds a password in its user-info, which would stay in the notebook"
        hint = f"--{key}= {FORMS}, or without user-info where the flavor has fields for it"
        raise ReferenceRefusedError(message, hint=hint)
    if field.why_secret:
        value = _resolved(value, key, world)
        if field_holds_literal(cls, key, value):
            raise _literal_secret(field)
    return value


def _read(field: FieldSpec, value: Any) -> Any:
    return read_text(field, value) if isinstance(value, str) else value


def _resolved_later(reference: Reference, field: FieldSpec) -> str:
    if not field.takes(str, SecretStr):
        message = f"{field.name} is no text: {reference} can only stand for a text"
        raise ReferenceRefusedError(message, hint=f"--{field.name}=@env:NAME or $variable")
    return str(reference)


def _resolved(value: Any, key: str, world: World) -> Any:
    """Return a secret field's collection with the references in it as secrets."""
    if isinstance(value, dict):
        return {name: _resolved(item, key, world) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_resolved(item, key, world) for item in value]
    if secret_reference(value) is not None:
        return value if isinstance(value, SecretStr) else SecretStr(value)
    reference = parse_reference(value) if str(value)[:1] == "@" else value
    if not isinstance(reference, Reference):
        return value
    if world.is_preview and reference.asks:
        return SecretStr("")
    resolved = resolve(reference, key, world.namespace)
    return SecretStr(resolved) if isinstance(resolved, str) else resolved


def _literal_secret(field: FieldSpec) -> ReferenceRefusedError:
    key = field.name
    is_plain = field.takes(SecretStr, SecretBytes, Secret)
    verb = "is" if is_plain else "holds"
    message = f"{key} {verb} a secret: {STAYS}"
    inside = "" if is_plain else "; in JSON, @env:NAME stands in the secret's place"
    return ReferenceRefusedError(message, hint=f"--{key}= {FORMS}{inside}")
