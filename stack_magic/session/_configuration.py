"""From a user's values to a component: every field that does not fit, in one answer."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from stack_magic.configuration import NotJsonError, fields_of, json_value, unmistakable
from stack_magic.errors import (
    InvalidConfigurationError,
    LineError,
    ReferenceRefusedError,
    StackMagicError,
    did_you_mean,
)
from stack_magic.secrets import SECRETS, is_secret_by_name, learn_given
from stack_magic.stack import MADE_IN, Report

from ._explain import TOGETHER, explained, finding, flavor_failed
from ._field_values import ReadValues
from ._limits import broken_limit
from ._references import Reference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from stack_magic.stack import Diagnostic, StackComponent

    from ._world import World

GIVEN_ELSEWHERE = frozenset({"name", "uuid"})
"""Fields that the commands set themselves."""


class Bare(NamedTuple):
    """The value of an option that stands without one: `--verbose`."""


class Written(str):
    """A value that was typed on a line: a text that may stand for a number or a list."""

    __slots__ = ()


def written(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values that were typed, the texts among them marked as such."""
    return {key: Written(v) if type(v) is str else v for key, v in values.items()}


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
    fields = fields_of(cls)
    return key in fields and fields[key].takes(bool)


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
    kept = {} if former is None else former.kept()
    usable = {k: v for k, v in configuration.items() if k not in _subjects(found)}
    read = ReadValues(cls, usable, world, kept)
    # Only now is it known what JSON or a variable held.
    found += _too_large(read.values)
    found += _not_shown(cls, read.values, _subjects(found))
    values = {k: own(value) for k, value in read.values.items() if k not in _subjects(found)}
    values |= {"name": name, **{k: v for k, v in kept.items() if k == "uuid"}}
    _learn(cls, values, read.sources)
    component: StackComponent | None = None
    try:
        # By the names of the fields, as on a line: aliases are for other documents.
        component = cls.model_validate(values, by_alias=False, by_name=True)
    except ValidationError as error:
        known = _subjects(found) | read.unasked | set(read.refused)
        explanations = explained(cls, error, read.sources)
        found += [d for d in explanations if d.subject not in known]
    except StackMagicError:
        raise
    except Exception as error:  # noqa: BLE001 - a validator is the user's code
        raise flavor_failed(cls, error) from None
    subject = f"{cls.TYPE} {name}"
    if read.refused:
        raise _first_refused(subject, read.refused, found)
    if found:
        raise _refused(subject, cls, found)
    if component is None:
        # Only what nobody was asked for is missing: the line itself will ask.
        return cls.model_construct(**values)
    component.show_as({k: str(v) for k, v in read.sources.items() if not v.is_of_notebook})
    return _in_its_place(component, former)


def _learn(
    cls: type[StackComponent], values: Mapping[str, Any], sources: Mapping[str, Reference]
) -> None:
    """Mask from now on what came by reference, but of variables, which the notebook shows."""
    for key, value in values.items():
        source = sources.get(key)
        is_hidden = source is not None and not source.is_of_notebook and source.kind != "secret"
        learn_given(value, is_secret=is_hidden or is_secret_by_name(cls, key))


def _first_refused(
    subject: str, refused: Mapping[str, ReferenceRefusedError], found: list[Diagnostic]
) -> ReferenceRefusedError:
    """Return the first refusal; its report has the others too, and all that does not fit."""
    every = [finding(key, error.message, fix=error.hint or "") for key, error in refused.items()]
    error = next(iter(refused.values()))
    error.report = Report.of(subject, [*every, *found])
    return error


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


def _not_shown(
    cls: type[StackComponent], values: Mapping[str, Any], known: Collection[str]
) -> Iterator[Diagnostic]:
    """Yield the values that no list, history or export could show."""
    for key, value in values.items():
        if key in known:
            continue
        try:
            json_value(value)
        except NotJsonError as error:
            kind = fields_of(cls)[key].type_name
            yield finding(key, f"cannot be shown as JSON: {error}; its type is {kind}")


def unmistakable_values(
    cls: type[StackComponent], configuration: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a configuration whose line is read back as the same values."""
    return {key: _unmistakable(cls, key, value) for key, value in configuration.items()}


def _unmistakable(cls: type[StackComponent], key: str, value: Any) -> Any:
    is_text = isinstance(value, str) and not isinstance(value, Enum)
    if is_text or isinstance(value, (Bare, Reference, *SECRETS)) or key not in cls.model_fields:
        return value
    document = unmistakable(fields_of(cls)[key], value)
    return value if document is None else Reference("json", document)


def _by_prefix(key: str, fields: list[str]) -> str | None:
    matching = [name for name in fields if name.startswith(key)]
    return matching[0] if matching else None
