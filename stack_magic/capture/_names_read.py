"""The names that a function's code reads from outside, with their present values."""

from __future__ import annotations

import dis
import types
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_READS = frozenset(
    {
        "LOAD_FROM_DICT_OR_DEREF",
        "LOAD_FROM_DICT_OR_GLOBALS",
        "LOAD_GLOBAL",
        "LOAD_NAME",
    }
)


@lru_cache(maxsize=2048)
def globals_of(code: types.CodeType) -> tuple[str, ...]:
    """Return the global names that *code* and the code within it read, in order."""
    return tuple(dict.fromkeys(_operands(code, _READS)))


@lru_cache(maxsize=2048)
def imports_of(code: types.CodeType) -> tuple[str, ...]:
    """Return the modules that *code* and the code within it import."""
    return tuple(dict.fromkeys(_operands(code, frozenset({"IMPORT_NAME"}))))


def _operands(code: types.CodeType, operations: frozenset[str]) -> Iterator[str]:
    # Not `co_names`: it holds the names of attributes too.
    for instruction in dis.get_instructions(code):
        if instruction.opname in operations:
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _operands(constant, operations)


def read_by_function(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield the names of globals, closure and defaults with their values."""
    namespace = function.__globals__
    for name in globals_of(function.__code__):
        if name in namespace:
            yield name, namespace[name]
    yield from _closure_of(function)
    for position, value in enumerate(function.__defaults__ or ()):
        yield f"default {position}", value
    for name, value in (function.__kwdefaults__ or {}).items():
        yield f"default {name}", value


def _closure_of(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    cells = function.__closure__ or ()
    for name, cell in zip(function.__code__.co_freevars, cells, strict=True):
        if name == "__class__":
            continue
        try:
            yield name, cell.cell_contents
        except ValueError:  # not assigned yet
            continue


def functions_of_class(cls: type) -> Iterator[tuple[str, types.FunctionType]]:
    """Yield the functions behind the methods and properties of a class body."""
    for name, member in vars(cls).items():
        candidates = (
            [member.fget, member.fset, member.fdel]
            if isinstance(member, property)
            else [getattr(member, "__func__", member)]
        )
        for function in candidates:
            if isinstance(function, types.FunctionType) and _is_written(function, cls):
                yield name, function


def _is_written(function: types.FunctionType, cls: type) -> bool:
    """Whether a function was written with the class, not generated for it."""
    generated = function.__code__.co_filename.startswith("<string>")
    return function.__module__ == cls.__module__ and not generated
