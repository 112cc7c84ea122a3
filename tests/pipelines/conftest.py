from __future__ import annotations

import linecache
import sys
import types
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.enums import StackComponentType
from stack_magic.metadata_stores import SqliteMetadataStore
from stack_magic.orchestrators import LocalOrchestrator
from stack_magic.stack import Stack, StackComponent

if TYPE_CHECKING:
    from pathlib import Path

MakeStack = Callable[..., Stack]
Cell = Callable[[str], dict[str, Any]]


@pytest.fixture
def make_stack(tmp_path: Path) -> MakeStack:
    """Returns a function that makes a stack of local components."""

    def make(
        max_parallel: int = 1,
        *,
        extra: Mapping[StackComponentType, StackComponent] | None = None,
        artifacts: str = "artifacts",
    ) -> Stack:
        components: dict[StackComponentType, StackComponent] = {
            StackComponentType.ORCHESTRATOR: LocalOrchestrator(
                name="here", max_parallel=max_parallel
            ),
            StackComponentType.ARTIFACT_STORE: LocalArtifactStore(
                name="lake", path=str(tmp_path / artifacts)
            ),
            StackComponentType.METADATA_STORE: SqliteMetadataStore(
                name="book", uri=f"sqlite:///{tmp_path}/runs.db"
            ),
        }
        return Stack.from_components("lab", {**components, **(extra or {})})

    return make


@pytest.fixture
def stack(make_stack: MakeStack) -> Stack:
    return make_stack()


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
