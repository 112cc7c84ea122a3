"""Fields as a form needs them: their places, and the controls that suit them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel, SecretStr

from stack_magic.configuration import fields_of
from stack_magic.secrets import SECRETS, UNIONS, is_secret_annotation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.configuration import FieldSpec

_DEEPEST = 3
"""Names of a place up to which models have forms: one may hold itself; then it is JSON."""


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
    """A field at its place in a form.

    Attributes:
        place: The names that lead to it from the flavor's class.
        spec: What it takes and means.
    """

    place: tuple[str, ...]
    spec: FieldSpec

    @property
    def label(self) -> str:
        """What stands beside its control: the title, with a star where it has to be given."""
        return f"{self.spec.title} *" if self.spec.is_required else self.spec.title

    @property
    def about(self) -> str:
        """What is written below its control: its meaning, and the default."""
        default = f"default: {self.spec.default_text}" if self.spec.default_text else ""
        return " · ".join(word for word in (self.spec.meaning, default) if word)

    @property
    def placeholder(self) -> str:
        """What an empty control shows: an example, or the default."""
        example = self.spec.example
        return f"for example {example}" if example else self.spec.default_text

    @property
    def kind(self) -> Kind:
        """The control that suits its type."""
        kind = _kind_of(self.spec)
        if kind in {Kind.MODEL, Kind.UNION} and len(self.place) > _DEEPEST:
            return Kind.SECRET if self.spec.why_secret else Kind.TEXT
        is_text = kind is Kind.TEXT and self.spec.type is str
        return Kind.SECRET if is_text and self.spec.why_secret else kind

    @property
    def members(self) -> dict[str, type[BaseModel]]:
        """The models of a union, by the value that tells them apart."""
        models = [part for part in get_args(self.spec.type) if _is_model(part)]
        name = str(self.spec.discriminator)
        return {tag: model for model in models for tag in fields_of(model)[name].choices}


def placed_fields(
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
    for name, spec in fields_of(model).items():
        if name not in left_out:
            here = spec if defaults is None else spec.with_default(getattr(defaults, name))
            yield Field((*place, name), here)


def _kind_of(spec: FieldSpec) -> Kind:
    annotation = spec.type
    if get_origin(annotation) in UNIONS and spec.discriminator is not None:
        return Kind.UNION
    if _is_model(annotation):
        return Kind.MODEL
    if is_secret_annotation(annotation):
        return Kind.SECRET
    if get_origin(annotation) is Literal or _is_class(annotation, Enum):
        return Kind.CHOICE
    if annotation is bool:
        return Kind.SWITCH
    return Kind.TEXT if spec.is_strict else _collection_kind(annotation)


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


def is_one_secret(annotation: Any) -> bool:
    """Whether a type is a secret itself, not a collection that holds some."""
    kinds = (str, *SECRETS)  # a plain text may be secret by its field's name
    return _is_class(annotation, kinds) or _is_class(get_origin(annotation), kinds)


def takes_text(annotation: Any) -> bool:
    """Whether a secret of this type is made of text as it is typed."""
    return _is_class(annotation, (str, SecretStr))
