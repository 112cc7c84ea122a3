"""The statements of cells that give a name its value, the newest first."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ._definition import evaluated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS = (*_FUNCTIONS, ast.ClassDef)
_COMPOUND = (ast.If, ast.For, ast.While, ast.Try, ast.AsyncFor)


class Binding(NamedTuple):
    """A statement that binds a name, or changes what it holds.

    Attributes:
        node: The statement.
        source: Its text.
        is_whole: Whether what the name held before does not matter.
    """

    node: ast.stmt
    source: str
    is_whole: bool


def bindings_of(name: str, texts: Iterable[str]) -> Iterator[Binding]:
    """Yield the statements of *texts*, the newest text first, behind the value of a name."""
    for text in texts:
        for binding in _bindings(text).get(name, ()):
            yield binding
            if binding.is_whole:
                return


@lru_cache(maxsize=256)
def _bindings(text: str) -> dict[str, tuple[Binding, ...]]:
    """Return for each name the statements of a text that bind it, the last one first."""
    try:
        statements = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        return {}
    found: dict[str, tuple[Binding, ...]] = {}
    for node in statements:
        for name, is_whole in _bound(node).items():
            segment = _text_of(text, node)
            is_whole_now = is_whole and not isinstance(node, _COMPOUND)
            found[name] = (Binding(node, segment, is_whole_now), *found.get(name, ()))
    return found


def _text_of(text: str, node: ast.stmt) -> str:
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    lines = text.encode().split(b"\n")[first - 1 : node.end_lineno]
    lines[-1] = lines[-1][: node.end_col_offset]
    if first == node.lineno:
        lines[0] = lines[0][node.col_offset :]
    return b"\n".join(lines).decode(errors="replace")


def _bound(statement: ast.stmt) -> dict[str, bool]:
    """Return the names that a statement binds or changes, and whether wholly."""
    names: dict[str, bool] = {}
    if isinstance(statement, _DEFINITIONS):
        names[statement.name] = True
    for node in () if names else _in_scope(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            names.setdefault(node.id, True)
        elif isinstance(node, ast.alias):
            names[node.asname or node.name.partition(".")[0]] = True
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            names[node.target.id] = False
        for changed in _changed(node):
            names.setdefault(changed, False)
    for inner in ast.walk(statement):
        names |= dict.fromkeys(inner.names if isinstance(inner, ast.Global) else (), False)
    return names


def _in_scope(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield what is evaluated, without the variables of comprehensions."""
    nodes = list(evaluated(statement))
    targets = (node.target for node in nodes if isinstance(node, ast.comprehension))
    hidden = {id(part) for target in targets for part in ast.walk(target)}
    return (node for node in nodes if id(node) not in hidden)


def _changed(node: ast.AST) -> Iterator[str]:
    """Yield the name of what `a[0] = 1`, `a.b = 1` or `a.append(1)` changes."""
    inner: ast.AST = node
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        inner = node.value.func
    elif not isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        return
    while isinstance(inner, ast.Attribute | ast.Subscript | ast.Call):
        inner = inner.func if isinstance(inner, ast.Call) else inner.value
    if isinstance(inner, ast.Name) and inner is not node:
        yield inner.id
