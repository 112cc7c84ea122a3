"""What is shown of a component's fields: values as text, secrets masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stack_magic.configuration import NotJsonError, json_text
from stack_magic.errors import ReferenceRefusedError
from stack_magic.secrets import (
    SECRETS,
    can_be_shown,
    holds_secret,
    is_open,
    is_secret_by_name,
    masked,
)

from ._command import typed_text
from ._configuration import GIVEN_ELSEWHERE
from ._references import Reference, parse_reference

if TYPE_CHECKING:
    from stack_magic.stack import Registered, StackComponent


def shown_configuration(registered: Registered) -> dict[str, str]:
    """Return every field of a component as text: references as written, secrets masked."""
    component = registered.component
    shown: dict[str, str] = {}
    for name in type(component).model_fields:
        if name in GIVEN_ELSEWHERE:
            continue
        value = getattr(component, name)
        given = registered.configuration.get(name)
        if is_hidden(type(component), name, value):
            shown[name] = _masked(given)
        elif name in component.shown_as:
            shown[name] = component.shown_as[name]
        else:
            shown[name] = "not set" if value is None else shown_value(value, given)
    return shown


def shown_value(value: Any, given: Any = None) -> str:
    """Return a value as text: what a validator has made of it may be no JSON.

    Then what was *given* for it is shown, or its type: its `repr` is the user's code.
    """
    try:
        return masked(json_text(value))
    except NotJsonError as error:
        return f"a {error.kind}" if given is None else masked(typed_text(given))


def is_hidden(cls: type[StackComponent], name: str, value: Any) -> bool:
    """Whether a field's *value* is or may be a secret: of an open type, the value says it."""
    field = cls.model_fields[name]
    if isinstance(value, SECRETS) or holds_secret(value):
        return True
    if is_secret_by_name(cls, name):
        return bool(value)
    return is_open(field.annotation) and not can_be_shown(value)


def _masked(given: Any) -> str:
    reference = _as_reference(given)
    return "******" if reference is None else f"****** ({reference})"


def _as_reference(given: Any) -> Reference | None:
    try:
        reference = parse_reference(given)
    except ReferenceRefusedError:
        return None
    return reference if isinstance(reference, Reference) else None
