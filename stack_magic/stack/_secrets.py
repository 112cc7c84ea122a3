"""Which fields hold secrets, and what may not happen to them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal, get_args, get_origin, get_type_hints
from weakref import WeakKeyDictionary

from pydantic import BaseModel, Secret, SecretBytes, SecretStr
from typing_extensions import is_typeddict

SECRETS = (SecretStr, SecretBytes, Secret)
_COLLECTIONS = (list, tuple, set, frozenset)
_SECRET_FIELDS: MutableMapping[type[BaseModel], frozenset[str]] = WeakKeyDictionary()
"""What was read of classes; a class that the notebook has defined anew shall go."""


def is_secret_annotation(annotation: Any, seen: frozenset[Any] = frozenset()) -> bool:
    """Whether a value of *annotation* may be or hold a secret, at any depth."""
    kind = get_origin(annotation) or annotation  # `Secret[int]` is no class itself
    if isinstance(kind, type) and issubclass(kind, SECRETS):
        return True
    model = _model_of(annotation)
    if model is not None:
        return model not in seen and any(
            is_secret_annotation(part, seen | {model}) for part in _annotations_of(model).values()
        )
    alias = getattr(annotation, "__value__", None)
    parts = get_args(annotation) if alias is None else (alias,)
    return any(is_secret_annotation(part, seen) for part in parts)


def holds_literal(annotation: Any, value: Any) -> bool:
    """Whether *value*, given for *annotation*, has a literal in the place of a secret."""
    if value is None or isinstance(value, SECRETS) or not is_secret_annotation(annotation):
        return False
    model = _model_of(annotation)
    if model is not None:
        return _in_model(model, value)
    parts = [part for part in get_args(annotation) if is_secret_annotation(part)]
    origin = get_origin(annotation)
    if isinstance(origin, type) and issubclass(origin, (Mapping, *_COLLECTIONS)):
        items = _items(value)
        return items is None or any(holds_literal(p, i) for p in parts for i in items)
    return not parts or any(
        holds_literal(part, value) for part in parts if not _is_told_apart(part, value)
    )


def _is_told_apart(annotation: Any, value: Any) -> bool:
    """Whether *value* says by a fixed word that it is of another model of a union."""
    model = _model_of(annotation)
    value = _as_mapping(value)
    if model is None or not isinstance(value, Mapping):
        return False
    words = {n: get_args(a) for n, a in _annotations_of(model).items() if get_origin(a) is Literal}
    return any(value[name] not in known for name, known in words.items() if name in value)


def _in_model(model: type[Any], value: Any) -> bool:
    value = _as_mapping(value)
    if not isinstance(value, Mapping):
        return True
    known = _annotations_of(model)
    # An unknown key may be an alias, or a slip of a secret's own name; or it is refused anyway.
    is_refused = getattr(model, "model_config", {}).get("extra") == "forbid"
    return any(
        holds_literal(known[key], item) if key in known else not (is_refused or item is None)
        for key, item in value.items()
    )


def _annotations_of(model: type[Any]) -> dict[str, Any]:
    """Return the annotations of the fields of a model, a dataclass or a TypedDict, by name."""
    if issubclass(model, BaseModel):
        fields = model.model_fields
        aliases = {f.alias: f.annotation for f in fields.values() if f.alias}
        return {name: f.annotation for name, f in fields.items()} | aliases
    try:
        return get_type_hints(model)
    except Exception:  # noqa: BLE001 - annotations are expressions of the user's
        return {}


def _as_mapping(value: Any) -> Any:
    """Return what has fields as a mapping, and other values as they are."""
    if isinstance(value, BaseModel):
        return dict(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    return value


def _items(value: Any) -> list[Any] | None:
    """Return what a collection holds, or None for what is no collection."""
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, _COLLECTIONS) else None


def _model_of(annotation: Any) -> type[Any] | None:
    """Return the class that *annotation* is, if it has fields."""
    if not isinstance(annotation, type) or get_args(annotation):
        return None
    has_fields = (
        issubclass(annotation, BaseModel)
        or dataclasses.is_dataclass(annotation)
        or is_typeddict(annotation)
    )
    return annotation if has_fields else None


def secret_fields(model: type[BaseModel]) -> frozenset[str]:
    """Return the names of the fields of *model* that hold secrets."""
    known = _SECRET_FIELDS.get(model)
    if known is not None:
        return known
    fields = model.model_fields.items()
    found = frozenset(n for n, f in fields if is_secret_annotation(f.annotation))
    # A class whose annotations are not resolved yet may say something else later.
    if model.__pydantic_complete__:
        _SECRET_FIELDS[model] = found
    return found


def holds_secret(value: Any) -> bool:
    """Whether *value* is a secret or holds one that is not empty."""
    if isinstance(value, SECRETS):
        return bool(value.get_secret_value())
    return any(map(holds_secret, _items(_as_mapping(value)) or ()))


def refuse_pickled_secrets(model: BaseModel) -> None:
    """Raise when *model* holds a secret value, which a pickle would show in clear.

    Raises:
        TypeError: The class pickle itself raises for what cannot be pickled.
    """
    referred = getattr(model, "shown_as", {})
    secrets = {n for n in secret_fields(type(model)) if holds_secret(getattr(model, n))}
    held = sorted(secrets.union(referred))
    if held:
        message = (
            f"{type(model).__name__} holds a secret in {', '.join(held)}; secrets do not "
            "leave by pickle: export the stack, which keeps references only"
        )
        raise TypeError(message)
