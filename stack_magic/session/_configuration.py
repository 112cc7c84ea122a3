"""From a user's values to a component: every field that does not fit, in one answer."""

from __future__ import annotations

import json
import traceback
from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError

from stack_magic.enums import Severity
from stack_magic.errors import (
    FlavorFailedError,
    InvalidConfigurationError,
    ReferenceRefusedError,
    StackMagicError,
    did_you_mean,
)
from stack_magic.stack import Diagnostic, Report, secret_fields

from ._limits import broken_limit
from ._references import FORMS, Reference, parse_reference, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from pydantic_core import ErrorDetails

    from stack_magic.stack import StackComponent

GIVEN_ELSEWHERE = frozenset({"name", "uuid"})
"""Fields that the commands set themselves."""


def build_component(
    cls: type[StackComponent],
    name: str,
    configuration: Mapping[str, Any],
    namespace: Mapping[str, Any],
    kept: Mapping[str, Any] | None = None,
) -> StackComponent:
    """Return an instance of *cls* with *configuration*.

    Args:
        cls: The flavor's class.
        name: The component's name, already checked.
        configuration: Values as given: text of a line, Python values, references.
        namespace: Variables of the notebook, for `$name`.
        kept: What stays of the instance that this one replaces: the uuid, and the values
            of references that only the user could answer again.

    Raises:
        InvalidConfigurationError: Values do not fit; its report has every field.
        ReferenceRefusedError: A reference cannot be resolved, or a secret is literal.
        FlavorFailedError: Code of the flavor raised something of its own.
    """
    subject = f"{cls.TYPE} {name}"
    found = list(_unusable(cls, configuration))
    kept = kept or {}
    usable = configuration.keys() - {d.subject for d in found}
    values = {
        key: _value(cls, key, given, namespace, kept)
        for key, given in configuration.items()
        if key in usable
    }
    # Only now is it known what JSON or a variable held.
    found += _too_large(values)
    identity: dict[str, UUID] = {"uuid": kept["uuid"]} if "uuid" in kept else {}
    try:
        component = cls(name=name, **identity, **values)
    except ValidationError as error:
        known = {d.subject for d in found}
        found += [d for d in _explained(cls, error) if d.subject not in known]
    except StackMagicError:
        raise
    except Exception as error:  # noqa: BLE001 - a validator is the user's code
        raise _flavor_failed(cls, error) from None
    else:
        if not found:
            return component
    raise _refused(subject, cls, found)


def json_text(value: Any) -> str:
    """Return *value* as it is typed on a line: text as it is, the rest as JSON."""
    if isinstance(value, Enum):
        return json_text(value.value)
    if isinstance(value, SecretStr):
        return "@prompt"
    if isinstance(value, str | Reference | PurePath):
        return str(value)
    return json.dumps(value, default=_as_json, ensure_ascii=False)


def _as_json(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    if isinstance(value, BaseModel):
        return dict(value)
    return value.value if isinstance(value, Enum) else str(value)


def _refused(
    subject: str, cls: type[StackComponent], found: list[Diagnostic]
) -> InvalidConfigurationError:
    report = Report.of(subject, found)
    lines = "\n".join(f"  --{d.subject}: {d.message}" for d in report.errors)
    message = f"{subject} does not fit flavor {cls.FLAVOR!r}:\n{lines}"
    hint = f"%{cls.TYPE} flavor describe {cls.FLAVOR}"
    error = InvalidConfigurationError(message, hint=hint)
    error.report = report
    return error


def _finding(field: str, message: str) -> Diagnostic:
    return Diagnostic("configuration", Severity.ERROR, field, message)


def _unusable(cls: type[StackComponent], configuration: Mapping[str, Any]) -> Iterator[Diagnostic]:
    fields = [n for n in cls.model_fields if n not in GIVEN_ELSEWHERE]
    for key, value in configuration.items():
        if key in GIVEN_ELSEWHERE:
            yield _finding(key, "is set by the command, not as an option")
        elif key not in cls.model_fields:
            near = did_you_mean(key, fields) or _by_prefix(key, fields)
            known = ", ".join(f"--{name}" for name in fields) or "none"
            advice = f"did you mean --{near}?" if near else f"known: {known}"
            yield _finding(key, f"is not a field of {cls.__name__}; {advice}")
        else:
            yield from _too_large({key: value})


def _too_large(values: Mapping[str, Any]) -> Iterator[Diagnostic]:
    for key, value in values.items():
        reason = broken_limit(value)
        if reason:
            yield _finding(key, reason)


def _by_prefix(key: str, fields: list[str]) -> str | None:
    matching = [name for name in fields if name.startswith(key)]
    return matching[0] if matching else None


def _value(
    cls: type[StackComponent],
    key: str,
    given: Any,
    namespace: Mapping[str, Any],
    kept: Mapping[str, Any],
) -> Any:
    is_secret = key in secret_fields(cls)
    value = parse_reference(given)
    if isinstance(value, Reference):
        if not value.is_lasting and key in kept:
            return kept[key]
        value = resolve(value, key, namespace)
        return SecretStr(value) if is_secret and isinstance(value, str) else value
    if is_secret and isinstance(value, str | bytes):
        message = f"{key} is a secret: a literal would stay in the notebook and its history"
        raise ReferenceRefusedError(message, hint=f"--{key}= {FORMS}")
    return _from_json(cls, key, value)


def _from_json(cls: type[StackComponent], key: str, value: Any) -> Any:
    """Return the JSON value of a text for a field that is not text itself."""
    if not isinstance(value, str) or _takes_text(cls.model_fields[key].annotation):
        return value
    if value == "null" or value[:1] in {"[", "{"}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _takes_text(annotation: Any) -> bool:
    if annotation is str or annotation is Any:
        return True
    if get_origin(annotation) in {None, Literal, dict, list, tuple, set, frozenset}:
        return False
    return any(_takes_text(part) for part in get_args(annotation))


def _explained(cls: type[StackComponent], error: ValidationError) -> Iterator[Diagnostic]:
    details = error.errors(include_url=False, include_context=True, include_input=True)
    for detail in details:
        place = [str(part) for part in detail["loc"]] or ["configuration"]
        if place[0] in secret_fields(cls):
            message = "is not accepted; the reason is hidden, since the field is secret"
        else:
            # Deeper values may be secrets of a nested model: they are never shown.
            message = explain(detail, show_input=len(place) == 1)
        if len(place) > 1:
            message = f"at {'.'.join(place[1:])}: {message}"
        yield _finding(place[0], message)


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


def explain(detail: ErrorDetails, *, show_input: bool) -> str:
    """Return pydantic's finding in our words, with the value when it helps."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _WORDS:
        words = _WORDS[kind].format_map(context)
        if not show_input or kind in {"missing", "extra_forbidden"}:
            return words
        return f"{words}, not {_shown_input(detail['input'])}"
    text = detail["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return text[:1].lower() + text[1:] if not text[:2].isupper() else text


_SHOWN = 80


def _shown_input(value: Any) -> str:
    if isinstance(value, bool | int | float | str | None):
        text = repr(value)
        return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    return f"a {type(value).__name__}"


def _flavor_failed(cls: type[StackComponent], error: Exception) -> FlavorFailedError:
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
