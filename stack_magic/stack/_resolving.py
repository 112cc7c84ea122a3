"""`{{secret.key}}` in a component's fields: kept as written, resolved when it is used."""

from __future__ import annotations

import dataclasses
from collections import deque
from contextvars import ContextVar
from copy import copy
from threading import RLock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, SecretBytes, SecretStr, ValidationError
from pydantic_core import core_schema

from stack_magic.errors import FlavorFailedError
from stack_magic.secrets import (
    SECRETS,
    hidden,
    is_secret_annotation,
    learn,
    learn_given,
    members,
    secret_reference,
    takes,
    why_field_is_secret,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pydantic.fields import FieldInfo

    from stack_magic.secrets import SecretReference

    from ._component import StackComponent

UNRESOLVED = frozenset({"name", "uuid"})
"""Fields that never hold a reference."""

MADE_IN = "_made_in"
"""The private attribute of the rooms that keeps the folder on which relative paths rest."""

_MISSING = object()
_KEEPING = RLock()
_KEPT: ContextVar[Mapping[str, Any]] = ContextVar("kept", default=MappingProxyType({}))
"""Values that are valid already, by field, while a component is made anew of them.

A validator may not take its own result again.
"""


def secret_references(component: StackComponent) -> dict[str, list[SecretReference]]:
    """Return the references in a component's fields, by field."""
    fields = ((n, list(_inside(value))) for n, value in component if n not in UNRESOLVED)
    return {name: found for name, found in fields if found}


def _inside(value: Any) -> Iterator[SecretReference]:
    if (reference := secret_reference(value)) is not None:
        yield reference
    for item in members(value):
        yield from _inside(item)


def resolved(component: StackComponent, secret: Callable[[SecretReference], str]) -> StackComponent:
    """Return a component of the same class with the values behind its references.

    One without references is returned as it is; one whose secrets have not changed since
    is the same as then, with all it has opened. What is validated is what is used: the
    rules of the fields are applied to the values, those of the other fields not again.

    Raises:
        ValidationError: A value does not fit its field.
        FlavorFailedError: Code of the flavor raised something of its own.
    """
    references = secret_references(component)
    if not references:
        return component
    values = {r: secret(r) for several in references.values() for r in several}
    learn(*values.values())
    try:
        filled = {name: _filled(getattr(component, name), values) for name in references}
        kept = {n: v for n, v in component if n not in references and not _follows(component, n)}
        former = _former(component, filled, kept)
        if former is not None:
            return former
        return _kept(component, _made(component, filled, kept), filled, kept)
    except ValidationError:
        raise
    except Exception as error:  # noqa: BLE001 - a validator is the user's code
        cls, fields = type(component).__name__, ", ".join(references)
        message = (
            f"{component.TYPE} {component.name!r}: {cls} raised {type(error).__name__} for what "
            f"is behind {fields}; what it said is hidden, since it came from a secret"
        )
        hint = f"mend {cls} and run its cell again"
        raise FlavorFailedError(message, hint=hint) from None


def _follows(component: StackComponent, name: str) -> bool:
    """Whether a field was made of the values of others: it is made anew of the new ones."""
    field = type(component).model_fields.get(name)
    follows = field is not None and field.default_factory_takes_validated_data
    return bool(follows) and name not in component.model_fields_set


def _made(
    component: StackComponent, filled: dict[str, Any], kept: dict[str, Any]
) -> StackComponent:
    cls: type[StackComponent] = type(component)
    token = _KEPT.set(kept)
    try:
        made = cls.model_validate({**kept, **filled}, by_alias=False, by_name=True)
    finally:
        _KEPT.reset(token)
    if hasattr(component, MADE_IN):
        setattr(made, MADE_IN, getattr(component, MADE_IN))
    made.show_as(component.shown_as)
    written = {name: secret_reference(getattr(component, name)) for name in filled}
    made.show_as({n: str(r or "with references to secrets") for n, r in written.items()})
    return made


def _kept(
    component: StackComponent, made: StackComponent, filled: dict[str, Any], kept: dict[str, Any]
) -> StackComponent:
    """Keep what was made for the next use; what another thread has kept is the one."""
    with _KEEPING:
        former = _former(component, filled, kept)
        if former is not None:
            return former
        component.keep_resolved(filled, made)
        return made


def _former(
    component: StackComponent, filled: dict[str, Any], kept: dict[str, Any]
) -> StackComponent | None:
    """Return what was made before, if that was of the same values: a copy has others."""
    former, given = component.resolved_as(filled), kept.keys() & component.model_fields_set
    is_same = former is not None and all(_same(getattr(former, n), kept[n]) for n in given)
    return former if is_same else None


def _same(one: Any, other: Any) -> bool:
    try:
        return bool(one is other or one == other)
    except Exception:  # noqa: BLE001 - values of the user's compare as they like
        return False


def _filled(value: Any, values: Mapping[SecretReference, str]) -> Any:
    reference = secret_reference(value)
    if reference is not None:
        return _as_written(values[reference], value)
    if not any(True for _ in _inside(value)):
        return value
    if isinstance(value, BaseModel):
        given = {name: _filled(item, values) for name, item in value}
        return type(value).model_validate(given, by_alias=False, by_name=True)
    if isinstance(value, dict):
        filled = copy(value)  # it may be an OrderedDict or a defaultdict
        filled.update((key, _filled(item, values)) for key, item in value.items())
        return filled
    if isinstance(value, list | tuple | set | frozenset | deque):
        return _of_items(value, [_filled(item, values) for item in value])
    names = [f.name for f in dataclasses.fields(value) if f.init]
    return dataclasses.replace(value, **{n: _filled(getattr(value, n), values) for n in names})


def _of_items(value: Any, items: list[Any]) -> Any:
    """Return a collection of the same kind as *value* with other items."""
    if isinstance(value, deque):
        return deque(items, value.maxlen)
    return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)


def _as_written(text: str, value: Any) -> Any:
    """Return *text* as what its reference was: a plain or a secret text, or bytes."""
    kind: type[Any] = type(value)
    if isinstance(value, SecretBytes | bytes):
        return kind(text.encode())
    return kind(text) if isinstance(value, SECRETS) else text


def let_references_pass(schema: Any, cls: type[BaseModel]) -> Any:
    """Return pydantic's schema of a component whose text fields take references.

    Such a field's own rules (patterns, validators) wait for the value.
    """
    for name, field in (_model_fields(schema) or {}).items():
        if (info := cls.model_fields.get(name)) is None:
            continue
        inner = field["schema"]
        holder, key = (inner, "schema") if inner["type"] == "default" else (field, "schema")
        holder[key] = core_schema.no_info_wrap_validator_function(_passing(name, info), holder[key])
    return schema


def _is_kept(name: str, value: Any) -> bool:
    # Not in the function below, which travels by value with a class of a cell.
    return _KEPT.get().get(name, _MISSING) is value


def _passing(name: str, info: FieldInfo) -> Callable[[Any, Any], Any]:
    annotation = info.annotation
    takes_text = name not in UNRESOLVED and takes(annotation, str, Any, SecretStr)
    reason = why_field_is_secret(name, info)
    by_type = reason and is_secret_annotation(annotation)
    is_secret = not takes(annotation, str, Any)

    def validate(value: Any, handler: Any) -> Any:
        if _is_kept(name, value):
            return value
        # Before the field's validators, which may say it; a collection's literals are refused.
        learn_given(
            value, is_secret=bool(reason) and (not by_type or isinstance(value, str | bytes))
        )
        is_text = takes_text and type(value) in {str, SecretStr}
        if not is_text or secret_reference(value) is None:
            if reason and not by_type and isinstance(value, SecretStr):
                value = value.get_secret_value()
            valid = handler(value)
            learn_given(valid, is_secret=bool(reason) and not by_type)
            return hidden(valid) if reason and not by_type else valid
        return SecretStr(value) if is_secret and isinstance(value, str) else value

    return validate


def _model_fields(schema: Any) -> dict[str, Any] | None:
    while isinstance(schema, dict):
        if schema.get("type") == "model-fields":
            fields: dict[str, Any] = schema["fields"]
            return fields
        schema = schema.get("schema")
    return None
