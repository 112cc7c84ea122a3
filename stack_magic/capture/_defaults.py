"""Definitions as they were made: where a value is plain data, its literal stands for its name.

A default is evaluated once, when a function is made; a package would evaluate it again,
with what its names mean in the end.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, NamedTuple

from ._definition import namespace_of, parsed
from ._literals import is_literal, literal_text
from ._reads import functions_of_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FunctionType


class _Given(NamedTuple):
    """An expression of a definition, and the value that it once gave."""

    node: ast.expr
    value: Any


def with_values(definition: str, thing: type | FunctionType) -> str:
    """Return *definition* with the values of defaults and of names in class bodies."""
    body = parsed(definition).body
    if len(body) != 1:
        return definition
    given = _of_class(body[0], thing) if isinstance(thing, type) else _of_function(body[0], thing)
    names = namespace_of(thing)
    replaced = [each for each in given if _is_told_otherwise(each, names)]
    lines = [line.encode() for line in definition.split("\n")]
    for node, value in sorted(replaced, key=lambda each: _place(each.node), reverse=True):
        end = (node.end_lineno or node.lineno) - 1
        rest = lines[end][node.end_col_offset :]
        first = lines[node.lineno - 1][: node.col_offset]
        lines[node.lineno - 1 : end + 1] = [first + repr(value).encode() + rest]
    return b"\n".join(lines).decode()


def _place(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _is_told_otherwise(given: _Given, names: Mapping[str, Any]) -> bool:
    """Whether a value is plain data, and its expression would not give it, or would copy it."""
    if isinstance(given.node, ast.Name) and names.get(given.node.id, ...) is given.value:
        return False
    try:
        written = literal_text(ast.literal_eval(given.node))
    except (ValueError, TypeError, SyntaxError, RecursionError):
        written = None
    return is_literal(given.value) and written != literal_text(given.value)


def _of_function(node: ast.stmt, function: FunctionType) -> Iterator[_Given]:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    values = function.__defaults__ or ()
    if len(node.args.defaults) == len(values):
        yield from map(_Given, node.args.defaults, values)
    by_name = function.__kwdefaults__ or {}
    for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        if default is not None and argument.arg in by_name:
            yield _Given(default, by_name[argument.arg])


def _of_class(node: ast.stmt, cls: type) -> Iterator[_Given]:
    methods = dict(functions_of_class(cls))
    for statement in getattr(node, "body", ()):
        name = getattr(statement, "name", "")
        if name in methods and methods[name].__name__ == name:
            yield from _of_function(statement, methods[name])
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            held = vars(cls).get(target.id, ...) if isinstance(target, ast.Name) else ...
            if held is not ... and isinstance(statement.value, ast.Name):
                yield _Given(statement.value, held)
