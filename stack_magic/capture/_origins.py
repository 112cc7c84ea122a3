"""Which values of a definition came from a file, the environment or a secret.

The statements that gave a name its value tell it, and those behind the names in them; and
a text that a variable of the environment has, and that no cell spells, came from there.
"""

from __future__ import annotations

import ast
import linecache
import os
import sys
import types
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ._bindings import bindings_of
from ._cells import cell_texts
from ._definition import definition_of, evaluated, namespace_of, parsed, texts_around
from ._effects import IO, SECRET, effects_of, path_of_builtin
from ._installed import is_installed
from ._needs import is_followed, needs_of, written
from ._outside import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._needs import Definition

_LONG_ENOUGH = 4  # a shorter text is the same as another by chance
_LONG_PART = 8  # from here on, a part of a text says where it is from
_WORDS = {
    ENVIRONMENT: "came from the environment",
    IO: "came from a file or another place outside",
    SECRET: "came from a secret",
}


def origins_of(thing: Any) -> dict[str, str]:
    """Return where values came from that would leave with a definition, by name.

    Only what came from outside is in it, in words: `came from the environment`.
    """
    root: Definition = written(thing)
    found: dict[str, str] = {}
    needs = needs_of(root)
    for need in needs:
        if _is_value(need.value):
            found[need.name] = _of_value(need.name, need.value, need.reader)
    definitions = {need.name: need.value for need in needs if is_followed(need.value)}
    for name, definition in {root.__name__: root, **definitions}.items():
        found.setdefault(name, _of_definition(definition))
    return {name: words for name, words in found.items() if words}


def origin_of(name: str, value: Any) -> str:
    """Return where the value of a variable of the notebook came from; empty for from here."""
    texts = tuple(cell_texts())
    names = _Live(vars(sys.modules["__main__"]))
    return next(_Sources().of(name, texts, names), "") or _variable_with(value, texts)


class _Live(NamedTuple):
    """What names stand for in the notebook or a module, now."""

    namespace: Mapping[str, Any]

    def path(self, name: str) -> str | None:
        if name not in self.namespace:
            return path_of_builtin(name)
        value = self.namespace[name]
        if value is os.environ:
            return "os.environ"
        if isinstance(value, types.ModuleType):
            return value.__name__
        module, own = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
        return f"{module}.{own}" if module and own and is_installed(module) else None

    def definition(self, name: str) -> tuple[ast.AST, _Live] | None:
        value = written(self.namespace.get(name))
        body = parsed(definition_of(value) or "").body if is_followed(value) else []
        return (body[0], _Live(namespace_of(value))) if body else None


def _is_value(value: Any) -> bool:
    is_code = isinstance(value, type | types.FunctionType | types.BuiltinFunctionType)
    return not is_code and not isinstance(value, types.ModuleType)


def _of_definition(thing: Definition) -> str:
    """Return where the defaults of a definition came from, and what its body holds."""
    body = parsed(definition_of(thing) or "").body
    names = _Live(namespace_of(thing))
    for effect in effects_of(body[0], names) if body else ():
        if effect.kind in _WORDS:
            return _WORDS[effect.kind]
    defaults = getattr(thing, "__defaults__", None), getattr(thing, "__kwdefaults__", None)
    return _variable_with(defaults, tuple(texts_around(thing)))


def _of_value(name: str, value: Any, reader: Definition) -> str:
    texts = tuple(texts_around(reader))
    told = next(_Sources().of(name, texts, _Live(namespace_of(reader))), "")
    return told or _variable_with(value, texts)


class _Sources:
    """Follows names from statement to statement, each once."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, int]] = set()

    def of(self, name: str, texts: tuple[str, ...], names: _Live) -> Iterator[str]:
        if (name, id(names.namespace)) in self._seen:
            return
        self._seen.add((name, id(names.namespace)))
        for binding in bindings_of(name, texts):
            for effect in effects_of(binding.node, names):
                if effect.kind in _WORDS:
                    yield _WORDS[effect.kind]
            yield from self._of_module(name, binding.node)
            for node in evaluated(binding.node):
                is_read = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
                if isinstance(node, ast.Name) and is_read and _is_variable(names, node.id):
                    yield from self.of(node.id, texts, names)

    def _of_module(self, name: str, node: ast.stmt) -> Iterator[str]:
        """Follow a value that was imported into the module of the project that made it."""
        module = sys.modules.get(getattr(node, "module", None) or "")
        if isinstance(node, ast.ImportFrom) and module and not is_installed(module.__name__):
            text = "".join(linecache.getlines(getattr(module, "__file__", None) or ""))
            inner = next((a.name for a in node.names if (a.asname or a.name) == name), name)
            yield from self.of(inner, (text,), _Live(vars(module)))


def _is_variable(names: _Live, name: str) -> bool:
    return names.path(name) is None and names.definition(name) is None


def _variable_with(value: Any, texts: tuple[str, ...]) -> str:
    """Return which variable of the environment has a text that *value* holds unspelled."""
    unspelled = [text for text in _texts_in(value) if not _is_spelled(text, texts)]
    for variable, held in os.environ.items():
        for text in unspelled:
            is_part = len(held) >= _LONG_PART and held in text
            if is_part or (len(held) >= _LONG_ENOUGH and held == text):
                return f"came from the environment variable {variable}"
    return ""


def _texts_in(value: Any, depth: int = 20) -> Iterator[str]:
    if isinstance(value, bytes):
        yield value.decode(errors="replace")
    elif isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple | set | frozenset) and depth:
        for item in (*value, *value.values()) if isinstance(value, dict) else value:
            yield from _texts_in(item, depth - 1)


def _is_spelled(text: str, texts: tuple[str, ...]) -> bool:
    return any(text in _spelled(one) for one in texts)


@lru_cache(maxsize=256)
def _spelled(text: str) -> frozenset[str]:
    """Return the texts that are literals of a cell or file."""
    try:
        nodes = ast.walk(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError):
        return frozenset()
    constants = (node.value for node in nodes if isinstance(node, ast.Constant))
    return frozenset(c for c in constants if isinstance(c, str))
