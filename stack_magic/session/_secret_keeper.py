"""The secrets manager that a command acts on, and what its flavor's code may do."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from stack_magic.enums import StackComponentType
from stack_magic.errors import (
    FlavorFailedError,
    ReferenceRefusedError,
    StackMagicError,
    UnknownNameError,
)
from stack_magic.stack import secret_references

from ._ready import plain_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.secrets_managers import BaseSecretsManager, Secret
    from stack_magic.stack import Snapshot

_KIND = StackComponentType.SECRETS_MANAGER


def secrets_manager_of(snapshot: Snapshot, stack: str | None) -> BaseSecretsManager:
    """Return the secrets manager of a stack, the active one by default.

    Raises:
        UnknownNameError: The stack has none.
        ReferenceRefusedError: It would need a secret of its own to work.
    """
    # The stack as written: its references may be to the very secret that is registered.
    found = plain_stack(snapshot, stack)
    manager: BaseSecretsManager | None = found.secrets_manager
    if manager is None:
        known = snapshot.component_names(_KIND)
        name = known[0] if known else "local"
        first = "" if known else "%secrets_manager register local --flavor=local, then "
        message = f"stack {found.name!r} has no secrets manager"
        hint = f"{first}%stack update {found.name} {_KIND.short_option} {name}"
        raise UnknownNameError(message, hint=hint)
    fields = list(secret_references(manager))
    if fields:
        message = f"{shown(manager)} cannot take {', '.join(fields)} from itself"
        hint = f"%{_KIND} update {manager.name} --{fields[0]}=@prompt"
        raise ReferenceRefusedError(message, hint=hint)
    return manager


def shown(manager: BaseSecretsManager) -> str:
    """Return what a sentence calls it."""
    return f"{_KIND} {manager.name}"


@contextmanager
def calling(manager: BaseSecretsManager, method: str) -> Iterator[None]:
    """Let what a flavor raises be told without its words: they may show a value."""
    try:
        yield
    except StackMagicError:
        raise
    except Exception as error:  # noqa: BLE001 - the flavor may be the user's
        message = f"{shown(manager)}: {method} raised {type(error).__name__}"
    else:
        return
    hint = f"%{_KIND} check {manager.name} tries what the type promises"
    raise FlavorFailedError(message, hint=hint)


def kept(manager: BaseSecretsManager, name: str) -> Secret:
    """Return a secret, or raise UnknownNameError."""
    with calling(manager, "get_secret"):
        return manager.get_secret(name)
