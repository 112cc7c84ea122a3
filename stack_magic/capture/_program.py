"""The text of a package: statements that define, and none that does something else."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from ._effects import WORDS, Names, effects_of, path_of_builtin, paths_of_import

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_PLAIN = (
    *(ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Name, ast.Attribute),
    *(ast.Subscript, ast.Slice, ast.BinOp, ast.UnaryOp, ast.Starred, ast.Lambda, ast.keyword),
    *(ast.expr_context, ast.operator, ast.unaryop, ast.arguments, ast.arg),
)


class Refusal(NamedTuple):
    """A statement that a package does not have.

    Attributes:
        name: What it defines; of other statements how it begins.
        why: What it does.
    """

    name: str
    why: str


class Program:
    """The statements of a text, and what names stand for in it.

    Raises:
        SyntaxError: It is not Python.
        ValueError: It has a NUL.
    """

    def __init__(self, text: str) -> None:
        self.statements = ast.parse(text).body
        self._paths: dict[str, str] = {}
        self._definitions: dict[str, ast.AST] = {}
        for node in self.statements:
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._paths |= paths_of_import(node)
            elif isinstance(node, _DEFINITIONS):
                self._definitions[node.name] = node
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self._definitions[node.targets[0].id] = self._meant(node.value)

    def path(self, name: str) -> str | None:
        """Return where what is imported under a name, or a builtin, is from."""
        return self._paths.get(name) or path_of_builtin(name)

    def definition(self, name: str) -> tuple[ast.AST, Names] | None:
        """Return what defines a name in this text."""
        found = self._definitions.get(name)
        return None if found is None else (found, self)

    def refusals(self) -> Iterator[Refusal]:
        """Yield the statements that do more than define, each with what it does."""
        for node in self.statements:
            name = name_of(node)
            if not self._defines(node):
                yield Refusal(name, "is no import, literal, definition or constructor")
                continue
            for effect in dict.fromkeys(effects_of(node, self)):
                yield Refusal(name, f"{WORDS.get(effect.kind, effect.kind)} ({effect.name})")

    def _meant(self, value: ast.expr) -> ast.AST:
        """Return the definition that an alias means, or the value itself."""
        return self._definitions.get(value.id, value) if isinstance(value, ast.Name) else value

    def _defines(self, node: ast.stmt) -> bool:
        if isinstance(node, ast.Assign):
            is_one = len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
            return is_one and self._is_plain(node.value)
        if isinstance(node, ast.AnnAssign):
            return isinstance(node.target, ast.Name) and (
                node.value is None or self._is_plain(node.value)
            )
        if isinstance(node, ast.Expr):
            return isinstance(node.value, ast.Constant)  # a docstring
        is_import = isinstance(node, ast.Import | ast.ImportFrom)
        return is_import or isinstance(node, _DEFINITIONS)

    def _is_plain(self, value: ast.expr) -> bool:
        return is_plain(value, self._definitions.__contains__)


def is_plain(value: ast.AST, is_own: Callable[[str], bool]) -> bool:
    """Whether an expression is made of literals, names and calls of what goes along.

    Args:
        value: The expression.
        is_own: Whether a name is that of a definition that goes along.
    """
    if isinstance(value, ast.Lambda):
        return is_plain(value.args, is_own)
    if isinstance(value, ast.Call):
        is_made = isinstance(value.func, ast.Name) and is_own(value.func.id)
        return is_made and all(is_plain(v, is_own) for v in (*value.args, *value.keywords))
    children = ast.iter_child_nodes(value)
    return isinstance(value, _PLAIN) and all(is_plain(child, is_own) for child in children)


def name_of(node: ast.stmt) -> str:
    """Return the name that a statement defines; of others how it begins."""
    if isinstance(node, _DEFINITIONS):
        return node.name
    if isinstance(node, ast.Assign | ast.AnnAssign):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name):
            return target.id
    return ast.unparse(node).partition("\n")[0][:60]
