"""Whether a class can be a flavor: every reason at once, each with its fix. Pure."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, PydanticUserError
from pydantic.errors import PydanticUndefinedAnnotation
from pydantic_core import PydanticUndefined

from stack_magic.display import safe_repr
from stack_magic.enums import Severity, StackComponentType
from stack_magic.errors import InvalidNameError
from stack_magic.secrets import field_holds_literal, holds_secret, is_secret_by_name, why_secret

from ._class_checks import of_the_class
from ._component import StackComponent
from ._diagnostics import Diagnostic, Report, error_on
from ._names import check_name
from ._zenml_classes import advice_on_parts, difference

if TYPE_CHECKING:
    from collections.abc import Iterator

_MISSING = object()
_OPTIONS = frozenset({"flavor", "help", "remove"})
"""Options that the commands on components have themselves."""


def check_flavor(thing: Any, base: type[StackComponent]) -> Report:
    """Return every reason for which *thing* cannot be a flavor of *base*'s type."""
    advice = advice_on_parts(thing)
    if advice:
        found = error_on("zenml-part", thing.__name__, advice, f"class My({base.__name__}): ...")
        return Report.of(thing.__name__, [found])
    if not isinstance(thing, type):
        name = getattr(thing, "__qualname__", safe_repr(thing)[:60])
        what = type(thing).__name__
        found = error_on("not-a-class", name, f"{name} is a {what}, not a class")
        return Report.of(name, [found])
    if not issubclass(thing, StackComponent):
        message = f"{thing.__name__} is not a stack component: derive it from {base.__name__}"
        fix = f"class {thing.__name__}({base.__name__}): ..."
        return Report.of(
            thing.__name__, [error_on("not-a-component", thing.__name__, message, fix)]
        )
    return Report.of(thing.__name__, _of_component_class(thing, base))


def _of_component_class(
    cls: type[StackComponent], base: type[StackComponent]
) -> Iterator[Diagnostic]:
    kind = getattr(cls, "TYPE", _MISSING)
    if kind is not base.TYPE:
        yield _wrong_type(cls, kind, base)
        return
    if not issubclass(cls, base):
        message = f"{cls.__name__} has the right TYPE, but does not derive from {base.__name__}"
        fix = f"class {cls.__name__}({base.__name__}): ..."
        yield error_on("not-the-base", cls.__name__, message, fix)
        return
    if cls is base:
        message = f"{cls.__name__} is the abstract base of the type: write a subclass"
        yield error_on("is-the-base", cls.__name__, message, f"class My({base.__name__}): ...")
        return
    yield from _name_of(cls)
    methods = [*_abstract_methods(cls), *_signatures(cls, base)]
    yield from methods
    if methods:
        yield from difference(base.TYPE, cls.__name__)
    unresolved = list(_unresolved(cls))
    yield from unresolved
    if not unresolved:
        yield from _named_like_secrets(cls)
        yield from _secret_defaults(cls)
    yield from _shadowing_fields(cls)
    yield from of_the_class(cls, base)
    yield from _asked_by_the_type(cls)


def _asked_by_the_type(cls: type[StackComponent]) -> Iterator[Diagnostic]:
    try:
        yield from cls.flavor_diagnostics()
    except Exception as error:  # noqa: BLE001 - a flavor may override it
        message = f"flavor_diagnostics of {cls.__name__} raised {type(error).__name__}"
        yield error_on(
            "diagnostics-failed", cls.__name__, message, "mend it and run its cell again"
        )


def _wrong_type(cls: type[StackComponent], kind: Any, base: type[StackComponent]) -> Diagnostic:
    if kind is _MISSING:
        message = f"{cls.__name__} has no TYPE: derive it from {base.__name__}"
        return error_on("type-missing", cls.__name__, message, f"TYPE = {base.TYPE!r}")
    if not isinstance(kind, StackComponentType):
        message = f"TYPE of {cls.__name__} is {kind!r}, not a StackComponentType"
        fix = f"TYPE = StackComponentType.{base.TYPE.name}"
        return error_on("type-wrong", cls.__name__, message, fix)
    message = f"TYPE of {cls.__name__} is {kind}, but {base.TYPE} is wanted here"
    fix = f"%{kind} flavor register {cls.__name__}"
    return error_on("type-wrong", cls.__name__, message, fix)


def _name_of(cls: type[StackComponent]) -> Iterator[Diagnostic]:
    flavor = _read(cls, "FLAVOR")
    fix = f'FLAVOR: ClassVar[str] = "{cls.__name__.lower()}"'
    if flavor is _MISSING:
        message = f"{cls.__name__} has no FLAVOR, the name under which it is known"
        yield error_on("flavor-missing", cls.__name__, message, fix)
        return
    if isinstance(flavor, Exception):
        message = f"FLAVOR of {cls.__name__} raises {type(flavor).__name__}: it is a text"
        yield error_on("flavor-name", cls.__name__, message, fix)
        return
    try:
        normal = check_name(flavor)
    except InvalidNameError as error:
        message = f"FLAVOR of {cls.__name__}: {error.message}"
        yield error_on("flavor-name", cls.__name__, message, fix)
        return
    if normal != flavor:
        message = f"FLAVOR of {cls.__name__}: {flavor!a} is not in Unicode form NFC"
        yield error_on("flavor-name", cls.__name__, message, f"FLAVOR = {normal!a}")


def _read(cls: type[StackComponent], name: str) -> Any:
    """Return an attribute of a class, or what reading it raises: it may be the user's code."""
    try:
        return getattr(cls, name, _MISSING)
    except Exception as error:  # noqa: BLE001 - a descriptor raises what it likes
        return error


def _abstract_methods(cls: type[StackComponent]) -> Iterator[Diagnostic]:
    for name in sorted(getattr(cls, "__abstractmethods__", ())):
        member = getattr(cls, name)
        promised = _shown(inspect.signature(member)) if callable(member) else ""
        message = f"abstract method {name} is not implemented"
        yield error_on("abstract", cls.__name__, message, f"def {name}{promised}: ...")


def _signatures(cls: type[StackComponent], base: type[StackComponent]) -> Iterator[Diagnostic]:
    for name, actual in _overridden(cls, base).items():
        promised = getattr(base, name, None)
        if not (inspect.isfunction(actual) and inspect.isfunction(promised)):
            continue
        # Unbound: both signatures begin with self, which the calls then fill too.
        theirs, ours = inspect.signature(actual), inspect.signature(promised)
        if not _accepts(theirs, ours):
            message = f"{name}{_shown(theirs)} cannot be called as {base.__name__} promises"
            fix = f"def {name}{_shown(ours)}: ..."
            yield error_on("signature", cls.__name__, message, fix)


def _overridden(cls: type[StackComponent], base: type[StackComponent]) -> dict[str, Any]:
    """Return the public members that *cls* has in the place of *base*'s."""
    between = [c for c in reversed(cls.__mro__) if c not in base.__mro__]
    members = {name: value for c in between for name, value in vars(c).items()}
    return {
        name: value
        for name, value in sorted(members.items())
        if not name.startswith("_") and not hasattr(BaseModel, name)
    }


def _shown(signature: inspect.Signature) -> str:
    """Return a signature as it is written: annotations kept as text have no quotes."""
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(signature))


def _accepts(actual: inspect.Signature, promised: inspect.Signature) -> bool:
    """Whether *actual* can be called in every way that *promised* allows."""
    variadic = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    plain = [p for p in promised.parameters.values() if p.kind not in variadic]
    needed = [p for p in plain if p.default is inspect.Parameter.empty]
    return all(
        _binds(actual, *_split(parameters, by_position=kinds))
        for parameters, kinds in ((plain, _EITHER), (needed, _EITHER), (plain, _FIRST))
    )


_FIRST = frozenset({inspect.Parameter.POSITIONAL_ONLY})
_EITHER = _FIRST | {inspect.Parameter.POSITIONAL_OR_KEYWORD}


def _split(
    parameters: list[inspect.Parameter], by_position: frozenset[Any]
) -> tuple[list[str], list[str]]:
    """Return the names of what is given by position, `self` always, and of the rest."""
    names = [p.name for p in parameters if p.kind in by_position or p is parameters[0]]
    return names, [p.name for p in parameters if p.name not in names]


def _binds(signature: inspect.Signature, by_position: list[str], by_name: list[str]) -> bool:
    try:
        signature.bind(*by_position, **dict.fromkeys(by_name))
    except TypeError:
        return False
    return True


def _unresolved(cls: type[StackComponent]) -> Iterator[Diagnostic]:
    """Yield what pydantic cannot read: a secret could hide behind an unknown annotation."""
    if cls.__pydantic_complete__:
        return
    try:
        cls.model_rebuild()
    except PydanticUndefinedAnnotation as error:
        fields = [n for n, f in cls.model_fields.items() if error.name in _names_in(f.annotation)]
        where = f"field {', '.join(fields)}" if fields else cls.__name__
        message = f"{where} is annotated with {error.name}, which is not defined here"
        yield error_on("annotation", cls.__name__, message, f"import or define {error.name} first")
    except PydanticUserError as error:
        message = f"{cls.__name__} cannot be read: {str(error).partition(chr(10))[0]}"
        yield error_on("annotation", cls.__name__, message, "mend it and run its cell again")
    except Exception as error:  # noqa: BLE001 - an annotation is an expression of the user's
        message = f"an annotation of {cls.__name__} raised {type(error).__name__}: {error}"
        yield error_on("annotation", cls.__name__, message, "mend it and run its cell again")


def _names_in(annotation: Any) -> set[str]:
    """Return the names in an annotation as it is written, and in those of its parts."""
    written = getattr(annotation, "__forward_arg__", annotation)
    text = written if isinstance(written, str) else repr(written)
    return set(re.findall(r"\w+", text))


def _named_like_secrets(cls: type[StackComponent]) -> Iterator[Diagnostic]:
    for name, reason in sorted(why_secret(cls).items()):
        if is_secret_by_name(cls, name):
            message = f"field {name} is secret {reason}, and its type does not hide it"
            fix = f"{name}: SecretStr; else Field(json_schema_extra={{'secret': False}})"
            yield Diagnostic("secret-by-name", Severity.WARNING, cls.__name__, message, fix)


def _secret_defaults(cls: type[StackComponent]) -> Iterator[Diagnostic]:
    for name in sorted(why_secret(cls)):
        field = cls.model_fields[name]
        default = field.default
        if default is PydanticUndefined or default is Ellipsis:
            continue
        if not (field_holds_literal(cls, name, default) or holds_secret(default)):
            continue
        message = f"secret field {name} has a literal default, which everything would show"
        fix = f"{name}: SecretStr | None = None"
        yield error_on("secret-default", cls.__name__, message, fix)


def _shadowing_fields(cls: type[StackComponent]) -> Iterator[Diagnostic]:
    for name in cls.model_fields:
        if name in _OPTIONS:
            message = f"field {name} cannot be set on a line: --{name} is the command's own"
            yield error_on("shadows", cls.__name__, message, f"rename the field: {name}_")
        elif name in StackComponent.model_fields:
            if (
                cls.model_fields[name].annotation
                is not StackComponent.model_fields[name].annotation
            ):
                message = f"field {name} is one of every component, and has its type"
                yield error_on("shadows", cls.__name__, message, f"rename the field: {name}_")
        elif hasattr(StackComponent, name):
            message = f"field {name} shadows the member {name} of every component"
            fix = f"rename the field: {name}_"
            yield error_on("shadows", cls.__name__, message, fix)
