"""The import statements that a cell or a module has for a name."""

from __future__ import annotations

import ast
import linecache
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ._definition import location_of

if TYPE_CHECKING:
    import types

_ENTRY = 4  # members of an entry of `linecache` with lines


def import_lines(name: str, reader: type | types.FunctionType) -> str | None:
    """Return the import of *name* that *reader* sees, its own file's or cell's first."""
    location = location_of(reader)
    texts = [] if location is None else ["".join(linecache.getlines(location.filename))]
    if reader.__module__ == "__main__":
        entries: list[Any] = list(linecache.cache.values())
        cells = (e for e in reversed(entries) if len(e) == _ENTRY and e[1] is None)
        texts += ["".join(cell[2]) for cell in cells]
    found = (_imports(text).get(name) for text in texts)
    return next((line for line in found if line), None)


@lru_cache(maxsize=256)
def _imports(text: str) -> dict[str, str]:
    """Return the import statements of a text by the name that each binds."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    lines: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not node.level):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                one = ast.Import([alias])
                if isinstance(node, ast.ImportFrom):
                    one = ast.ImportFrom(node.module, [alias], 0)  # type: ignore[assignment]
                lines.setdefault(bound, []).append(ast.unparse(one))
    return {name: "\n".join(dict.fromkeys(found)) for name, found in lines.items()}
