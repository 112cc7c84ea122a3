from __future__ import annotations

import linecache
import sys
import types
from collections.abc import Callable
from typing import Any

import pytest

Cell = Callable[[str], dict[str, Any]]


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    """Runs source as a notebook would: in `__main__`, from no file."""
    notebook = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", notebook)
    ran: list[str] = []

    def run(source: str) -> dict[str, Any]:
        ran.append(source)
        filename = f"<cell-{len(ran)}-{id(ran)}>"
        lines = source.splitlines(keepends=True)
        linecache.cache[filename] = (len(source), None, lines, filename)
        exec(compile(source, filename, "exec"), vars(notebook))  # noqa: S102 - it is a cell
        return vars(notebook)

    return run
