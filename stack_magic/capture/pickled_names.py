"""The functions that pickles name to make code again.

Artifacts on disk hold this module's name and theirs: none is ever renamed or moved.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import types
    from collections.abc import Mapping


class ModuleName(NamedTuple):
    """Stands for a module of which only a part was sent."""

    name: str


def make_function(*_: Any) -> types.FunctionType:
    """Stand in a pickle for the method of its reader."""
    raise NotImplementedError


def set_function(*_: Any) -> None:
    """Stand in a pickle for the method of its reader."""
    raise NotImplementedError


def make_module(*_: Any) -> types.ModuleType:
    """Stand in a pickle for the method of its reader."""
    raise NotImplementedError


def set_module(*_: Any) -> None:
    """Stand in a pickle for the method of its reader."""
    raise NotImplementedError


def set_cell(cell: types.CellType, state: tuple[Any]) -> None:
    """Give a cell of a closure its content."""
    cell.cell_contents = state[0]


def make_typevar(kind: Any, module: str, name: str, arguments: Any, options: Any) -> Any:
    """Return a variable of `typing`, or a NewType."""
    made = kind(name, *arguments, **options)
    made.__module__ = module
    return made


def make_alias(name: str, value: Any, variables: tuple[Any, ...]) -> Any:
    """Return an alias of a type, whose module nobody can set."""
    import typing_extensions

    maker: Any = typing_extensions.TypeAliasType  # checkers want one to be called as its variable
    return maker(name, value, type_params=variables)


def make_dispatcher(name: str) -> Any:
    """Return a function of `functools.singledispatch`; what it dispatches to comes later."""

    def first(*_: Any) -> None: ...

    first.__name__ = name
    return functools.singledispatch(first)


def set_dispatcher(dispatcher: Any, state: tuple[Any, dict[type, Any]]) -> None:
    """Register what a dispatcher dispatches to."""
    function, registry = state
    functools.update_wrapper(dispatcher, function)
    for kind, one in registry.items():
        dispatcher.register(kind, one)


class _Later:
    """A function that comes later: it may itself call what is made around it."""

    function: Any = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)


def make_cached(parameters: Mapping[str, Any]) -> Any:
    """Return an empty cache of `functools.lru_cache`; its function comes later."""
    later = _Later()
    cached = functools.lru_cache(**parameters)(later)
    vars(cached)["__wrapped__"] = later
    return cached


def set_cached(cached: Any, state: tuple[Any, dict[str, Any]]) -> None:
    """Give a cache its function."""
    vars(cached)["__wrapped__"].function = state[0]
    vars(cached).update(state[1])


def referred(place: int) -> Any:
    """Stand in a pickle for the code of this number in its head."""
    raise NotImplementedError(place)
