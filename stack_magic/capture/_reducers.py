"""How functions of the library, cells of closures and code are written, and classes are made."""

from __future__ import annotations

import functools
import marshal
import types
from typing import Any

from . import pickled_names as names
from ._arrival import TRACKED
from ._reads import annotations_of


def details_of(function: types.FunctionType) -> tuple[Any, ...]:
    return (
        function.__defaults__,
        function.__kwdefaults__,
        function.__dict__,
        annotations_of(function),
        (function.__module__, function.__qualname__, function.__doc__),
    )


def is_dispatcher(function: types.FunctionType) -> bool:
    names = {"registry", "dispatch", "register", "__wrapped__"}
    is_ours = function.__code__.co_filename == functools.singledispatch.__code__.co_filename
    return is_ours and names <= vars(function).keys()


def dispatcher_reduced(function: Any) -> Any:
    state = (function.__wrapped__, dict(function.registry))
    maker = (function.__name__,)
    return names.make_dispatcher, maker, state, None, None, names.set_dispatcher


def cache_reduced(_: object, function: Any) -> Any:
    state = (function.__wrapped__, dict(vars(function)))
    maker = (function.cache_parameters(),)
    return names.make_cached, maker, state, None, None, names.set_cached


def cell_reduced(_: object, cell: types.CellType) -> Any:
    try:
        state = (cell.cell_contents,)
    except ValueError:  # not assigned yet
        return types.CellType, ()
    return types.CellType, (), state, None, None, names.set_cell


def code_reduced(_: object, code: types.CodeType) -> Any:
    # With the name of its file, which errors quote; readable by this version of Python only.
    return marshal.loads, (marshal.dumps(code),)


def untracked(reduced: Any) -> Any:
    """Return how a class is made, without the mark by which an existing one would be changed."""
    if not isinstance(reduced, tuple):
        return reduced
    position = TRACKED.get(getattr(reduced[0], "__name__", ""))
    if position is None:
        return reduced
    made = reduced[1]
    return (reduced[0], (*made[:position], None, *made[position + 1 :]), *reduced[2:])
