"""A stack as plain data that can leave the session: references only, and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stack_magic.capture import origin_of
from stack_magic.configuration import fields_of, json_text
from stack_magic.enums import Origin
from stack_magic.errors import ReferenceRefusedError
from stack_magic.pipelines import source_of
from stack_magic.secrets import holds_secret, looks_secret

from ._configuration import unmistakable_values
from ._references import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.stack import Flavor, Registered, Slots, Snapshot, StackComponent


def exported_stack(name: str, slots: Slots, snapshot: Snapshot) -> dict[str, Any]:
    """Return the export of a stack: what is needed to register it in another session.

    Returns:
        `name`; `components`: for each type, its name, flavor and configuration as
        texts; `flavors`: type, name and source of those that are not built in.

    Raises:
        ReferenceRefusedError: A secret is a value here, not a reference.
        InvalidPipelineError: A flavor has no source.
    """
    registered = {kind: snapshot.component(kind, chosen) for kind, chosen in slots.items()}
    return {
        "name": name,
        "components": {
            kind.value: {
                "name": each.component.name,
                "flavor": each.component.FLAVOR,
                "configuration": _configuration(each),
            }
            for kind, each in registered.items()
        },
        "flavors": [_flavor(flavor) for flavor in own_flavors(slots, snapshot)],
    }


def own_flavors(slots: Slots, snapshot: Snapshot) -> list[Flavor]:
    """Return the flavors of a stack that are not built in."""
    registered = (snapshot.component(kind, chosen) for kind, chosen in slots.items())
    flavors = [snapshot.flavor_of(each) for each in registered]
    return [flavor for flavor in flavors if flavor.origin is not Origin.BUILTIN]


def _flavor(flavor: Flavor) -> dict[str, str]:
    what = f"{flavor.type} flavor {flavor.name!r}"
    source = source_of(flavor.cls, what)
    return {
        "type": flavor.type.value,
        "name": flavor.name,
        "class": flavor.cls.__name__,
        "source": source,
    }


def _configuration(registered: Registered) -> dict[str, str]:
    """Return a configuration as texts, references as written, variables as their values."""
    component = registered.component
    fields = fields_of(type(component))
    given: dict[str, str] = {}
    for key, value in registered.configuration.items():
        is_variable = isinstance(value, Reference) and value.is_of_notebook
        plain = getattr(component, key, value) if is_variable else value
        if key in fields and fields[key].why_secret and holds_secret(plain):
            message = (
                f"{key} of {component.TYPE} {component.name!r} is a value of this session, "
                "and only references leave it"
            )
            hint = f"%{component.TYPE} update {component.name} --{key}=@env:NAME"
            raise ReferenceRefusedError(message, hint=hint)
        origins = (origin_of(name, plain) for name in value.names) if is_variable else ()
        _refuse_origin(component, key, next(filter(None, origins), ""))
        looks = any(looks_secret(text, name) for name, text in _named_texts(key, plain))
        _refuse_origin(component, key, "looks like a secret" if looks else "")
        # The text of a variable is no reference, whatever it begins with.
        is_literal = is_variable and isinstance(plain, str) and plain.startswith("@")
        given[key] = f"@{plain}" if is_literal else _as_text(component, key, plain)
    return given


def _as_text(component: StackComponent, key: str, value: Any) -> str:
    typed = unmistakable_values(type(component), {key: value})[key]
    return str(typed) if isinstance(typed, Reference) else json_text(typed)


def _refuse_origin(component: StackComponent, key: str, origin: str) -> None:
    """Refuse the value of a field that has an *origin* which does not leave."""
    if origin:
        message = (
            f"{key} of {component.TYPE} {component.name!r} {origin}, and only references leave "
            "the session"
        )
        hint = f"%{component.TYPE} update {component.name} --{key}=@env:NAME"
        raise ReferenceRefusedError(message, hint=hint)


def _named_texts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _named_texts(str(key), item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _named_texts(name, item)
    elif isinstance(value, str):
        yield name, value
