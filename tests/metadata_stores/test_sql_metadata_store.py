"""A metadata store in another database, as a user would write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from stack_magic.errors import StorageError
from stack_magic.metadata_stores import BaseMetadataStore, SqlMetadataStore
from stack_magic.stack import check_flavor
from stack_magic.testing import assert_contract

if TYPE_CHECKING:
    from collections.abc import Iterator


class ShortLived(SqlMetadataStore):
    """Keeps records in memory: by the tables alone, without what SQLite files need."""

    FLAVOR = "short_lived"

    def new_engine(self) -> Engine:
        engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        self.create_tables(engine)
        return engine


class Gone(SqlMetadataStore):
    """A database that cannot be opened."""

    FLAVOR = "gone"

    def new_engine(self) -> Engine:
        return create_engine("sqlite:////proc/none/m.db")


@pytest.fixture
def store() -> Iterator[ShortLived]:
    store = ShortLived(name="short")
    yield store
    store.close()


def test_an_engine_is_all_that_a_flavor_brings(store: ShortLived) -> None:
    assert check_flavor(ShortLived, BaseMetadataStore).diagnostics == ()
    assert_contract(store)


def test_a_store_is_named_when_its_database_is_gone() -> None:
    with pytest.raises(StorageError, match="metadata store 'gone' cannot be used: unable to open"):
        Gone(name="gone").get_pipelines()


def test_runs_are_asked_for_by_pipeline(store: ShortLived) -> None:
    run = store.start_run("train", "prod", parameters={}, steps=[])
    assert store.get_pipeline_runs("train") == [run]
    assert store.get_pipeline_runs("none") == []
