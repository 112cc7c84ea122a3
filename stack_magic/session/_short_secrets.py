"""Warnings of secrets that are too short to be masked within other texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.enums import Severity
from stack_magic.secrets import fields_with_short_secrets, is_short
from stack_magic.stack import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import SecretStr

    from stack_magic.stack import StackComponent


def short_secrets(component: StackComponent) -> Iterator[Diagnostic]:
    """Yield a warning for each field of a component with such a secret."""
    for name in fields_with_short_secrets(component):
        yield _warning(name, f"%{component.TYPE} update {component.name} --{name}=@prompt")


def short_values(secret: str, values: Mapping[str, SecretStr]) -> Iterator[Diagnostic]:
    """Yield a warning for each such value of a secret."""
    for key, value in values.items():
        if is_short(value.get_secret_value()):
            yield _warning(key, f"%secret update {secret} --{key}=@prompt")


def _warning(name: str, fix: str) -> Diagnostic:
    message = f"{name} has less than 4 characters: within other texts it is not masked"
    return Diagnostic("short-secret", Severity.WARNING, name, message, fix)
