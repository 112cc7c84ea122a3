"""Features in a SQLite file of this machine."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, PrivateAttr, field_validator

from stack_magic.machine import SqliteFile, absolute_path

from . import _database
from ._base import BaseFeatureStore
from ._batch import batch_of
from ._keys import EntityKeys, entity_keys
from ._migrations import MIGRATIONS
from ._tables import table_of
from ._times import instant
from ._values import decode
from ._views import check_view_name, find_features, find_view, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from stack_magic.stack import Diagnostic

    from ._base import Rows
    from ._tables import Table
    from ._views import Feature, FeatureView

EVENT_TIME = "event_timestamp"


class LocalFeatureStore(BaseFeatureStore):
    """Keeps features in one SQLite file, readable by you only.

    Several kernels may use the file at the same time. It is opened at first use. Records
    need no other package; a feature keeps its type: text, numbers, bools, datetimes, dates,
    decimals and lists of them. Times keep their nanoseconds, and the name of their zone.
    """

    FLAVOR: ClassVar[str] = "local"

    path: str = Field(
        default=".stack_magic/features.db", description="File that holds the features"
    )
    ttl: float | None = Field(
        default=None,
        gt=0,
        allow_inf_nan=False,
        description="Seconds for which a value counts; without, until the next one",
    )

    # A relative path stays what it meant when the component was made.
    _made_in: str = PrivateAttr(default_factory=os.getcwd)
    _sqlite: SqliteFile = PrivateAttr(default_factory=lambda: SqliteFile(*MIGRATIONS))

    @field_validator("path")
    @classmethod
    def _path_names_a_file(cls, path: str) -> str:
        if not path.strip() or "\0" in path or path.strip() == ":memory:":
            message = f"path {path!r} names no file: features must outlive the process"
            raise ValueError(message)
        return path

    @property
    def local_path(self) -> str | None:
        """The file's folder: on another machine it is not there."""
        return os.fspath(self._file.parent)

    @property
    def location(self) -> str:
        """The file, absolute."""
        return os.fspath(self._file)

    def probe(self) -> Iterator[Diagnostic]:
        """Ask the file for its views; one that cannot be used raises."""
        self.get_views()
        yield from ()

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._sqlite.close()

    # Keeping.

    def ingest(
        self,
        view: str,
        rows: Rows | str | os.PathLike[str],
        *,
        entities: Sequence[str],
        event_time: str = EVENT_TIME,
    ) -> FeatureView:
        """Add rows to a view, which the first of them make; one transaction."""
        batch = batch_of(rows, entities, event_time)
        name = check_view_name(view)
        with self._sqlite.writing(self._file) as connection:
            return _database.ingest(connection, name, batch)

    def materialize(
        self, views: Sequence[str] | None = None, *, end: datetime | None = None
    ) -> None:
        """Make the online values anew, those of *end*: an earlier one goes back."""
        last = instant(end or datetime.now(UTC))
        names = None if views is None else names_in(views, "views")
        with self._sqlite.writing(self._file) as connection:
            held = _database.held_views(connection)
            chosen = list(held) if names is None else [find_view(name, held) for name in names]
            for view in chosen:
                _database.materialize(connection, held[view], last)

    def delete_view(self, view: str) -> None:
        """Remove a view and all its values."""
        with self._sqlite.writing(self._file) as connection:
            held = _database.held_views(connection)
            _database.forget(connection, held[find_view(view, held)])

    # Asking.

    def get_views(self) -> list[FeatureView]:
        """Return what there is, sorted by name."""
        with self._sqlite.reading(self._file) as connection:
            return list(_database.held_views(connection))

    def get_historical_features(
        self, entity_df: Rows, features: Sequence[str], *, full_feature_names: bool = False
    ) -> Any:
        """Return *entity_df* with a column a feature, as known at each row's time."""
        table = table_of(entity_df)
        if not len(table):
            return self._answered(table, [], features, _database.HISTORICAL, full_feature_names)
        table.require([EVENT_TIME])
        times = table.instants(EVENT_TIME)
        return self._answered(table, times, features, _database.HISTORICAL, full_feature_names)

    def get_online_features(
        self, entity_rows: Rows, features: Sequence[str], *, full_feature_names: bool = False
    ) -> Any:
        """Return *entity_rows* with a column a feature, as `materialize` made it last."""
        table = table_of(entity_rows)
        times = [instant(datetime.now(UTC))] * len(table)
        return self._answered(table, times, features, _database.ONLINE, full_feature_names)

    def _answered(
        self,
        table: Table,
        times: Sequence[int],
        features: Sequence[str],
        query: str,
        full_feature_names: bool,  # noqa: FBT001 - passed on from a keyword
    ) -> Any:
        age = None if self.ttl is None else round(self.ttl * 1_000_000_000)
        with self._sqlite.reading(self._file) as connection:
            held = _database.held_views(connection)
            chosen = find_features(
                features, held, columns=table.columns, full_feature_names=full_feature_names
            )
            texts: dict[FeatureView, list[str | None]] = {}
            for view in dict.fromkeys(feature.view for feature in chosen.values()):
                keys = _keys(table, view)
                keys.check_kinds(_database.entity_kinds(connection, view, held[view]), view.name)
                asked = zip(keys.keys, times, strict=True)
                texts[view] = _database.found(connection, query, held[view], asked, age)
        return table.extended(_by_column(chosen, texts))

    @property
    def _file(self) -> Path:
        return absolute_path(self.path, self._made_in)


def _keys(table: Table, view: FeatureView) -> EntityKeys:
    if not len(table):
        return EntityKeys()
    table.require(view.entities)
    return entity_keys(table, view.entities)


def _by_column(
    chosen: Mapping[str, Feature], texts: Mapping[FeatureView, list[str | None]]
) -> dict[str, list[Any]]:
    rows = {view: decode(found) for view, found in texts.items()}
    columns: dict[str, list[Any]] = {}
    for column, (view, name) in chosen.items():
        position = view.features.index(name)
        # A row that is older than the feature ends before it.
        columns[column] = [row[position] if position < len(row) else None for row in rows[view]]
    return columns
