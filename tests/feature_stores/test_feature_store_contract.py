"""The contract of feature stores notices each broken promise, and that one only."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from stack_magic.errors import (
    BrokenContractError,
    InvalidConfigurationError,
    NameTakenError,
    UnknownNameError,
)
from stack_magic.feature_stores import BaseFeatureStore, FeatureView, LocalFeatureStore
from stack_magic.feature_stores._contract import CONTRACT
from stack_magic.stack import check_flavor

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Broken(LocalFeatureStore):
    """Keeps features, but for one thing."""

    FLAVOR: ClassVar[str] = "broken"
    BREAKS: ClassVar[str] = ""

    def ingest(self, view: str, rows: Any, **names: Any) -> FeatureView:
        if isinstance(rows, list):
            rows = self.changed_rows(rows)
        return super().ingest(view, rows, **names)

    def changed_rows(self, rows: list[Any]) -> list[Any]:
        return rows

    def changed_query(self, query: str) -> str:
        return query

    def _answered(
        self, table: Any, times: Any, features: Any, query: str, full_feature_names: Any
    ) -> Any:
        if "history" in query:
            query = self.changed_query(query)
        return super()._answered(table, times, features, query, full_feature_names)


class Featureless(Broken):
    BREAKS = "tells its views with their entities and features"

    def get_views(self) -> list[FeatureView]:
        return [replace(view, features=()) for view in super().get_views()]


class InOrderOfIngestion(Broken):
    BREAKS = "gives a feature as it was at the time of a row"

    def changed_query(self, query: str) -> str:
        return query.replace("ORDER BY time DESC, nanoseconds DESC", "ORDER BY rowid DESC")


FIRST = "SELECT data FROM history WHERE view = ?1 AND entity = asked.entity ORDER BY time LIMIT 1"


class Prophet(Broken):
    BREAKS = "gives nothing of the future"

    def changed_query(self, query: str) -> str:
        query = query.replace("= ?", "= ?1").replace("(SELECT", "coalesce((SELECT")
        return query.replace("LIMIT 1)", f"LIMIT 1), ({FIRST}))")


class Late(Broken):
    BREAKS = "counts a value from its very time on"

    def changed_query(self, query: str) -> str:
        return query.replace("<= (asked.time", "< (asked.time")


class FirstWins(Broken):
    BREAKS = "counts the last ingested of one entity and time"

    def changed_rows(self, rows: list[Any]) -> list[Any]:
        return rows[::-1]


class DropsNone(Broken):
    BREAKS = "counts a newer None"

    def changed_rows(self, rows: list[Any]) -> list[Any]:
        return [row for row in rows if row.get("trips", 0) is not None]


class WantsEntities(Broken):
    BREAKS = "answers None for an entity that is not known"

    def get_historical_features(self, entity_df: Any, features: Any, **options: Any) -> Any:
        if isinstance(entity_df, list) and any(row.get("driver", 0) is None for row in entity_df):
            raise KeyError(features)
        return super().get_historical_features(entity_df, features, **options)


class DropsDoubles(Broken):
    BREAKS = "keeps the order and the doubles of rows"

    def get_historical_features(self, entity_df: Any, features: Any, **options: Any) -> Any:
        found = super().get_historical_features(entity_df, features, **options)
        if not isinstance(found, list):
            return found
        return [row for n, row in enumerate(found) if row not in found[:n]]


class InPlace(Broken):
    BREAKS = "adds columns to rows, and changes nothing"

    def get_historical_features(self, entity_df: Any, features: Any, **options: Any) -> Any:
        found = super().get_historical_features(entity_df, features, **options)
        if isinstance(entity_df, list):
            for row, extended in zip(entity_df, found, strict=True):
                row.update(extended)
        return found


class BoolsAreNumbers(Broken):
    BREAKS = "gives values back as they were put in"

    def changed_rows(self, rows: list[Any]) -> list[Any]:
        return [{k: int(v) if v is True else v for k, v in row.items()} for row in rows]


class LocalTime(Broken):
    BREAKS = "compares times as instants, without a zone as UTC"

    def changed_rows(self, rows: list[Any]) -> list[Any]:
        return [{name: self.aware(value) for name, value in row.items()} for row in rows]

    def aware(self, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo is None:
            return value.replace(tzinfo=timezone(timedelta(hours=1)))
        return value


class OneEntityOnly(Broken):
    BREAKS = "tells entities apart by all their columns"

    def get_historical_features(self, entity_df: Any, features: Any, **options: Any) -> Any:
        if isinstance(entity_df, list):
            entity_df = [{**row, "city": "Bonn"} if "city" in row else row for row in entity_df]
        return super().get_historical_features(entity_df, features, **options)


class OneViewOnly(Broken):
    BREAKS = "gives features of several views at once"

    def get_historical_features(self, entity_df: Any, features: Any, **options: Any) -> Any:
        views = {name.partition(":")[0] for name in features}
        if len(views) > 1 and "full_feature_names" not in options and len(entity_df) > 1:
            raise ValueError(views)
        return super().get_historical_features(entity_df, features, **options)


class ShortNames(Broken):
    BREAKS = "names columns VIEW__FEATURE when asked to"

    def get_online_features(self, entity_rows: Any, features: Any, **_: Any) -> Any:
        return super().get_online_features(entity_rows, features)


class MakesRoom(Broken):
    BREAKS = "refuses two columns of one name"

    def get_historical_features(self, entity_df: Any, features: Any, **options: Any) -> Any:
        try:
            return super().get_historical_features(entity_df, features, **options)
        except NameTakenError:
            return super().get_historical_features(entity_df, features, full_feature_names=True)


class KeyErrors(Broken):
    BREAKS = "raises UnknownNameError for what there is not"

    def delete_view(self, view: str) -> None:
        try:
            super().delete_view(view)
        except UnknownNameError as error:
            raise KeyError(view) from error


class TakesTexts(Broken):
    BREAKS = "refuses a text for an entity that is a number"

    def get_online_features(self, entity_rows: Any, features: Any, **options: Any) -> Any:
        try:
            return super().get_online_features(entity_rows, features, **options)
        except InvalidConfigurationError:
            return [{**row, "trips": None} for row in entity_rows]


class FixedFeatures(Broken):
    BREAKS = "extends a view by later rows and features"

    def ingest(self, view: str, rows: Any, **names: Any) -> FeatureView:
        for held in self.get_views():
            if held.name == view and isinstance(rows, list):
                rows = [{k: v for k, v in row.items() if k != "rating"} for row in rows]
        return super().ingest(view, rows, **names)


class Replaces(Broken):
    BREAKS = "refuses rows of other entities for a view"

    def ingest(self, view: str, rows: Any, **names: Any) -> FeatureView:
        try:
            return super().ingest(view, rows, **names)
        except NameTakenError:
            self.delete_view(view)
            return super().ingest(view, rows, **names)


class RowByRow(Broken):
    BREAKS = "ingests all rows or none"

    def ingest(self, view: str, rows: Any, **names: Any) -> FeatureView:
        for row in rows if isinstance(rows, list) else ():
            super().ingest(view, [row], **names)
        return super().ingest(view, rows, **names)


class WithoutEnd(Broken):
    BREAKS = "gives online the newest values up to the end"

    def materialize(self, views: Any = None, *, end: Any = None) -> None:
        super().materialize(views)


class Endless(Broken):
    BREAKS = "materializes up to now unless told otherwise"

    def materialize(self, views: Any = None, *, end: Any = None) -> None:
        super().materialize(views, end=end or datetime.max.replace(tzinfo=UTC))


class Pushes(Broken):
    BREAKS = "gives online only what was materialized"
    MATERIALIZED: ClassVar[set[str]] = set()

    def ingest(self, view: str, rows: Any, **names: Any) -> FeatureView:
        made = super().ingest(view, rows, **names)
        if view in self.MATERIALIZED:
            super().materialize([view])
        return made

    def materialize(self, views: Any = None, *, end: Any = None) -> None:
        super().materialize(views, end=end)
        self.MATERIALIZED.update(views)


class AllViews(Broken):
    BREAKS = "materializes only the views that are named"

    def materialize(self, views: Any = None, *, end: Any = None) -> None:
        super().materialize(views, end=end)
        super().materialize(end=end)


class RecordsOnly(Broken):
    BREAKS = "gives a data frame for a data frame"

    def get_online_features(self, entity_rows: Any, features: Any, **options: Any) -> Any:
        found = super().get_online_features(entity_rows, features, **options)
        return found if isinstance(found, list) else found.to_dict("records")


class NoFiles(Broken):
    BREAKS = "ingests a parquet file"

    def ingest(self, view: str, rows: Any, **names: Any) -> FeatureView:
        return super().ingest(view, rows[:], **names)


class NeverForgets(Broken):
    BREAKS = "forgets a view that is deleted"

    def delete_view(self, view: str) -> None:
        if all(held.name != view for held in self.get_views()):
            raise UnknownNameError(view)


class OneThread(Broken):
    BREAKS = "serves threads at once"

    def ingest(self, view: str, rows: Any, **names: Any) -> FeatureView:
        if threading.current_thread() is not threading.main_thread():
            message = "made in another thread"
            raise RuntimeError(message)
        return super().ingest(view, rows, **names)


BROKEN = Broken.__subclasses__()


@pytest.mark.parametrize("flavor", BROKEN, ids=lambda flavor: flavor.__name__)
def test_a_broken_flavor_breaks_its_promise_only(flavor: type[Broken]) -> None:
    store = flavor(name="broken")
    card = CONTRACT.check(store)
    store.close()
    assert card.broken == (flavor.BREAKS,)
    with pytest.raises(BrokenContractError, match="breaks its contract"):
        card.raise_if_broken()


def test_every_promise_has_a_flavor_that_breaks_it() -> None:
    store = Broken(name="broken")
    sentences = [p.sentence for p in CONTRACT.promises if p.applies(store)]
    assert sorted(flavor.BREAKS for flavor in BROKEN) == sorted(sentences)


@pytest.mark.parametrize("ttl", [None, 30.0])
def test_the_local_store_keeps_its_contract_and_nothing_else(ttl: float | None) -> None:
    store = LocalFeatureStore(name="local", ttl=ttl)
    card = CONTRACT.check(store)
    assert store.get_views() == []
    store.close()
    assert card.broken == ()


def test_the_local_flavor_has_no_findings() -> None:
    assert check_flavor(LocalFeatureStore, BaseFeatureStore).diagnostics == ()
