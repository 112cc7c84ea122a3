from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pytest

from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.enums import StackComponentType
from stack_magic.metadata_stores import SqliteMetadataStore
from stack_magic.orchestrators import LocalOrchestrator
from stack_magic.stack import Stack, StackComponent

if TYPE_CHECKING:
    from pathlib import Path

MakeStack = Callable[..., Stack]


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
