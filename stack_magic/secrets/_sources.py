"""The texts of a source, and which of them look like secrets."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from ._looks import looks_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONTAINERS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.BinOp, ast.JoinedStr)


class Text(NamedTuple):
    """A text of a source, and the name that it is given; empty for none."""

    name: str
    text: str


def secrets_in(source: str) -> list[str]:
    """Return the names of texts in *source* that look like secrets, each once.

    A text without a name is called by the definition around it.
    """
    found: dict[str, None] = {}
    for statement in ast.parse(source).body:
        around = getattr(statement, "name", "") or "a text"
        for one in _texts(statement, ""):
            if looks_secret(one.text, one.name):
                found[one.name or around] = None
    return list(found)


def texts_in(source: str) -> Iterator[str]:
    """Yield every text that is a literal in *source*."""
    return (one.text for one in _texts(ast.parse(source), ""))


def _texts(node: ast.AST, name: str) -> Iterator[Text]:
    """Yield the texts in an expression that is given a name: a list's have it too."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bytes):
            yield Text(name, node.value.decode(errors="replace"))
        elif isinstance(node.value, str):
            yield Text(name, node.value)
        return
    named = dict(_named(node))
    inherited = name if isinstance(node, _CONTAINERS) else ""
    for child in ast.iter_child_nodes(node):
        yield from _texts(child, named.get(child, inherited))


def _named(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Yield the expressions to which *node* gives names."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield node.value, _name_of(target)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield node.value, _name_of(node.target)
    elif isinstance(node, ast.keyword):
        yield node.value, node.arg or ""
    elif isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        yield from ((v, str(key.value)) for key, v in pairs if isinstance(key, ast.Constant))
    elif isinstance(node, ast.arguments):
        yield from _defaults(node)


def _defaults(node: ast.arguments) -> Iterator[tuple[ast.AST, str]]:
    positional = [*node.posonlyargs, *node.args]
    last = positional[len(positional) - len(node.defaults) :]
    arguments = [*last, *node.kwonlyargs]
    for argument, default in zip(arguments, [*node.defaults, *node.kw_defaults], strict=True):
        if default is not None:
            yield default, argument.arg


def _name_of(target: ast.AST) -> str:
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return getattr(target, "id", "") or getattr(target, "attr", "")
