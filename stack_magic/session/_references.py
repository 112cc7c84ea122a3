"""Values that name where a value is: `@env:NAME`, `@file:PATH`, `$name` and the like.

A secret enters a session only in one of these forms, so that it is in no cell, history
or export. They are kept as written and resolved where a component is built.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stack_magic.errors import (
    MissingDependencyError,
    ReferenceRefusedError,
)
from stack_magic.secrets import secret_reference

from ._expression_values import filled, value_of
from ._expressions import names_read

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMS = "@env:NAME, @file:PATH, @keyring:SERVICE/USER, @prompt, {{secret.key}} or $variable"
STAYS = (
    "a literal would stay in the notebook and its history, and this one is in both now: "
    "clear the cell, and change the secret if others read them"
)
"""Why a literal secret is refused, and what to do about the one that was typed."""

MAX_FILE = 64 * 1024
MAY_BE_EMPTY = "?empty"
"""Ends a reference to an environment variable that may be empty: `@env:NAME?empty`."""

_REFERENCE = re.compile(r"@(env|file|json|keyring|prompt)(?::(.*))?", re.DOTALL)
_KINDS = frozenset({"@", "@env", "@file", "@json", "@keyring"})


@dataclass(frozen=True)
class Reference:
    """A place where a value is found.

    Attributes:
        kind: `env`, `file`, `keyring`, `prompt`, `variable` or `secret`; `template` of a
            text with expressions in it; `json` where the value itself follows.
        target: What follows the colon, the variable's name or expression, the text, or
            `SECRET.KEY`.
    """

    kind: str
    target: str = ""

    def __str__(self) -> str:
        if self.kind == "variable":
            return f"${self.target}" if self.target.isidentifier() else f"{{{self.target}}}"
        if self.kind == "template":
            return self.target
        if self.kind == "secret":
            return f"{{{{{self.target}}}}}"
        return f"@{self.kind}:{self.target}" if self.target else f"@{self.kind}"

    @property
    def is_lasting(self) -> bool:
        """Whether asking again later gives the same answer without the user."""
        return self.kind in {"env", "file", "keyring", "secret"}

    @property
    def is_of_notebook(self) -> bool:
        """Whether variables of the notebook give the value: it is shown, and not hidden."""
        return self.kind in {"variable", "template"}

    @property
    def names(self) -> list[str]:
        """The variables of the notebook that it reads."""
        if not self.is_of_notebook:
            return []
        return list(names_read(self.target if self.kind == "template" else f"{{{self.target}}}"))

    @property
    def asks(self) -> bool:
        """Whether to resolve it may ask the user for something."""
        return self.kind in {"keyring", "prompt"}


def parse_reference(value: Any) -> Any:
    """Return the Reference that a text stands for, or the value itself.

    `@@text` is the literal `@text`. Variables are recognised by the grammar only: in
    Python one passes the value.

    Raises:
        ReferenceRefusedError: The text looks like a reference and is none.
    """
    if not isinstance(value, str):
        return value
    if value.startswith("@@"):
        return value[1:]
    secret = secret_reference(value)
    if secret is not None:
        return Reference("secret", f"{secret.secret}.{secret.key}")
    if not value.startswith("@"):
        return value
    match = _REFERENCE.fullmatch(value)
    if match is None or (match[1] != "prompt" and not match[2]):
        kind, colon, _ = value.partition(":")
        # What stands alone after the @ may be a secret that begins with one.
        what = kind if colon or kind in _KINDS else "a value that begins with @"
        message = f"{what} is no form of reference"
        raise ReferenceRefusedError(message, hint=f"use {FORMS}, or @@ for a literal @")
    return Reference(match[1], match[2] or "")


def resolve(reference: Reference, field: str, namespace: Mapping[str, Any]) -> Any:
    """Return the value behind *reference*.

    Args:
        reference: What to resolve.
        field: The field that asks, for messages and prompts.
        namespace: The variables of the notebook.

    Raises:
        ReferenceRefusedError: There is no value, or it cannot be asked for here.
    """
    match reference.kind:
        case "env":
            return _from_environment(reference, field)
        case "file":
            return _from_file(reference, field)
        case "keyring":
            return _from_keyring(reference, field)
        case "prompt":
            return _from_prompt(field)
        case "secret":
            message = f"{field}: {reference} is read when a stack uses it, not here"
            raise ReferenceRefusedError(message, hint="use @env:NAME, @file:PATH or @prompt")
        case "template":
            return filled(reference.target, field, namespace)
        case _:
            return value_of(reference.target, field, namespace)


def _from_environment(reference: Reference, field: str) -> str:
    name = reference.target.removesuffix(MAY_BE_EMPTY)
    try:
        value = os.environ.get(name)
    except UnicodeEncodeError:  # half of a character is in no name
        value = None
    if value is None:
        message = f"{field}: environment variable {name!r} is not set"
        hint = f"set it before the kernel starts, or use another of {FORMS}"
        raise ReferenceRefusedError(message, hint=hint)
    if not value.strip() and name == reference.target:
        message = f"{field}: environment variable {name!r} is empty"
        hint = f"set it; where it may be empty, --{field}=@env:{name}{MAY_BE_EMPTY}"
        raise ReferenceRefusedError(message, hint=hint)
    return value


def _from_file(reference: Reference, field: str) -> str:
    try:
        path = Path(reference.target).expanduser()
        # To open a pipe or a device may wait for ever; a folder says so by itself.
        if path.exists() and not (path.is_file() or path.is_dir()):
            message = f"{field}: {reference.target!r} is no regular file"
            raise ReferenceRefusedError(message, hint="write the value to a file: @file:PATH")
        with path.open(encoding="utf-8") as file:
            text = file.read(MAX_FILE + 1)
    except (OSError, ValueError, RuntimeError) as error:  # of an unknown user's home
        is_text = isinstance(error, UnicodeDecodeError)
        reason = "it is not UTF-8 text" if is_text else getattr(error, "strerror", None) or error
        message = f"{field}: cannot read {reference.target!r}: {reason}"
        raise ReferenceRefusedError(message, hint="check the path") from None
    if len(text) > MAX_FILE:
        message = f"{field}: {reference.target!r} is over the limit of {MAX_FILE} bytes"
        raise ReferenceRefusedError(message, hint="write the value alone to a file: @file:PATH")
    if not text.strip():
        message = f"{field}: {reference.target!r} is empty"
        raise ReferenceRefusedError(message, hint=f"write the value to it, or --{field}=''")
    return text.rstrip("\n")


def _from_keyring(reference: Reference, field: str) -> str:
    try:
        import keyring  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        message = f"{field}: {reference} needs the package keyring"
        raise MissingDependencyError(message, hint="%pip install keyring") from None
    service, _, user = reference.target.rpartition("/")
    try:
        value = keyring.get_password(service, user)
    except Exception as error:  # noqa: BLE001 - a backend raises what it likes
        message = f"{field}: the keyring did not answer for {reference}: {type(error).__name__}"
        raise ReferenceRefusedError(message, hint="use @env:NAME or @file:PATH") from None
    if not isinstance(value, str):
        message = f"{field}: the keyring has nothing under {reference.target!r}"
        raise ReferenceRefusedError(message, hint=f"keyring set {service} {user}")
    return value


def _from_prompt(field: str) -> str:
    import getpass

    try:
        return getpass.getpass(f"{field}: ")
    except Exception as error:
        if type(error).__name__ != "StdinNotImplementedError" and not isinstance(error, EOFError):
            raise
    message = f"{field}: nobody can be asked here, there is no standard input"
    raise ReferenceRefusedError(message, hint="use @env:NAME or @file:PATH")
