"""The names that a function's code reads from outside, with their present values."""

from __future__ import annotations

import dis
import types
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_READS = frozenset(
    {
        "LOAD_FROM_DICT_OR_DEREF",
        "LOAD_FROM_DICT_OR_GLOBALS",
        "LOAD_GLOBAL",
        "LOAD_NAME",
    }
)
_ATTRIBUTES = frozenset({"LOAD_ATTR", "LOAD_METHOD"})


@lru_cache(maxsize=2048)
def globals_of(code: types.CodeType) -> tuple[str, ...]:
    """Return the global names that *code* and the code within it read, in order."""
    return tuple(dict.fromkeys(_operands(code, _READS)))


class Import(NamedTuple):
    """An import statement within a function: `from ..module import names`."""

    module: str
    level: int
    names: tuple[str, ...]


@lru_cache(maxsize=2048)
def imports_of(code: types.CodeType) -> tuple[Import, ...]:
    """Return what *code* and the code within it import."""
    found: list[Import] = []
    for instructions in _instructions(code):
        for i, instruction in enumerate(instructions):
            if instruction.opname == "IMPORT_NAME":
                level, names = instructions[i - 2].argval, instructions[i - 1].argval
                found.append(Import(instruction.argval, level or 0, tuple(names or ())))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=2048)
def attributes_of(code: types.CodeType) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Return which chains of attributes *code* asks each name for; () for none."""
    found: dict[str, dict[tuple[str, ...], None]] = {}
    for instructions in _instructions(code):
        for i, instruction in enumerate(instructions):
            if instruction.opname in _READS or instruction.opname == "LOAD_DEREF":
                chain = takewhile(lambda one: one.opname in _ATTRIBUTES, instructions[i + 1 :])
                path = tuple(one.argval for one in chain)
                found.setdefault(instruction.argval, {})[path] = None
    return {name: tuple(paths) for name, paths in found.items()}


def _instructions(code: types.CodeType) -> Iterator[list[dis.Instruction]]:
    yield [one for one in dis.get_instructions(code) if one.opname != "EXTENDED_ARG"]
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _instructions(constant)


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
    yield from closure_of(function)
    for position, value in enumerate(function.__defaults__ or ()):
        yield f"default {position}", value
    for name, value in (function.__kwdefaults__ or {}).items():
        yield f"default {name}", value


def closure_of(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield the names of the functions around that *function* reads, with their values."""
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
