"""The values of a secret on their way to a secrets manager: by reference only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from stack_magic.errors import InvalidNameError, LineError, ReferenceRefusedError
from stack_magic.secrets import secret_reference

from ._references import STAYS, Reference, parse_reference, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.secrets_managers import Secret

    from ._world import World

FORMS = "@env:NAME, @file:PATH, @keyring:SERVICE/USER, @prompt or $variable"
OPTIONS = frozenset({"stack", "help", "yes"})
"""Keys that no line can give: the commands have options of these names."""

Given = dict[str, Reference | SecretStr]
"""For each key, where its value is, or the value that Python code gave."""


def given_values(values: Mapping[str, Any]) -> Given:
    """Return the references that *values* stand for; nothing is read or asked.

    Raises:
        LineError: There are none.
        InvalidNameError: A key breaks the rule for keys.
        ReferenceRefusedError: A value is literal, or refers to a secret.
    """
    from stack_magic.secrets_managers import check_key

    if not values:
        message = "a key with its value is missing: --KEY=@prompt"
        raise LineError(message, hint=f"--KEY= {FORMS}")
    given: Given = {}
    for key, value in values.items():
        if check_key(key) in OPTIONS:
            message = f"{key!r} cannot be a key here: --{key} is an option of the command"
            raise InvalidNameError(message, hint="choose another key")
        given[key] = _given(key, value)
    return given


def _given(key: str, value: Any) -> Reference | SecretStr:
    found = _reference(value)
    if secret_reference(value) is not None or (found and found.kind == "secret"):
        raise _refers_on(key)
    if isinstance(value, SecretStr):
        return value
    if found is None or found.kind == "template":
        message = f"{key} is a secret: {STAYS}"
        raise ReferenceRefusedError(message, hint=f"--{key}= {FORMS}")
    return found


def _reference(value: Any) -> Reference | None:
    """Return the reference that a value is, or None, without a word on what else it is."""
    try:
        found = parse_reference(value)
    except ReferenceRefusedError:  # a password may begin like a reference
        return None
    return found if isinstance(found, Reference) else None


def _refers_on(key: str) -> ReferenceRefusedError:
    message = f"{key} refers to another secret: a secret holds the value itself"
    return ReferenceRefusedError(message, hint=f"--{key}= {FORMS}")


def written(value: Any) -> str:
    """Return a value as a line has it, never in clear."""
    found = _reference(value)
    return "@prompt" if found is None else str(found)


def resolved_values(secret: str, given: Given, world: World) -> dict[str, SecretStr]:
    """Return the values behind the references of a secret; the user may be asked.

    Raises:
        ReferenceRefusedError: A reference leads to nothing, or to no text.
    """
    return {key: _resolved(f"{secret}.{key}", value, world) for key, value in given.items()}


def _resolved(field: str, value: Reference | SecretStr, world: World) -> SecretStr:
    found = value if isinstance(value, SecretStr) else resolve(value, field, world.namespace)
    if isinstance(found, str):
        found = SecretStr(found)
    if not isinstance(found, SecretStr):
        message = f"{field}: {value} is of type {type(found).__name__}, and a secret is text"
        raise ReferenceRefusedError(message, hint="make it a text first: str(…)")
    if secret_reference(found) is not None:
        raise _refers_on(field)
    return found


def is_the_same(former: Secret, given: Given, world: World) -> bool:
    """Whether a cell that registered a secret just runs again; nobody is asked."""
    if former.values.keys() != given.keys():
        return False
    # What only the user could say again is taken for the same.
    again = {k: v for k, v in given.items() if not (isinstance(v, Reference) and v.asks)}
    values = resolved_values(former.name, again, world)
    return all(former.values[key] == value for key, value in values.items())
