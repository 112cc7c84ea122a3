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
    """One name that an import statement binds: to *given*, or to what *attribute* says.

    Attributes:
        text: The statement with this name alone.
        module: What it imports.
        given: The module that gets the name: `xml` by `import xml.dom`.
        attribute: What of the module gets the name instead, if it says so.
    """

    text: str
    module: str
    given: str
    attribute: str | None = None

    def gives(self, value: Any) -> bool:
        """Whether the statement would give this very value, as modules are now."""
        if self.module not in sys.modules:
            return False
        if self.attribute is None:
            return value is sys.modules.get(self.given)
        inner = sys.modules.get(f"{self.module}.{self.attribute}", self)  # self: is no value
        return value is getattr(sys.modules[self.module], self.attribute, inner)


def import_line(name: str, value: Any, reader: type | types.FunctionType) -> str | None:
    """Return an import that gives *value* the name; as it is written, if that still does.

    What a module of the project holds goes along itself: only a module is imported from one.
    """
    lines: dict[str, None] = {}
    for text in texts_around(reader):
        for one in _imports(text).get(name, ()):
            if one.gives(value) and _stays(one.module, value):
                if one.attribute:
                    return one.text
                lines[one.text] = None  # each brings one more module of the package
    return "\n".join(lines) or next(_made(name, value), None)


def _stays(module: str, value: Any) -> bool:
    return isinstance(value, types.ModuleType) or is_installed(module)


def _made(name: str, value: Any) -> Iterator[str]:
    """Yield the import of what tells itself where it is from."""
    if isinstance(value, types.ModuleType) and sys.modules.get(value.__name__) is value:
        yield _line(name, value.__name__, None)
    if isinstance(value, type | types.FunctionType | types.BuiltinFunctionType):
        module = value.__module__ or "builtins"
        if _Import("", module, module, value.__qualname__).gives(value) and is_installed(module):
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
        return _Import(text, module, module, alias.name)
    given = alias.name if alias.asname else alias.name.partition(".")[0]
    return _Import(ast.unparse(ast.Import([alias])), alias.name, given)
