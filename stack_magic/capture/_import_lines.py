"""The import statements that a cell or a module has for a name."""

from __future__ import annotations

import ast
import linecache
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ._definition import location_of

if TYPE_CHECKING:
    import types
    from collections.abc import Callable

_ENTRY = 4  # members of an entry of `linecache` with lines


class _Line(NamedTuple):
    """An import statement with one name.

    Attributes:
        text: The statement.
        module: Name of the module that it is about.
        attribute: What it takes from it; empty for the module itself.
    """

    text: str
    module: str
    attribute: str = ""

    def may_give(self, is_it: Callable[[Any], bool]) -> bool:
        """Whether the statement gives what is looked for: not if the name means more by now."""
        module: Any = sys.modules.get(self.module)
        if module is None:
            return True  # nothing tells
        inner = sys.modules.get(f"{self.module}.{self.attribute}")
        return is_it(getattr(module, self.attribute, inner) if self.attribute else module)


def import_lines(
    name: str, reader: type | types.FunctionType, is_it: Callable[[Any], bool]
) -> str | None:
    """Return the import of *name* that *reader* sees, its own file's or cell's first.

    Args:
        name: What is looked for.
        reader: Who reads the name.
        is_it: Tells whether an import gives what the name stands for now.
    """
    location = location_of(reader)
    texts = [] if location is None else ["".join(linecache.getlines(location.filename))]
    if reader.__module__ == "__main__":
        entries: list[Any] = list(linecache.cache.values())
        cells = (e for e in reversed(entries) if len(e) == _ENTRY and e[1] is None)
        texts += ["".join(cell[2]) for cell in cells]
    found = (
        "\n".join(line.text for line in _imports(text).get(name, ()) if line.may_give(is_it))
        for text in texts
    )
    return next((lines for lines in found if lines), None)


@lru_cache(maxsize=256)
def _imports(text: str) -> dict[str, tuple[_Line, ...]]:
    """Return the import statements of a text by the name that each binds."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    lines: dict[str, dict[_Line, None]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not node.level):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                if isinstance(node, ast.ImportFrom):
                    one = ast.unparse(ast.ImportFrom(node.module, [alias], 0))
                    line = _Line(one, node.module or "", alias.name)
                else:
                    one = ast.unparse(ast.Import([alias]))
                    line = _Line(one, alias.name if alias.asname else top)
                lines.setdefault(alias.asname or top, {})[line] = None
    return {name: tuple(found) for name, found in lines.items()}
