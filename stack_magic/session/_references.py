"""Values that name where a value is: `@env:NAME`, `@file:PATH`, `$name` and the like.

A secret enters a session only in one of these forms, so that it is in no cell, history
or export. They are kept as written and resolved where a component is built.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stack_magic.errors import (
    LineError,
    MissingDependencyError,
    ReferenceRefusedError,
    did_you_mean,
)
from stack_magic.secrets import secret_reference

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMS = "@env:NAME, @file:PATH, @keyring:SERVICE/USER, @prompt, {{secret.key}} or $variable"
STAYS = (
    "a literal would stay in the notebook and its history, and this one is in both now: "
    "clear the cell, and change the secret if others read them"
)
"""Why a literal secret is refused, and what to do about the one that was typed."""

MAX_FILE = 64 * 1024

_REFERENCE = re.compile(r"@(env|file|json|keyring|prompt)(?::(.*))?", re.DOTALL)
_KINDS = frozenset({"@", "@env", "@file", "@json", "@keyring"})
_DOTTED = r"\{([^\W\d]\w*(?:\.[^\W\d]\w*)*)\}"
_BRACES = re.compile(_DOTTED)
_EXPRESSION = re.compile(r"\{[^{}]+\}", re.DOTALL)
_VARIABLE = re.compile(rf"\$([^\W\d]\w*)|{_DOTTED}")


@dataclass(frozen=True)
class Reference:
    """A place where a value is found.

    Attributes:
        kind: `env`, `file`, `keyring`, `prompt`, `variable` or `secret`; `json` where
            the value itself follows.
        target: What follows the colon, the variable's name, or `SECRET.KEY`.
    """

    kind: str
    target: str = ""

    def __str__(self) -> str:
        if self.kind == "variable":
            return f"${self.target}" if "." not in self.target else f"{{{self.target}}}"
        if self.kind == "secret":
            return f"{{{{{self.target}}}}}"
        return f"@{self.kind}:{self.target}" if self.target else f"@{self.kind}"

    @property
    def is_lasting(self) -> bool:
        """Whether asking again later gives the same answer without the user."""
        return self.kind in {"env", "file", "keyring", "secret"}

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


def parse_variable(text: str) -> Reference | str:
    """Return the Reference of a whole-value `$name` or `{name}`, or the text itself.

    `$$name` is the literal `$name`, and `$${name}` the literal `{name}`.

    Raises:
        LineError: The braces hold an expression, which no line evaluates.
    """
    match = _VARIABLE.fullmatch(text)
    if match is not None:
        return Reference("variable", match[1] or match[2])
    if _is_expression(text):
        raise _not_evaluated(text)
    if not text.startswith("$$"):
        return text
    return text[2:] if _EXPRESSION.fullmatch(text[2:]) else text[1:]


def is_variable(text: str) -> bool:
    """Whether `parse_variable` reads *text* as a variable."""
    return _VARIABLE.fullmatch(text) is not None


def _is_expression(text: str) -> bool:
    """Whether *text* is one pair of braces around what is neither a name nor JSON."""
    if not _EXPRESSION.fullmatch(text):
        return False
    try:
        json.loads(text)
    except ValueError:
        return True
    return False


def _not_evaluated(text: str) -> LineError:
    message = f"{text!r} is neither a variable's name nor JSON, and no line evaluates it"
    if ":" in text:
        hint = """JSON goes in single quotes: '{"key": 1}'"""
    else:
        hint = f"assign it first: value = {text[1:-1]}, then $value; or $${text} for the text"
    return LineError(message, hint=hint)


def literal(text: str) -> str:
    """Return what `parse_variable` reads as *text* itself."""
    if _BRACES.fullmatch(text) or _is_expression(text):
        return f"$${text}"
    return f"${text}" if text.startswith("$$") or _VARIABLE.fullmatch(text) else text


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
        case _:
            return _from_variable(reference, field, namespace)


def _from_environment(reference: Reference, field: str) -> str:
    try:
        return os.environ[reference.target]
    except (KeyError, UnicodeEncodeError):  # half of a character is in no name
        message = f"{field}: environment variable {reference.target!r} is not set"
        hint = f"set it before the kernel starts, or use another of {FORMS}"
        raise ReferenceRefusedError(message, hint=hint) from None


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
    if not text.rstrip("\n"):
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


def _from_variable(reference: Reference, field: str, namespace: Mapping[str, Any]) -> Any:
    first, *rest = reference.target.split(".")
    if first not in namespace:
        near = did_you_mean(first, [n for n in namespace if not n.startswith("_")])
        message = f"{field}: the notebook has no variable {first!r} for {reference}"
        hint = f"did you mean ${near}?" if near else f"assign it first: {first} = …"
        raise ReferenceRefusedError(message, hint=hint)
    value = namespace[first]
    for attribute in rest:
        try:
            value = getattr(value, attribute)
        except AttributeError:
            message = f"{field}: {reference}: {first!r} has no attribute {attribute!r}"
            raise ReferenceRefusedError(message, hint=f"dir({first}) tells which it has") from None
        except Exception as error:  # noqa: BLE001 - a property is the user's code
            message = f"{field}: {reference}: {attribute!r} raised {type(error).__name__}"
            hint = f"assign it first: value = {reference.target}, then $value"
            raise ReferenceRefusedError(message, hint=hint) from None
    return value
