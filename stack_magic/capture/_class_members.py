"""What a class holds, as far as it tells what its objects do."""

from __future__ import annotations

import abc
import functools
import types
from abc import ABCMeta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_PRIVATE = "__private_attributes__"
_TELLING = frozenset(
    {
        "__annotations__",
        "__dataclass_params__",
        "__doc__",
        _PRIVATE,
        "__pydantic_fields__",
        "__slots__",
    }
)
_PLUMBING = (types.GetSetDescriptorType, types.MemberDescriptorType)


def subclasses_of(cls: type) -> tuple[tuple[str, Any], ...]:
    """Return the classes that the notebook made of one of its own, as names of its part."""
    made: list[type] = type.__subclasses__(cls)
    return tuple(("subclass", one) for one in made)


def registered(cls: type) -> Iterator[tuple[str, Any]]:
    """Yield the classes that were registered with an abstract one: `isinstance` asks them."""
    classes = frozenset(registered_with(cls) if isinstance(cls, ABCMeta) else ())
    if classes:
        yield "registered", classes


def registered_with(cls: ABCMeta) -> list[type]:
    """Return the classes that were registered with an abstract one, in no order that stays."""
    registry = abc._get_dump(cls)[0]  # type: ignore[attr-defined]  # noqa: SLF001 - no other way
    classes: list[type | None] = [reference() for reference in registry]
    return [one for one in classes if one is not None]


def members_of(cls: type) -> Iterator[tuple[str, Any]]:
    """Yield what the class holds, and nothing that tools keep there for themselves."""
    for name, member in sorted(vars(cls).items(), key=lambda pair: pair[0]):
        if name == "_abc_impl" or isinstance(member, _PLUMBING):
            continue
        kind, value = ("", _private(member)) if name == _PRIVATE else _unwrapped(member)
        is_tools = name.startswith("__") and name.endswith("__") and name not in _TELLING
        is_off = value is None and not name.startswith("__pydantic")  # `__hash__ = None`
        if not is_tools or isinstance(value, types.FunctionType) or is_off:
            yield f"{name} {kind}".rstrip(), value


def _private(attributes: dict[str, Any]) -> dict[str, Any]:
    """Return what private attributes begin with, without what pydantic notes at their first use."""
    return {name: (one.default, one.default_factory) for name, one in attributes.items()}


def _unwrapped(member: Any) -> tuple[str, Any]:
    """Return the kind and the functions behind what stands in a class body for them."""
    if isinstance(member, property):
        return "property", (member.fget, member.fset, member.fdel)
    if isinstance(member, functools.cached_property):
        return "cached property", member.func
    if isinstance(member, functools.partialmethod):
        return "partial", (member.func, member.args, member.keywords)
    if isinstance(member, functools.singledispatchmethod):
        return "dispatch", (member.func, member.dispatcher)
    if isinstance(member, staticmethod | classmethod):
        return type(member).__name__, member.__func__
    return "", member
