"""A field, described once: line, form, Tab, cards, errors and secrets read it here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType, NoneType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin
from weakref import WeakKeyDictionary

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from stack_magic.secrets import UNIONS, takes, unaliased, why_field_is_secret
from stack_magic.stack import StackComponent

from ._field_types import choices_of, is_strict, takes_text, type_name
from ._json_values import NotJsonError, json_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, MutableMapping

    from pydantic import BaseModel

_LONGEST = 80
"""Characters of a default that are shown."""

_BOUNDS = {
    "gt": "> {}",
    "ge": "≥ {}",
    "lt": "< {}",
    "le": "≤ {}",
    "multiple_of": "a multiple of {}",
    "min_length": "{} or longer",
    "max_length": "{} or shorter",
    "pattern": "matches {}",
}


@dataclass(frozen=True, eq=False)
class FieldSpec:
    """One field of a class.

    Attributes:
        name: Its name.
        info: The field as pydantic has it.
        type: Its type without `None`, names and aliases of it seen through.
        is_optional: Whether `None` is a value.
        default: The value it has when nothing is given; `PydanticUndefined` when there is
            none, or it is made when needed.
        choices: Its values as they are given in a configuration, where they are few: those
            of literals, enumerations and bools, and `null` where `None` is one.
        bounds: What its values keep, in words: `≥ 1`.
        why_secret: Why it is secret, by its type, a mark or its name; empty when it is not.
        discriminator: The field by which the models of a union are told apart, or None.
    """

    name: str
    info: FieldInfo
    type: Any
    is_optional: bool
    default: Any
    choices: tuple[str, ...]
    bounds: tuple[str, ...]
    why_secret: str
    discriminator: str | None

    @property
    def type_name(self) -> str:
        """Its type as it is written: `str | None`."""
        return type_name(self.info.annotation)

    @property
    def is_required(self) -> bool:
        """Whether it has to be given."""
        return self.info.is_required() and self.default is PydanticUndefined

    @property
    def is_strict(self) -> bool:
        """Whether it, or what it holds, takes values of its very types only."""
        return is_strict(self.info)

    @property
    def takes_text(self) -> bool:
        """Whether a text is a value of it as it stands, and not read as JSON."""
        return takes_text(self.info)

    def takes(self, *kinds: Any) -> bool:
        """Whether a value of one of *kinds* itself, in no collection, is one of the field."""
        return takes(self.info.annotation, *kinds)

    @property
    def unit(self) -> str:
        """The unit of its values, of `json_schema_extra={"unit": "MB"}`; or nothing."""
        extra = self.info.json_schema_extra
        return str(extra.get("unit") or "") if isinstance(extra, dict) else ""

    @property
    def title(self) -> str:
        """What a form calls it: its title or name, and the unit."""
        words = self.info.title or self.name
        return f"{words} [{self.unit}]" if self.unit else words

    @property
    def example(self) -> str:
        """An example of a value as it is typed, or nothing."""
        examples = [] if self.why_secret else self.info.examples or []
        try:
            return json_text(examples[0]) if examples else ""
        except NotJsonError:
            return ""

    @property
    def default_text(self) -> str:
        """The default as it is typed, or nothing where it says nothing."""
        is_silent = self.default is PydanticUndefined or self.default is None or self.default == ""
        if is_silent or self.why_secret:
            return ""
        text = json_text(self.default)
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

    @property
    def meaning(self) -> str:
        """Its description with the bounds."""
        limits = f"({', '.join(self.bounds)})" if self.bounds else ""
        return f"{self.info.description or ''} {limits}".strip()

    def with_default(self, default: Any) -> FieldSpec:
        """Return the same field with another default."""
        return replace(self, default=default)


_SPECS: MutableMapping[type[BaseModel], Mapping[str, FieldSpec]] = WeakKeyDictionary()
"""The fields of components' classes; a class that the notebook has defined anew shall go."""


def fields_of(model: type[BaseModel]) -> Mapping[str, FieldSpec]:
    """Return the fields of *model* by name."""
    known = _SPECS.get(model)
    if known is not None:
        return known
    specs = {name: _spec(name, info) for name, info in model.model_fields.items()}
    found = MappingProxyType(specs)
    # Other models may hold themselves, and would keep themselves alive; a class whose
    # annotations are not resolved yet may say something else later.
    if issubclass(model, StackComponent) and model.__pydantic_complete__:
        _SPECS[model] = found
    return found


def _spec(name: str, info: FieldInfo) -> FieldSpec:
    kind, is_optional, notes = _peeled(info.annotation)
    choices = list(_as_given(info.annotation))
    inner = [note for note in notes if isinstance(note, FieldInfo)]
    told_apart = [i.discriminator for i in (info, *inner) if isinstance(i.discriminator, str)]
    bounding = [*info.metadata, *notes, *(one for note in inner for one in note.metadata)]
    return FieldSpec(
        name,
        info,
        kind,
        is_optional,
        info.default,
        tuple(dict.fromkeys([*choices, *["null"] * bool(choices and is_optional)])),
        tuple(dict.fromkeys(_bounds(bounding))),
        why_field_is_secret(name, info),
        told_apart[0] if told_apart else None,
    )


def _peeled(annotation: Any) -> tuple[Any, bool, list[Any]]:
    """Return a type without `None` and aliases, whether `None` is one, and notes on it."""
    is_optional = False
    notes: list[Any] = []
    while True:
        annotation = unaliased(annotation)
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            notes += more
            continue
        parts = get_args(annotation) if get_origin(annotation) in UNIONS else ()
        others = [part for part in parts if part is not NoneType]
        if len(others) == len(parts):
            return annotation, is_optional, notes
        is_optional = True
        annotation = others[0] if len(others) == 1 else Union[tuple(others)]  # noqa: UP007 - made of parts


def _as_given(annotation: Any) -> Iterator[str]:
    for choice in choices_of(annotation):
        try:
            text = json_text(choice)
        except NotJsonError:
            continue
        yield f"@{text}" if text.startswith("@") else text


def _bounds(notes: list[Any]) -> Iterator[str]:
    for note in notes:
        for name, words in _BOUNDS.items():
            bound = getattr(note, name, None)
            if bound is not None:
                yield words.format(bound)
