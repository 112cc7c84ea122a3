"""From a user's values to a component: every field that does not fit, in one answer."""

from __future__ import annotations

import json
import re
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel, Secret, SecretBytes, SecretStr, ValidationError

from stack_magic.errors import (
    InvalidConfigurationError,
    LineError,
    ReferenceRefusedError,
    StackMagicError,
    did_you_mean,
)
from stack_magic.stack import MADE_IN, Report, holds_literal, secret_fields, secret_reference

from ._explain import TOGETHER, explained, finding, flavor_failed
from ._limits import broken_limit
from ._references import FORMS, STAYS, Reference, parse_reference, resolve

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from stack_magic.stack import Diagnostic, StackComponent

    from ._world import World

_PASSWORD_IN_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#\s:@]*:[^/?#\s@]+@")

GIVEN_ELSEWHERE = frozenset({"name", "uuid"})
"""Fields that the commands set themselves."""


class Bare(NamedTuple):
    """The value of an option that stands without one: `--verbose`."""


def spelled_out(cls: type[StackComponent], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration in which `--verbose` and `--no-verbose` are values.

    Raises:
        LineError: An option stands without a value, and its field is not a bool.
    """
    return dict(_spelled_out(cls, key, value) for key, value in given.items())


def _spelled_out(cls: type[StackComponent], key: str, value: Any) -> tuple[str, Any]:
    if not isinstance(value, Bare):
        return key, value
    if _takes_bool(cls, key):
        return key, True
    positive = key.removeprefix("no_")
    if positive != key and key not in cls.model_fields and _takes_bool(cls, positive):
        return positive, False
    option = f"--{key.replace('_', '-')}"
    message = f"{option} needs a value: {option}=VALUE"
    raise LineError(message, hint=f"{option}='' is the empty text")


def _takes_bool(cls: type[StackComponent], key: str) -> bool:
    return key in cls.model_fields and _takes(cls.model_fields[key].annotation, bool)


class Former(NamedTuple):
    """A component that another one replaces, and the fields whose values do not stay."""

    component: StackComponent
    changed: Collection[str] = ()

    def kept(self) -> dict[str, Any]:
        """Return the values that may stay."""
        return {key: value for key, value in self.component if key not in self.changed}


def build_component(
    cls: type[StackComponent],
    name: str,
    configuration: Mapping[str, Any],
    world: World,
    former: Former | None = None,
) -> StackComponent:
    """Return an instance of *cls* with *configuration*.

    Args:
        cls: The flavor's class.
        name: The component's name, already checked.
        configuration: Values as given: text of a line, Python values, references.
        world: Has the variables of the notebook, for `$name`.
        former: The instance that this one replaces: the uuid stays, and the values of
            references that only the user could answer again, and the folder in which it
            was made, on which relative paths rest.

    Raises:
        InvalidConfigurationError: Values do not fit; its report has every field.
        ReferenceRefusedError: A reference cannot be resolved, or a secret is literal.
        FlavorFailedError: Code of the flavor raised something of its own.
    """
    found = list(_unusable(cls, configuration))
    unusable = {d.subject for d in found}
    kept = {} if former is None else former.kept()
    given = {k: parse_reference(v) for k, v in configuration.items() if k not in unusable}
    sources = {key: value for key, value in given.items() if isinstance(value, Reference)}
    unasked = {k for k, v in sources.items() if world.is_preview and v.asks and k not in kept}
    values = {k: _value(cls, k, v, world, kept) for k, v in given.items() if k not in unasked}
    # Only now is it known what JSON or a variable held.
    found += _too_large(values)
    values = {key: own(value) for key, value in values.items() if key not in _subjects(found)}
    subject = f"{cls.TYPE} {name}"
    values |= {"name": name, **{k: v for k, v in kept.items() if k == "uuid"}}
    try:
        component = cls(**values)
    except ValidationError as error:
        known = _subjects(found) | unasked
        found += [d for d in explained(cls, error, sources, values) if d.subject not in known]
    except StackMagicError:
        raise
    except Exception as error:  # noqa: BLE001 - a validator is the user's code
        raise flavor_failed(cls, error) from None
    else:
        if not found:
            component.show_as({k: str(v) for k, v in sources.items() if v.kind != "variable"})
            return _in_its_place(component, former)
    if unasked and not found:
        # Only what nobody was asked for is missing: the line itself will ask.
        return cls.model_construct(**values)
    raise _refused(subject, cls, found)


def _subjects(found: list[Diagnostic]) -> set[str]:
    return {diagnostic.subject for diagnostic in found}


def _in_its_place(component: StackComponent, former: Former | None) -> StackComponent:
    """Return *component* with the folder in which its predecessor was made."""
    private = type(component).__private_attributes__
    if former is not None and MADE_IN in private and hasattr(former.component, MADE_IN):
        setattr(component, MADE_IN, getattr(former.component, MADE_IN))
    return component


def own(value: Any) -> Any:
    """Return *value* with collections of its own: the caller may change theirs later."""
    if isinstance(value, dict):
        return {key: own(item) for key, item in value.items()}
    if type(value) in {list, tuple, set, frozenset}:
        return type(value)(own(item) for item in value)
    return value


def json_text(value: Any) -> str:
    """Return *value* as it is typed on a line: text as it is, the rest as JSON."""
    if isinstance(value, Enum):
        return json_text(value.value)
    if isinstance(value, SecretStr | SecretBytes | Secret):
        return "@prompt"
    text = json.dumps(value, default=_as_json, ensure_ascii=False)
    # A URL, a date, a path or a reference is text to JSON, and needs no quotes on a line.
    return str(value) if text.startswith('"') else text


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
    lines = "\n".join(
        f"  {'' if d.subject == TOGETHER else '--'}{d.subject}: {d.message}" for d in report.errors
    )
    message = f"{subject} does not fit flavor {cls.FLAVOR!r}:\n{lines}"
    hint = f"%{cls.TYPE} flavor describe {cls.FLAVOR}"
    return InvalidConfigurationError(message, hint=hint, report=report)


def _unusable(cls: type[StackComponent], configuration: Mapping[str, Any]) -> Iterator[Diagnostic]:
    fields = [n for n in cls.model_fields if n not in GIVEN_ELSEWHERE]
    for key, value in configuration.items():
        if key in GIVEN_ELSEWHERE:
            yield finding(key, "is set by the command, not as an option")
        elif key not in cls.model_fields:
            near = did_you_mean(key, fields) or _by_prefix(key, fields)
            known = ", ".join(f"--{name}" for name in fields) or "none"
            advice = f"did you mean --{near}?" if near else f"known: {known}"
            yield finding(key, f"is not a field of {cls.__name__}; {advice}")
        else:
            yield from _too_large({key: value})


def _too_large(values: Mapping[str, Any]) -> Iterator[Diagnostic]:
    for key, value in values.items():
        reason = broken_limit(value)
        if reason:
            yield finding(key, reason)


def _by_prefix(key: str, fields: list[str]) -> str | None:
    matching = [name for name in fields if name.startswith(key)]
    return matching[0] if matching else None


def _value(
    cls: type[StackComponent],
    key: str,
    value: Any,
    world: World,
    kept: Mapping[str, Any],
) -> Any:
    annotation = cls.model_fields[key].annotation
    is_secret = key in secret_fields(cls)
    if isinstance(value, Reference):
        if value.kind == "secret":
            return _resolved_later(value, key, annotation)
        if not value.is_lasting and key in kept:
            return kept[key]
        value = _from_json(annotation, resolve(value, key, world.namespace))
        is_text = isinstance(value, str) and _takes(annotation, SecretStr)
        return SecretStr(value) if is_text else value
    value = _from_json(annotation, value)
    if isinstance(value, str) and _PASSWORD_IN_URL.match(value):
        message = f"{key} holds a password in its user-info, which would stay in the notebook"
        hint = f"--{key}= {FORMS}, or without user-info where the flavor has fields for it"
        raise ReferenceRefusedError(message, hint=hint)
    if is_secret:
        value = _resolved(value, key, world)
        if holds_literal(annotation, value):
            raise _literal_secret(key, annotation)
    return value


def _resolved_later(reference: Reference, key: str, annotation: Any) -> str:
    if not _takes(annotation, str, SecretStr):
        message = f"{key} is no text: {reference} can only stand for a text"
        raise ReferenceRefusedError(message, hint=f"--{key}=@env:NAME or $variable")
    return str(reference)


def _resolved(value: Any, key: str, world: World) -> Any:
    """Return a secret field's collection with the references in it as secrets."""
    if isinstance(value, dict):
        return {name: _resolved(item, key, world) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_resolved(item, key, world) for item in value]
    if secret_reference(value) is not None:
        return SecretStr(value)
    reference = parse_reference(value) if str(value)[:1] == "@" else value
    if not isinstance(reference, Reference):
        return value
    if world.is_preview and reference.asks:
        return SecretStr("")
    resolved = resolve(reference, key, world.namespace)
    return SecretStr(resolved) if isinstance(resolved, str) else resolved


def _literal_secret(key: str, annotation: Any) -> ReferenceRefusedError:
    is_plain = _takes(annotation, SecretStr, SecretBytes, Secret)
    verb = "is" if is_plain else "holds"
    message = f"{key} {verb} a secret: {STAYS}"
    inside = "" if is_plain else "; in JSON, @env:NAME stands in the secret's place"
    return ReferenceRefusedError(message, hint=f"--{key}= {FORMS}{inside}")


def _from_json(annotation: Any, value: Any) -> Any:
    """Return the JSON value of a text for a field that is not text itself."""
    if not isinstance(value, str) or _takes(annotation, str, SecretStr, SecretBytes, Secret):
        return value
    if value == "null" or value[:1] in {"[", "{"}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _takes(annotation: Any, *kinds: type) -> bool:
    """Whether one of *kinds* itself, not in a collection, is a value of *annotation*."""
    if annotation in kinds or (annotation is Any and str in kinds):
        return True
    if get_origin(annotation) in {None, Literal, dict, list, tuple, set, frozenset}:
        return False
    return get_origin(annotation) in kinds or any(
        _takes(part, *kinds) for part in get_args(annotation)
    )
