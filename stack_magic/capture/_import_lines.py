"""The import statement that gives a name the value that it has."""

from __future__ import annotations

import ast
import sys
import types
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ._definition import texts_around
from ._installed import is_installed

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Import(NamedTuple):
    """One name that an import statement binds: of a module, what *attribute* says."""

    text: str
    module: str
    attribute: str | None
    is_whole: bool

    def gives(self, value: Any) -> bool:
        """Whether the statement would give this very value, as modules are now."""
        module = sys.modules.get(self.module)
        if module is None:
            return False
        if self.attribute is None:
            return value is (module if self.is_whole else sys.modules.get(_top(self.module)))
        inner = sys.modules.get(f"{self.module}.{self.attribute}")
        return value is getattr(module, self.attribute, inner)


def import_line(name: str, value: Any, reader: type | types.FunctionType) -> str | None:
    """Return an import that gives *value* the name; as it is written, if that still does.

    What a module of the project holds goes along itself: only a module is imported from one.
    """
    lines: dict[str, None] = {}
    for text in texts_around(reader):
        for one in _imports(text).get(name, ()):
            if one.gives(value) and _stays(one.module, value):
                if one.is_whole or one.attribute:
                    return one.text
                lines[one.text] = None  # each brings one more module of the package
    return "\n".join(lines) or next(_made(name, value), None)


def _stays(module: str, value: Any) -> bool:
    return isinstance(value, types.ModuleType) or is_installed(module)


def _made(name: str, value: Any) -> Iterator[str]:
    """Yield the import of what tells itself where it is from."""
    if isinstance(value, types.ModuleType) and value.__name__ in sys.modules:
        yield _line(name, value.__name__, None)
    if isinstance(value, type | types.FunctionType | types.BuiltinFunctionType):
        module = value.__module__ or "builtins"
        one = _Import("", module, value.__qualname__, is_whole=True)
        if one.gives(value) and is_installed(module):
            yield _line(name, module, value.__qualname__)


def _line(name: str, module: str, attribute: str | None) -> str:
    line = f"from {module} import {attribute}" if attribute else f"import {module}"
    return line if (attribute or module) == name else f"{line} as {name}"


@lru_cache(maxsize=256)
def _imports(text: str) -> dict[str, tuple[_Import, ...]]:
    """Return the imports of a text by the name that each binds, the last one first."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    found: dict[str, tuple[_Import, ...]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not node.level):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                found[bound] = (_import_of(node, alias), *found.get(bound, ()))
    return found


def _import_of(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> _Import:
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        text = ast.unparse(ast.ImportFrom(module, [alias], 0))
        return _Import(text, module, alias.name, is_whole=False)
    is_whole = bool(alias.asname) or "." not in alias.name
    return _Import(ast.unparse(ast.Import([alias])), alias.name, None, is_whole)


def _top(module: str) -> str:
    return module.partition(".")[0]
