"""Whether what a walk has found is still so: then it is not walked again.

To compare what each thing holds with what it held, object by object, takes a tenth of the
time of a walk; only what can change within itself is read anew.
"""

from __future__ import annotations

import functools
import operator
import sys
import types
from abc import ABCMeta
from threading import Lock
from typing import TYPE_CHECKING, Any

from ._class_members import registered_with
from ._code import globals_of
from ._imports import has_imports
from ._literals import literal_text
from ._parts import is_written_elsewhere, part_of
from ._reads import annotations_of, closure_of, has_names_in_texts, members_of_module
from ._state import state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ._parts import Part
    from ._walk import Visit, Walk

_MOST_WALKS = 256
_BY_CONTENT = ("by its content",)
"""The stamp of what tells nothing but what it reads as."""
_MUTABLE = (list, dict, set, tuple, frozenset)


class KnownWalks:
    """The last walk from each function, by its name: one that is defined anew takes its place."""

    def __init__(self) -> None:
        self._walks: dict[tuple[str, str], Walk] = {}
        self._lock = Lock()  # steps that run side by side are walked again when they end

    def get(self, function: types.FunctionType) -> Walk | None:
        """Return the walk from a function, if everything in it is as it was."""
        walk = self._walks.get((function.__module__, function.__qualname__))
        if walk is None or walk.visits[0].thing is not function:
            return None
        return walk if all(map(is_unchanged, walk.visits)) else None

    def keep(self, function: types.FunctionType, walk: Walk) -> None:
        """Keep a walk, if it can be compared: then nothing in it imports."""
        name = (function.__module__, function.__qualname__)
        can_be_compared = all(visit.stamp is not None for visit in walk.visits)
        with self._lock:
            self._walks.pop(name, None)
            if can_be_compared:
                self._walks[name] = walk
            while len(self._walks) > _MOST_WALKS:
                del self._walks[next(iter(self._walks))]


def stamp_of(thing: Any, part: Part) -> tuple[Any, ...] | None:
    """Return the objects that a thing holds; None where they do not tell what it is."""
    if part.asks_subclasses or isinstance(thing, set | frozenset):
        return None
    for kind, held in _HELD:
        if isinstance(thing, kind):
            found = held(thing, part)
            return None if found is None else tuple(found)
    if type(thing) in _MUTABLE:
        return tuple(_of_members(thing))
    if part.own == "wrapper":
        return (getattr(thing, "__wrapped__", None),)
    if part.own == "object":
        return tuple(_of_instance(thing))
    return None if part.names else _BY_CONTENT


def is_unchanged(visit: Visit) -> bool:
    """Whether a thing holds the objects that it held, each as it was."""
    thing, part, _, stamp, contents = visit
    if stamp is _BY_CONTENT:
        return part_of(thing, imports=False).own == part.own
    now = stamp_of(thing, part)
    return (
        stamp is not None
        and now is not None
        and len(now) == len(stamp)
        and all(map(operator.is_, now, stamp))
        and all(literal_text(value) == text for value, text in contents)
    )


def contents_of(part: Part, texts: Iterable[str | None]) -> tuple[tuple[Any, str], ...]:
    """Return the plain data that a part names and that can change within itself, as text."""
    return tuple(
        (value, text)
        for (_, value), text in zip(part.names, texts, strict=True)
        if type(value) in _MUTABLE and text is not None
    )


def _of_function(function: types.FunctionType, part: Part) -> Iterable[Any] | None:
    if is_written_elsewhere(function):
        return _of_installed(function, part)
    return _of_own(function, part) if _tells_what_it_reads(function.__code__) else None


@functools.lru_cache(maxsize=8192)
def _tells_what_it_reads(code: types.CodeType) -> bool:
    return not (has_imports(code) or has_names_in_texts(code))


def _of_own(function: types.FunctionType, part: Part) -> tuple[Any, ...]:
    namespace, code = function.__globals__, function.__code__
    own = namespace.get("__name__")
    return (
        code,
        function.__defaults__,
        function.__doc__,
        *(function.__kwdefaults__ or {}).values(),
        *vars(function).values(),
        *annotations_of(function).values(),
        *([value for _, value in closure_of(function)] if code.co_freevars else ()),
        *map(namespace.get, globals_of(code)),
        *[
            getattr(sys.modules.get(module), name, None)
            for module, name, _ in part.places
            if module != own
        ],
    )


def _of_installed(function: types.FunctionType, part: Part) -> Iterator[Any] | None:
    if any("." in name for name, _ in part.names):  # settings of an object that it holds
        return None
    return (value for _, value in (*closure_of(function), *vars(function).items()))


def _of_class(cls: type, part: Part) -> Iterator[Any]:
    yield from (*vars(cls).keys(), *vars(cls).values(), *cls.__bases__)
    if isinstance(cls, ABCMeta):  # a class that is registered is in no dictionary
        yield from registered_with(cls)


def _of_members(members: Any) -> Iterator[Any]:
    return iter((*members, *members.values()) if isinstance(members, dict) else members)


def _of_instance(thing: Any) -> Iterator[Any]:
    yield type(thing)
    for _, value in state_of(thing)[0]:
        if isinstance(value, dict):
            yield from (*value.keys(), *value.values())
        elif isinstance(value, _MUTABLE):
            yield from value
        else:
            yield value


_HELD: tuple[tuple[Any, Callable[[Any, Any], Iterable[Any] | None]], ...] = (
    (types.FunctionType, _of_function),
    (type, _of_class),
    (types.ModuleType, lambda module, _: (v for pair in members_of_module(module) for v in pair)),
    (functools.partial, lambda thing, _: iter((thing.func, thing.args, thing.keywords))),
    (types.MethodType, lambda method, _: iter((method.__func__, method.__self__))),
)
