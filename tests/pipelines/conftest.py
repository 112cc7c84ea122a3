from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, create_engine

from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.enums import StackComponentType
from stack_magic.metadata_stores import SqliteMetadataStore, SqlMetadataStore
from stack_magic.orchestrators import LocalOrchestrator
from stack_magic.stack import Stack, StackComponent

if TYPE_CHECKING:
    from pathlib import Path

MakeStack = Callable[..., Stack]


class AnyDatabase(SqlMetadataStore):
    """Keeps records in the database of a URL, as a user would write it."""

    FLAVOR = "any_database"

    url: str

    def new_engine(self) -> Engine:
        engine = create_engine(self.url)
        self.create_tables(engine)
        return engine


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
def any_database(tmp_path: Path) -> Iterator[AnyDatabase]:
    """Gives a store by the same tables, over SQLAlchemy's own connections to the same file."""
    store = AnyDatabase(name="book", url=f"sqlite:///{tmp_path}/runs.db")
    yield store
    store.close()


@pytest.fixture
def stack(make_stack: MakeStack) -> Stack:
    return make_stack()
