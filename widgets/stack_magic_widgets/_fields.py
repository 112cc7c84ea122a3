"""A pydantic field as a form needs it: what it is called, what it means, what it takes."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from stack_magic.configuration import choices, is_strict, json_text, unaliased
from stack_magic.secrets import SECRETS, is_secret_annotation, why_field_is_secret
from stack_magic.session import meaning_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST = 3
"""Names of a place up to which models have forms: one may hold itself; then it is JSON."""

_LONGEST = 80
"""Characters of a default that are shown."""


class Kind(Enum):
    """The control that a field gets."""

    TEXT = "text"
    CHOICE = "choice"
    SWITCH = "switch"
    LINES = "lines"
    PAIRS = "pairs"
    MODEL = "model"
    UNION = "union"
    SECRET = "secret"  # noqa: S105 - a kind of control


class Field(NamedTuple):
    """One field of a model.

    Attributes:
        place: The names that lead to it from the flavor's class.
        annotation: Its type, without `None`.
        info: The field as pydantic has it.
        optional: Whether `None` is a value.
        default: The value it has when nothing is given; `PydanticUndefined` when there is
            none, or it is made when needed.
    """

    place: tuple[str, ...]
    annotation: Any
    info: FieldInfo
    optional: bool
    default: Any

    @property
    def name(self) -> str:
        """The field's own name."""
        return self.place[-1]

    @property
    def title(self) -> str:
        """What is written beside the control: the field's title or name, and its unit."""
        words = self.info.title or self.name
        extra = self.info.json_schema_extra
        unit = extra.get("unit") if isinstance(extra, dict) else None
        return f"{words} [{unit}]" if unit else words

    @property
    def required(self) -> bool:
        """Whether it has to be given."""
        return self.info.is_required() and self.default is PydanticUndefined

    @property
    def about(self) -> str:
        """Its description with its bounds, and the default."""
        words = [meaning_of(self.info)]
        if self.default_text:
            words.append(f"default: {self.default_text}")
        return " · ".join(word for word in words if word)

    @property
    def default_text(self) -> str:
        """The default as it is typed, or nothing where it says nothing."""
        if self.default is PydanticUndefined or self.default is None or self.default == "":
            return ""
        if is_secret_annotation(self.annotation):
            return ""
        text = json_text(self.default)
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

    @property
    def example(self) -> str:
        """What an empty control shows: an example, or the default."""
        examples = self.info.examples
        return f"for example {examples[0]}" if examples else self.default_text

    @property
    def kind(self) -> Kind:
        """The control that suits its type."""
        kind = _kind_of(self.annotation, self.info)
        if kind in {Kind.MODEL, Kind.UNION} and len(self.place) > _DEEPEST:
            return Kind.SECRET if is_secret_annotation(self.annotation) else Kind.TEXT
        is_text = kind is Kind.TEXT and self.annotation is str
        return Kind.SECRET if is_text and why_field_is_secret(self.name, self.info) else kind

    @property
    def choices(self) -> tuple[str, ...]:
        """The values of a choice as they are typed."""
        return tuple(json_text(value) for value in choices(self.annotation))

    @property
    def members(self) -> dict[str, type[BaseModel]]:
        """The models of a union, by the value that tells them apart."""
        models = [part for part in get_args(self.annotation) if _is_model(part)]
        name = self.discriminator
        return {tag: model for model in models for tag in _tags_of(model, name)}

    @property
    def discriminator(self) -> str:
        """The field by which the models of a union are told apart."""
        return str(_discriminator(self.info))


def fields_of(
    model: type[BaseModel],
    place: tuple[str, ...] = (),
    left_out: AbstractSet[str] = frozenset(),
    defaults: Any = None,
) -> Iterator[Field]:
    """Yield the fields of *model*.

    Args:
        model: The class.
        place: The names that lead to the model.
        left_out: Names of fields that something else sets.
        defaults: An instance whose values are the defaults.
    """
    for name, info in model.model_fields.items():
        if name in left_out:
            continue
        annotation, optional, merged = _without_none(info.annotation, info)
        default = info.default if defaults is None else getattr(defaults, name)
        yield Field((*place, name), annotation, merged, optional, default)


def _without_none(annotation: Any, info: FieldInfo) -> tuple[Any, bool, FieldInfo]:
    """Return a type without `None`, and what `Annotated` inside says of it."""
    optional = False
    while True:
        annotation = unaliased(annotation)
        if get_origin(annotation) is Annotated:
            annotation, *notes = get_args(annotation)
            for note in notes:
                if isinstance(note, FieldInfo) and note.discriminator and not info.discriminator:
                    info = FieldInfo.merge_field_infos(info, discriminator=note.discriminator)
            continue
        parts = get_args(annotation) if get_origin(annotation) in _UNIONS else ()
        others = [part for part in parts if part is not types.NoneType]
        if len(others) == len(parts):
            return annotation, optional, info
        optional = True
        annotation = others[0] if len(others) == 1 else Union[tuple(others)]  # noqa: UP007 - made of parts


_UNIONS = {Union, types.UnionType}


def _kind_of(annotation: Any, info: FieldInfo) -> Kind:
    if get_origin(annotation) in _UNIONS and _discriminator(info) is not None:
        return Kind.UNION
    if _is_model(annotation):
        return Kind.MODEL
    if is_secret_annotation(annotation):
        return Kind.SECRET
    if get_origin(annotation) is Literal or _is_class(annotation, Enum):
        return Kind.CHOICE
    if annotation is bool:
        return Kind.SWITCH
    return Kind.TEXT if is_strict(info) else _collection_kind(annotation)


def _collection_kind(annotation: Any) -> Kind:
    origin = get_origin(annotation) or annotation
    parts = [part for part in get_args(annotation) if part is not Ellipsis]
    simple = all(_is_simple(part) for part in parts)
    if simple and _is_class(origin, Mapping):
        return Kind.PAIRS
    is_several = _is_class(origin, Sequence) or _is_class(origin, AbstractSet)
    if simple and is_several and not _is_class(origin, (str, bytes)):
        return Kind.LINES
    return Kind.TEXT


def _is_simple(annotation: Any) -> bool:
    """Whether a line of text is enough for a value."""
    if _is_model(annotation) or get_origin(annotation) not in {None, Literal, Annotated}:
        return False
    return not _is_class(annotation, (list, dict, tuple, set, frozenset))


def _is_class(annotation: Any, kind: type | tuple[type, ...]) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, kind)


def _is_model(annotation: Any) -> bool:
    return _is_class(annotation, BaseModel)


def _discriminator(info: FieldInfo) -> str | None:
    name = info.discriminator
    return name if isinstance(name, str) else None


def _tags_of(model: type[BaseModel], discriminator: str) -> tuple[str, ...]:
    values = get_args(model.model_fields[discriminator].annotation)
    return tuple(map(json_text, values)) or (model.__name__,)


def is_one_secret(annotation: Any) -> bool:
    """Whether a type is a secret itself, not a collection that holds some."""
    kinds = (str, *SECRETS)  # a plain text may be secret by its field's name
    return _is_class(annotation, kinds) or _is_class(get_origin(annotation), kinds)


def takes_text(annotation: Any) -> bool:
    """Whether a secret of this type is made of text as it is typed."""
    return _is_class(annotation, (str, SecretStr))
