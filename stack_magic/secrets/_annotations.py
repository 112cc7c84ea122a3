"""Which types and fields hold secrets: the one reader of annotations, and why it says so."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin
from typing import get_type_hints as hints_of
from weakref import WeakKeyDictionary

from pydantic import BaseModel
from typing_extensions import is_typeddict

from ._values import SECRETS, fields_in, secret_reference

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_SECRET_FIELDS: MutableMapping[type[BaseModel], Mapping[str, str]] = WeakKeyDictionary()
"""What was read of classes; a class that the notebook has defined anew shall go."""


def parts_of(annotation: Any) -> tuple[Any, ...]:
    """Return the types of which *annotation* is made; none for a plain class.

    A NewType is made of its supertype, an alias of what it stands for, a variable of its
    bounds, a class with fields of the types of its fields.
    """
    named = _named(annotation)
    if named is not None:
        return (named, *get_args(annotation))
    if get_origin(annotation) is Literal:
        return ()
    if get_origin(annotation) is Annotated:
        return get_args(annotation)[:1]
    model = model_of(annotation)
    inside = () if model is None else tuple(annotations_of(model).values())
    bound = getattr(annotation, "__bound__", None)
    limits = (*getattr(annotation, "__constraints__", ()), *([] if bound is None else [bound]))
    return (*get_args(annotation), *inside, *limits)


def _named(annotation: Any) -> Any:
    """Return what a NewType or an alias, also one with parameters, stands for; or None."""
    for one in (annotation, get_origin(annotation)):
        for attribute in ("__supertype__", "__value__"):
            if not isinstance(one, type) and getattr(one, attribute, None) is not None:
                return getattr(one, attribute)
    return None


def is_secret_annotation(annotation: Any) -> bool:
    """Whether a value of *annotation* may be or hold a secret, at any depth."""
    return any(_is_secret(part) for part in _all_parts(annotation))


def _all_parts(annotation: Any) -> Iterator[Any]:
    """Yield *annotation* and all of which it is made; a class that holds itself once."""
    seen: list[Any] = []
    waiting = [annotation]
    while waiting:
        one = waiting.pop()
        if any(one is other for other in seen):
            continue
        seen.append(one)
        yield one
        waiting += parts_of(one)


def _is_secret(annotation: Any) -> bool:
    kind = get_origin(annotation) or annotation  # `Secret[int]` is no class itself
    return isinstance(kind, type) and issubclass(kind, SECRETS)


def is_open(annotation: Any) -> bool:
    """Whether a type says nothing of what a value holds: `Any`, `object`, a bare `dict`."""
    return any(
        part is Any or part is object or (part in _BARE if isinstance(part, type) else False)
        for part in _unparted(annotation)
    )


_BARE = {list, tuple, set, frozenset, dict}


def _unparted(annotation: Any) -> Iterator[Any]:
    return (part for part in _all_parts(annotation) if not get_args(part))


def holds_literal(annotation: Any, value: Any) -> bool:
    """Whether *value*, given for *annotation*, has a literal in the place of a secret."""
    if value is None or isinstance(value, SECRETS) or not is_secret_annotation(annotation):
        return False
    model = model_of(annotation)
    if model is not None:
        return _in_model(model, value)
    parts = [part for part in parts_of(annotation) if is_secret_annotation(part)]
    origin = get_origin(annotation)
    if isinstance(origin, type) and issubclass(origin, Collection):
        items = _items(value)
        fixed = get_args(annotation)
        if origin is tuple and items is not None and Ellipsis not in fixed:
            return any(holds_literal(p, i) for p, i in zip(fixed, items, strict=False))
        return items is None or any(holds_literal(p, i) for p in parts for i in items)
    return not parts or any(
        holds_literal(part, value) for part in parts if not _is_told_apart(part, value)
    )


def _is_told_apart(annotation: Any, value: Any) -> bool:
    """Whether *value* says by a fixed word that it is of another model of a union."""
    model = model_of(annotation)
    value = _as_mapping(value)
    if model is None or not isinstance(value, Mapping):
        return False
    words = {n: get_args(a) for n, a in annotations_of(model).items() if get_origin(a) is Literal}
    return any(value[name] not in known for name, known in words.items() if name in value)


def _in_model(model: type[Any], value: Any) -> bool:
    known = annotations_of(model)
    value = _as_mapping(value)
    if issubclass(model, tuple) and isinstance(value, list | tuple):
        value = dict(zip(known, value, strict=False))  # its fields by their places
    if not isinstance(value, Mapping):
        return True
    # An unknown key may be an alias, or a slip of a secret's own name; or it is refused anyway.
    is_refused = getattr(model, "model_config", {}).get("extra") == "forbid"
    return any(
        holds_literal(known[key], item) if key in known else not (is_refused or item is None)
        for key, item in value.items()
    )


def annotations_of(model: type[Any]) -> dict[str, Any]:
    """Return the annotations of the fields of a class with fields, by name and by alias."""
    if issubclass(model, BaseModel):
        fields = model.model_fields
        aliases = {f.alias: f.annotation for f in fields.values() if f.alias}
        return {name: f.annotation for name, f in fields.items()} | aliases
    try:
        return hints_of(model)
    except Exception:  # noqa: BLE001 - annotations are expressions of the user's
        return {}


def _as_mapping(value: Any) -> Any:
    """Return what has fields as a mapping, and other values as they are."""
    fields = fields_in(value)
    return value if fields is None else fields


def _items(value: Any) -> list[Any] | None:
    """Return what a collection holds, or None for what is no collection."""
    if isinstance(value, Mapping):
        return list(value.values())
    is_several = isinstance(value, Collection) and not isinstance(value, str | bytes)
    return list(value) if is_several else None


def model_of(annotation: Any) -> type[Any] | None:
    """Return the class that *annotation* is, or is made of, if it has fields."""
    kind = annotation if isinstance(annotation, type) else get_origin(annotation)
    if not isinstance(kind, type):
        return None
    has_fields = (
        issubclass(kind, BaseModel)
        or dataclasses.is_dataclass(kind)
        or is_typeddict(kind)
        or (issubclass(kind, tuple) and hasattr(kind, "_fields"))
    )
    return kind if has_fields else None


def why_secret(model: type[BaseModel]) -> Mapping[str, str]:
    """Return why fields of *model* are secret, by field: its type, or its name."""
    known = _SECRET_FIELDS.get(model)
    if known is not None:
        return known
    reasons = {name: why_field_is_secret(name, field) for name, field in model.model_fields.items()}
    found = {name: reason for name, reason in reasons.items() if reason}
    # A class whose annotations are not resolved yet may say something else later.
    if model.__pydantic_complete__:
        _SECRET_FIELDS[model] = found
    return found


def secret_fields(model: type[BaseModel]) -> frozenset[str]:
    """Return the names of the fields of *model* that hold secrets."""
    return frozenset(why_secret(model))


def is_secret_by_name(model: type[BaseModel], name: str) -> bool:
    """Whether a field is secret although its type says nothing of it."""
    return why_secret(model).get(name, _BY_TYPE) != _BY_TYPE


_BY_TYPE = "by its type"


def why_field_is_secret(name: str, field: FieldInfo) -> str:
    """Return why a field is secret, or nothing: its type, a mark, or its name."""
    if is_secret_annotation(field.annotation):
        return _BY_TYPE
    extra = field.json_schema_extra
    said = extra.get("secret") if isinstance(extra, dict) else None
    if said is True:
        return "marked as secret"
    words = secret_words(name)
    takes_text = any(part in _TEXTS for part in _hashable(_all_parts(field.annotation)))
    return f"by its name: {words}" if words and said is not False and takes_text else ""


_TEXTS = {str, bytes, Any, object}


def _hashable(annotations: Iterator[Any]) -> Iterator[Any]:
    return (one for one in annotations if isinstance(one, type) or one is Any)


def secret_words(name: str) -> str:
    """Return the words in a field's name that say that its value is secret, or nothing.

    `db_password` and `apiKey` do; `max_tokens`, `tokenizer` and `key_file` do not.
    """
    words = "_".join(part.lower() for part in _WORD.findall(name))
    found = _SECRET_WORDS.search(f"_{words}_")
    return "" if found is None or _ELSEWHERE.search(words) else found[1]


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET_WORDS = re.compile(
    r"_(password|passwd|secret|token|api_key|access_key|private_key|apikey)(?=_)"
)
# What is named last is what the value is: a place, a name or a number, and no secret.
_ELSEWHERE = re.compile(r"_(file|path|folder|url|uri|name|id|type|count|limit|length|ttl)$")


def field_holds_literal(model: type[BaseModel], name: str, value: Any) -> bool:
    """Whether *value*, given for a field, has a literal in the place of a secret."""
    if is_secret_by_name(model, name):
        return bool(value) and secret_reference(value) is None and not isinstance(value, SECRETS)
    return holds_literal(model.model_fields[name].annotation, value)
