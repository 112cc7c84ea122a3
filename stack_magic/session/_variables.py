"""Words of a line that variables of the notebook stand for: `$name`, `{n + 1}`, `lake_{n}`."""

from __future__ import annotations

import json
import re

from stack_magic.errors import LineError
from stack_magic.secrets import secret_reference

from ._expressions import Braces, doubled, pieces
from ._references import Reference

_DOTTED = r"\{([^\W\d]\w*(?:\.[^\W\d]\w*)*)\}"
_EXPRESSION = re.compile(r"\{[^{}]+\}", re.DOTALL)
_VARIABLE = re.compile(rf"\$([^\W\d]\w*)|{_DOTTED}")


def parse_variable(text: str) -> Reference | str:
    """Return the Reference that a text with variables is, or the text itself.

    `$name` and `{name}`, `{cfg["key"]}`, `{n + 1}` stand for a value as a whole; in
    `lake_{n}` braces stand for their part of the text. `$$name` is the literal `$name`, and
    `$${name}` the literal `{name}`; within a text, `{{` is a literal brace.

    Raises:
        LineError: The braces hold what no line evaluates.
    """
    match = _VARIABLE.fullmatch(text)
    if match is not None:
        return Reference("variable", match[1] or match[2])
    if text.startswith("$$"):
        return text[2:] if _EXPRESSION.fullmatch(text[2:]) else text[1:]
    if _is_taken_as_it_is(text):
        return text
    parts = pieces(text)
    match parts:
        case [Braces() as braces] if braces.is_plain:
            return Reference("variable", braces.text)
        case [str() as plain]:
            if _EXPRESSION.fullmatch(text) and plain == text:
                raise _not_evaluated(text)
            return plain
    return Reference("template", text) if parts else text


def _is_taken_as_it_is(text: str) -> bool:
    """Whether braces in *text* are of something else: a reference to a secret, or JSON."""
    if "{" not in text and "}" not in text:
        return True
    return text.startswith("@") or secret_reference(text) is not None or _is_json(text)


def _is_json(text: str) -> bool:
    if text[:1] not in {"{", "["}:
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    except RecursionError:
        return True
    return True


def is_variable(text: str) -> bool:
    """Whether `parse_variable` reads *text* as a variable."""
    return _VARIABLE.fullmatch(text) is not None


def _not_evaluated(text: str) -> LineError:
    message = f"{text!r} is neither a variable's name nor JSON, and no line evaluates it"
    hint = f"""JSON has quotes: '{{"key": 1}}'; or $${text} for the text"""
    return LineError(message, hint=hint)


def literal(text: str) -> str:
    """Return what `parse_variable` reads as *text* itself."""
    if text.startswith("$$") or _VARIABLE.fullmatch(text):
        return f"$${text}" if text.startswith("{") else f"${text}"
    if _is_taken_as_it_is(text):
        return text
    return f"$${text}" if _EXPRESSION.fullmatch(text) else doubled(text)
