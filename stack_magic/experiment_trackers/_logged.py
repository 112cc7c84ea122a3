"""What may be logged, and as what it is kept: names, params, numbers, steps."""

from __future__ import annotations

import json
import operator
import re
import unicodedata
from typing import Any

from stack_magic.display import is_hidden
from stack_magic.errors import InvalidNameError, ReferenceRefusedError, StackMagicError
from stack_magic.secrets import holds_secret, masked, masked_json, tells_secret
from stack_magic.stack import as_json, described

MAX_NAME = 250
MAX_PARAM = 1_000_000
"""Characters of a param as JSON; beyond them it is refused."""
_MAX_REPR = 200
_MAX_STEP = 2**53  # a float, as a plot's axis has them, tells all below apart

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_SEGMENT = re.compile(r"[\w.][\w .,+@=()\[\]-]*")
_FILE_HINT = "write it to a file and log_artifact(FILE)"
_ARTIFACT_HINT = "give name=, such as 'plots/roc.png'"


def logged_name(name: Any, what: str) -> str:
    """Return the name of a param or metric in Unicode form NFC.

    Raises:
        InvalidNameError: It is no text, blank, too long, or has invisible characters.
    """
    if not isinstance(name, str):
        message = f"{shortened(name)} cannot be the name of a {what}: a name is text"
        raise InvalidNameError(message)
    normal = unicodedata.normalize("NFC", name)
    broken = _broken_rule(normal)
    if broken:
        message = f"{name[:80]!r} cannot be the name of a {what}: {broken}"
        raise InvalidNameError(message, hint=f"allowed: 1-{MAX_NAME} visible characters")
    return normal


def _broken_rule(name: str) -> str | None:
    if not name.strip():
        return "it is blank"
    if len(name) > MAX_NAME:
        return f"it has {len(name)} characters, {MAX_NAME} are allowed"
    if tells_secret(name):
        return "it has a secret in it, and names are recorded in clear"
    hidden = next(filter(is_hidden, name), None)
    return None if hidden is None else f"it contains {hidden!a}"


def artifact_name(name: Any) -> str:
    """Return the name of a logged file, a relative path with `/`, in Unicode form NFC.

    Raises:
        InvalidNameError: It is no name, or leads out of its run for some file system.
    """
    normal = logged_name(name, "file")
    for segment in normal.split("/"):
        if segment in {".", ".."} or not _SEGMENT.fullmatch(segment):
            odd = next((c for c in segment if not _SEGMENT.fullmatch(f"a{c}a")), "")
            part = f"{segment!r} is no part of a relative path" if segment else "a part is empty"
            why = f"it contains {odd!r}" if odd else part
            message = f"{normal[:80]!r} cannot be the name of a file: {why}"
            raise InvalidNameError(message, hint=_ARTIFACT_HINT)
    return normal


def param_text(name: str, value: Any) -> str:
    """Return a param's value as JSON, whole; what is none is described in words.

    Args:
        name: Name of the param.
        value: Its value; secrets that this process knows are masked in it.

    Raises:
        ReferenceRefusedError: It holds a secret, which would be recorded.
        StackMagicError: It is too long, or two that differ would be described alike.
    """
    text = _json_text(name, value)
    if text is None:
        text = json.dumps(_description(name, value))
    if len(text) > MAX_PARAM:
        message = (
            f"param {name!r} has {len(text):,} characters, and {MAX_PARAM:,} are kept: it is "
            "never cut"
        )
        raise StackMagicError(message, hint=_FILE_HINT)
    return text


def _json_text(name: str, value: Any) -> str | None:
    try:
        if holds_secret(value):
            raise _secret(name)
        return json.dumps(masked_json(as_json(value)), sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        return None


def _description(name: str, value: Any) -> str:
    found = described(value)
    if found.secret:
        raise _secret(name)
    if not found.is_certain:
        message = (
            f"param {name!r} is {shortened(value)}: what it holds cannot be read, "
            "and another one would look the same"
        )
        raise StackMagicError(message, hint=f"log what it was made from, or {_FILE_HINT}")
    return masked(str(found))


def _secret(name: str) -> ReferenceRefusedError:
    message = f"param {name!r} holds a secret, and what is logged is recorded in clear"
    hint = "log what it is for, or take it from a component in the step"
    return ReferenceRefusedError(message, hint=hint)


def shortened(value: Any) -> str:
    """Return the repr of *value*, cut, and without addresses, which differ each time."""
    try:
        text = masked(_ADDRESS.sub("", repr(value)))
    except Exception:  # noqa: BLE001 - `__repr__` of the user's may raise anything
        return f"<{type(value).__name__}>"
    if len(text) <= _MAX_REPR:
        return text
    return f"{text[:_MAX_REPR]}… ({len(text)} characters)"


def metric_value(name: str, value: Any) -> float:
    """Return a metric's value as a float, which may be nan or infinite.

    Raises:
        StackMagicError: It is no number, or a larger one than floats have.
    """
    if not isinstance(value, str | bytes | bytearray):
        try:
            return float(value)
        except Exception:  # noqa: BLE001, S110 - `__float__` of the user's may raise anything
            pass
    message = f"metric {name!r} is {shortened(value)}: a metric is one number that fits a float"
    raise StackMagicError(message, hint="log_params keeps other values")


def step_number(step: Any) -> int | None:
    """Return a step as an int, None as it is.

    Raises:
        StackMagicError: It is no whole number, or too large for one.
    """
    if step is None:
        return None
    try:
        number = operator.index(step)
    except TypeError:
        number = None
    if number is None or abs(number) > _MAX_STEP:
        message = f"step {shortened(step)} is no whole number from -2**53 to 2**53"
        raise StackMagicError(message, hint="leave step out to count on")
    return number
