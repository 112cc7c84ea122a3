"""The ways to turn round one condition, comparison or boolean of a Python text.

A mutant changes the text at one place and leaves all other lines as they are.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.Lt: ast.GtE,
    ast.Gt: ast.LtE,
    ast.Is: ast.IsNot,
    ast.In: ast.NotIn,
}
_TURNED |= {turned: plain for plain, turned in _TURNED.items()}
_CONDITIONAL = (ast.If, ast.While, ast.IfExp, ast.Assert)
_SCOPES = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Mutant:
    """One place that is turned round.

    Attributes:
        line: The line on which the place begins.
        scope: The function or class around it: `Digester.digest`.
        before: The code at the place, on one line.
        after: What stands there instead.
        text: The whole text with it.
        around: The text of the scope as it is: what the result depends on first.
    """

    line: int
    scope: str
    before: str
    after: str
    text: str
    around: str

    @property
    def change(self) -> str:
        """The change on one line."""
        return f"{self.before}  ->  {self.after}"


def mutants_of(text: str) -> Iterator[Mutant]:
    """Yield every mutant of a module's text."""
    lines = text.splitlines(keepends=True)
    around_of = lru_cache(maxsize=None)(partial(ast.get_source_segment, text))  # slow
    for node, scopes in _nodes(ast.parse(text)):
        for after in _turned(node):
            assert isinstance(node, ast.expr)
            around = around_of(scopes[-1]) or "" if scopes else ""
            yield Mutant(
                node.lineno,
                ".".join(scope.name for scope in scopes),
                ast.unparse(node),
                after,
                _with(lines, node, f"({after})"),
                around,
            )


_Scope = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _nodes(node: ast.AST, scopes: tuple[_Scope, ...] = ()) -> Iterator[tuple[ast.AST, Scopes]]:
    """Yield what may be turned round: not what only type checkers read."""
    for name, field in ast.iter_fields(node):
        if name in {"annotation", "returns"} or isinstance(field, ast.JoinedStr):
            continue
        for child in field if isinstance(field, list) else [field]:
            if not isinstance(child, ast.AST) or _is_for_checkers(child):
                continue
            if name == "test" or (name == "ifs" and isinstance(node, ast.comprehension)):
                child.__dict__["is_condition"] = True
            yield child, scopes
            inner = (*scopes, child) if isinstance(child, _SCOPES) else scopes
            yield from _nodes(child, inner)


Scopes = tuple[_Scope, ...]


def _is_for_checkers(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        return True  # before Python 3.12 its parts do not tell where they stand
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def _turned(node: ast.AST) -> Iterator[str]:
    """Yield what may stand in the place of *node*."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            ops = [*node.ops[:place], _TURNED[type(operator)](), *node.ops[place + 1 :]]
            yield ast.unparse(ast.Compare(node.left, ops, node.comparators))
    elif isinstance(node, ast.BoolOp):
        other = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield ast.unparse(ast.BoolOp(other, node.values))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield ast.unparse(node.operand)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield repr(not node.value)
    elif "is_condition" in node.__dict__ and isinstance(node, ast.expr):
        yield ast.unparse(ast.UnaryOp(ast.Not(), node))


def _with(lines: list[str], node: ast.expr, instead: str) -> str:
    """Return the text with *instead* in the place of *node*, and as many lines."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    head = lines[first].encode()[: node.col_offset].decode()
    tail = lines[last].encode()[node.end_col_offset :].decode()
    filling = "\n" * (last - first)
    return "".join([*lines[:first], head, instead, tail, filling, *lines[last + 1 :]])
