"""`{{secret.key}}` in a component's fields: kept as written, resolved when it is used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic_core import core_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._component import StackComponent

_REFERENCE = re.compile(r"\{\{\s*([^\W_][\w-]*)\.([\w-]+)\s*\}\}")

UNRESOLVED = frozenset({"name", "uuid"})
"""Fields that never hold a reference."""


MADE_IN = "_made_in"
"""The private attribute of the rooms that keeps the folder on which relative paths rest."""


class SecretReference(NamedTuple):
    """One value of one secret of the stack's secrets manager."""

    secret: str
    key: str

    def __str__(self) -> str:
        return f"{{{{{self.secret}.{self.key}}}}}"


def secret_reference(value: Any) -> SecretReference | None:
    """Return the reference that a text is as a whole, or None."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    found = _REFERENCE.fullmatch(text) if isinstance(text, str) else None
    return None if found is None else SecretReference(found[1], found[2])


def secret_references(component: StackComponent) -> dict[str, list[SecretReference]]:
    """Return the references in a component's fields, by field."""
    fields = ((name, list(_inside(value))) for name, value in component)
    return {name: found for name, found in fields if found and name not in UNRESOLVED}


def _inside(value: Any) -> Iterator[SecretReference]:
    reference = secret_reference(value)
    if reference is not None:
        yield reference
    for item in members(value):
        yield from _inside(item)


def members(value: Any) -> list[Any]:
    """Return what a collection or a model holds; nothing for other values."""
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple | set | frozenset) else []


def resolved(component: StackComponent, secret: Callable[[SecretReference], str]) -> StackComponent:
    """Return a component of the same class with the values behind its references.

    One without references is returned as it is; one whose secrets have not changed since
    is the same as then, with all it has opened. What is validated is what is used: the
    rules of the fields are applied to the values.

    Raises:
        ValidationError: A value does not fit its field.
    """
    references = secret_references(component)
    if not references:
        return component
    filled = {name: _filled(getattr(component, name), secret) for name in references}
    former = component.resolved_as(filled)
    if former is not None:
        return former
    values = {name: value for name, value in component if name not in references}
    made = type(component)(**values, **filled)
    if hasattr(component, MADE_IN):
        setattr(made, MADE_IN, getattr(component, MADE_IN))
    made.show_as(component.shown_as)
    made.show_as({name: _written(getattr(component, name)) for name in references})
    component.keep_resolved(filled, made)
    return made


def _filled(value: Any, secret: Callable[[SecretReference], str]) -> Any:
    reference = secret_reference(value)
    if reference is not None:
        text = secret(reference)
        return SecretStr(text) if isinstance(value, SecretStr) else text
    if isinstance(value, BaseModel):
        return type(value)(**{name: _filled(item, secret) for name, item in value})
    if isinstance(value, dict):
        return {key: _filled(item, secret) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return type(value)(_filled(item, secret) for item in value)
    return value


def _written(value: Any) -> str:
    reference = secret_reference(value)
    return str(reference) if reference is not None else "with references to secrets"


def _takes_text(annotation: Any) -> bool:
    """Whether a text itself, plain or secret, is a value of *annotation*."""
    if annotation is Any or annotation in {str, SecretStr}:
        return True
    origin = get_origin(annotation)
    if isinstance(origin, type) and issubclass(origin, dict | list | tuple | set | frozenset):
        return False
    return any(_takes_text(part) for part in get_args(annotation))


def let_references_pass(schema: Any, cls: type[BaseModel]) -> Any:
    """Return pydantic's schema of a component whose text fields take references.

    Such a field's own rules (patterns, validators) wait for the value.
    """
    fields = _model_fields(schema)
    for name, field in (fields or {}).items():
        info = cls.model_fields.get(name)
        if name in UNRESOLVED or info is None or not _takes_text(info.annotation):
            continue
        inner = field["schema"]
        holder, key = (inner, "schema") if inner["type"] == "default" else (field, "schema")
        holder[key] = core_schema.no_info_wrap_validator_function(
            _passing(info.annotation), holder[key]
        )
    return schema


def _passing(annotation: Any) -> Callable[[Any, Any], Any]:
    is_secret = not _takes_plain(annotation)

    def validate(value: Any, handler: Any) -> Any:
        if type(value) not in {str, SecretStr} or secret_reference(value) is None:
            return handler(value)
        return SecretStr(value) if is_secret and isinstance(value, str) else value

    return validate


def _takes_plain(annotation: Any) -> bool:
    return annotation in {str, Any} or any(_takes_plain(part) for part in get_args(annotation))


def _model_fields(schema: Any) -> dict[str, Any] | None:
    while isinstance(schema, dict):
        if schema.get("type") == "model-fields":
            fields: dict[str, Any] = schema["fields"]
            return fields
        schema = schema.get("schema")
    return None
