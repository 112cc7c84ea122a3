"""What pydantic and a flavor's own code say against values, in our words."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from pydantic import PydanticUserError

from stack_magic.configuration import fields_of
from stack_magic.enums import Severity
from stack_magic.errors import FlavorFailedError
from stack_magic.stack import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from stack_magic.configuration import FieldSpec
    from stack_magic.stack import StackComponent

    from ._references import Reference

TOGETHER = "together"
"""The subject of a finding on several fields at once."""

_HIDDEN = "is not accepted; the reason is hidden, since {}"


def finding(field: str, message: str, place: Sequence[str] = (), fix: str = "") -> Diagnostic:
    """Return an error on a field, or on the part of it at *place*."""
    return Diagnostic("configuration", Severity.ERROR, field, message, fix, tuple(place))


def explained(
    cls: type[StackComponent],
    error: ValidationError,
    sources: Mapping[str, Reference],
) -> Iterator[Diagnostic]:
    """Yield what pydantic found, the values of *sources* unseen.

    Raises:
        FlavorFailedError: The flavor's own code sets a field, which pydantic reports alike.
    """
    for detail in error.errors(include_url=False, include_context=True, include_input=True):
        place = [str(part) for part in detail["loc"]] or [TOGETHER]
        if detail["type"] in {"frozen_instance", "frozen_field"}:
            raise _set_itself(cls, place[0])
        message = _in_words(cls, detail, place, sources)
        if len(place) > 1:
            message = f"at {'.'.join(place[1:])}: {message}"
        yield finding(place[0], message, place)


def _in_words(
    cls: type[StackComponent],
    detail: ErrorDetails,
    place: list[str],
    sources: Mapping[str, Reference],
) -> str:
    field = fields_of(cls).get(place[0])
    is_secret = field is not None and bool(field.why_secret)
    if is_secret and detail["type"] in _OF_SECRETS:
        return _OF_SECRETS[detail["type"]].format_map(detail.get("ctx", {}))
    if is_secret and detail["type"] not in _WORDS:  # what others say may show the value
        return _HIDDEN.format("the field is secret")
    if detail["type"] == "missing" and len(place) == 1 and field is not None:
        return _required(field)
    # Deeper values may be secrets of a nested model: they are never shown.
    shown = len(place) == 1 and not is_secret
    return explain(detail, show_input=shown, source=sources.get(place[0]))


def _set_itself(cls: type[StackComponent], name: str) -> FlavorFailedError:
    message = f"{cls.__name__} (flavor {cls.FLAVOR!r}) sets self.{name}, but a component is frozen"
    private = name if name.startswith("_") else f"_{name}"
    hint = f"keep it in a private attribute: {private}: Any = PrivateAttr(default=None)"
    return FlavorFailedError(message, hint=hint)


def _required(field: FieldSpec) -> str:
    """Return that a field is required, with the values that it may be given."""
    if field.choices:
        return f"is required: one of {', '.join(field.choices)}"
    return f"is required: {field.example}, for example" if field.example else "is required"


_WORDS = {
    "missing": "is required",
    "extra_forbidden": "is not known here",
    "int_parsing": "must be a whole number (int)",
    "int_from_float": "must be a whole number (int)",
    "int_type": "must be a whole number (int)",
    "float_parsing": "must be a number (float)",
    "float_type": "must be a number (float)",
    "finite_number": "must be a finite number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "string_type": "must be text (str)",
    "list_type": "must be a list, as JSON in quotes: '[…]'",
    "tuple_type": "must be a list, as JSON in quotes: '[…]'",
    "set_type": "must be a list, as JSON in quotes: '[…]'",
    "dict_type": "must be an object, as JSON in quotes: '{{…}}'",
    "model_type": "must be an object, as JSON in quotes: '{{…}}'",
    "model_attributes_type": "must be an object, as JSON in quotes: '{{…}}'",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match {pattern}",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be one of {expected}",
    "enum": "must be one of {expected}",
}


# Pydantic counts items where a secret has characters.
_OF_SECRETS = {
    "too_short": "must be {min_length} or longer",
    "too_long": "must be {max_length} or shorter",
}

_WITHOUT_INPUT = frozenset({"missing", "extra_forbidden"})


def explain(detail: ErrorDetails, *, show_input: bool, source: Reference | None = None) -> str:
    """Return pydantic's finding in our words, with the value when it helps.

    A value that came by reference is never shown: what it is read from stands for it.
    """
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _WORDS:
        words = _WORDS[kind].format_map(context)
        if not show_input or kind in _WITHOUT_INPUT:
            return words
        shown = _shown_input(detail["input"]) if source is None else f"the value of {source}"
        return f"{words}, not {shown}"
    text = detail["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return text[:1].lower() + text[1:] if not text[:2].isupper() else text


_SHOWN = 80


def _shown_input(value: Any) -> str:
    if isinstance(value, bool | int | float | str | None):
        text = repr(value)
        return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    return f"a {type(value).__name__}"


def flavor_failed(cls: type[StackComponent], error: Exception) -> FlavorFailedError:
    """Return what a flavor's own code raised, with the line, without what it says."""
    if isinstance(error, PydanticUserError):
        message = f"{cls.__name__} (flavor {cls.FLAVOR!r}) cannot be used: {_first_line(error)}"
        return FlavorFailedError(message, hint="mend the class and run its cell again")
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [f for f in frames if "pydantic" not in f.filename and "stack_magic" not in f.filename]
    where, field = "", ""
    if theirs:
        last = theirs[-1]
        where = f" at line {last.lineno} in {last.name}: {last.line or ''}".rstrip(": ")
        decorators = cls.__pydantic_decorators__
        checked = decorators.field_validators.get(last.name)
        field = f" {', '.join(checked.info.fields)}" if checked else ""
    message = (
        f"{cls.__name__} (flavor {cls.FLAVOR!r}) failed while it validated{field}: "
        f"{type(error).__name__}{where}"
    )
    hint = "a validator raises ValueError to refuse a value; mend it and run its cell again"
    return FlavorFailedError(message, hint=hint)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")
