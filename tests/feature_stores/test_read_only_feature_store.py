"""A feature store that is fed elsewhere is a flavor, and has a contract of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from stack_magic.errors import NameTakenError, ReadOnlyError, UnknownNameError
from stack_magic.feature_stores import (
    BaseFeatureStore,
    FeatureView,
    LocalFeatureStore,
    ReadOnlyFeatureStore,
)
from stack_magic.feature_stores._contract import CONTRACT
from stack_magic.stack import check_flavor
from stack_magic.testing import check_contract

if TYPE_CHECKING:
    from pathlib import Path

ROW = {"driver": 7, "city": "Bonn"}
MOMENT = "2024-02-29T12:00:00+00:00"


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A file that another tool has fed."""
    from datetime import datetime

    path = str(tmp_path / "features.db")
    feeder = LocalFeatureStore(name="feeder", path=path)
    row = {**ROW, "event_timestamp": datetime.fromisoformat(MOMENT), "trips": 1, "rating": 0.5}
    feeder.ingest("both", [row], entities=["driver", "city"])
    feeder.ingest("stats", [row], entities=["driver"])
    feeder.materialize()
    feeder.close()
    return path


class Fed(ReadOnlyFeatureStore):
    """Asks a file that another tool feeds."""

    FLAVOR: ClassVar[str] = "fed"
    BREAKS: ClassVar[str] = ""

    path: str

    def get_views(self) -> list[FeatureView]:
        return self._asked("get_views")  # type: ignore[no-any-return]

    def get_historical_features(self, entity_df: Any, features: Any, **options: Any) -> Any:
        return self._asked("get_historical_features", entity_df, features, **options)

    def get_online_features(self, entity_rows: Any, features: Any, **options: Any) -> Any:
        return self._asked("get_online_features", entity_rows, features, **options)

    def _asked(self, what: str, *values: Any, **options: Any) -> Any:
        source = LocalFeatureStore(name="source", path=self.path)
        try:
            return getattr(source, what)(*values, **options)
        finally:
            source.close()


class Unsorted(Fed):
    BREAKS = "read-only: tells its views, sorted by name"

    def get_views(self) -> list[FeatureView]:
        return super().get_views()[::-1]


class TakesRows(Fed):
    BREAKS = "read-only: raises ReadOnlyError for rows and changes nothing"

    def ingest(self, view: str, rows: Any, **names: Any) -> Any:
        return self.get_views()[0]


class WantsEntities(Fed):
    BREAKS = "read-only: answers None for rows without entity"

    def get_online_features(self, entity_rows: Any, features: Any, **options: Any) -> Any:
        rows = super().get_online_features(entity_rows, features, **options)
        return rows if options else [{**row, "trips": 0} for row in rows]


class DropsDoubles(Fed):
    BREAKS = "read-only: keeps the rows, their order and doubles"

    def get_historical_features(self, entity_df: Any, features: Any, **options: Any) -> Any:
        found = super().get_historical_features(entity_df, features, **options)
        if not isinstance(found, list):
            return found
        return [row for n, row in enumerate(found) if row not in found[:n]]


class NoneForNone(Fed):
    BREAKS = "read-only: gives no rows for none"

    def get_historical_features(self, entity_df: Any, features: Any, **options: Any) -> Any:
        return (
            super().get_historical_features(entity_df, features, **options)
            if len(entity_df)
            else None
        )


class ShortNames(Fed):
    BREAKS = "read-only: names columns VIEW__FEATURE when asked to"

    def get_online_features(self, entity_rows: Any, features: Any, **_: Any) -> Any:
        return super().get_online_features(entity_rows, features)


class MakesRoom(Fed):
    BREAKS = "read-only: refuses two columns of one name"

    def get_historical_features(self, entity_df: Any, features: Any, **options: Any) -> Any:
        try:
            return super().get_historical_features(entity_df, features, **options)
        except NameTakenError:
            return super().get_historical_features(entity_df, features, full_feature_names=True)


class KeyErrors(Fed):
    BREAKS = "read-only: raises UnknownNameError for what there is not"

    def get_online_features(self, entity_rows: Any, features: Any, **options: Any) -> Any:
        try:
            return super().get_online_features(entity_rows, features, **options)
        except UnknownNameError as error:
            raise KeyError(features) from error


class RecordsOnly(Fed):
    BREAKS = "read-only: gives a data frame for a data frame"

    def get_historical_features(self, entity_df: Any, features: Any, **options: Any) -> Any:
        found = super().get_historical_features(entity_df, features, **options)
        return found if isinstance(found, list) else found.to_dict("records")


BROKEN = Fed.__subclasses__()


def test_it_needs_three_methods_and_keeps_its_contract(path: str) -> None:
    store = Fed(name="fed", path=path)
    assert check_flavor(Fed, BaseFeatureStore).diagnostics == ()
    card = check_contract(store)
    assert card.broken == ()
    assert {verdict.sentence for verdict in card.verdicts} == {f.BREAKS for f in BROKEN}


@pytest.mark.parametrize("flavor", BROKEN, ids=lambda flavor: flavor.__name__)
def test_a_broken_one_breaks_its_promise_only(path: str, flavor: type[Fed]) -> None:
    assert CONTRACT.check(flavor(name="broken", path=path)).broken == (flavor.BREAKS,)


def test_one_without_views_says_what_to_do(tmp_path: Path) -> None:
    card = CONTRACT.check(Fed(name="fed", path=str(tmp_path / "none.db")))
    evidence = {verdict.sentence: verdict.evidence for verdict in card.verdicts}
    wanted = "there is no view to ask for: feed the store, then check it again"
    assert evidence["read-only: tells its views, sorted by name"] == wanted


def test_it_takes_nothing_and_says_so(path: str) -> None:
    store = Fed(name="fed", path=path)
    way_out = r"it is fed elsewhere\nhint: %feature_store register NAME --flavor=local"
    with pytest.raises(ReadOnlyError, match=f"'fed' takes no rows: {way_out}"):
        store.ingest("stats", [], entities=["driver"])
    with pytest.raises(ReadOnlyError, match=f"'fed' makes no online values: {way_out}"):
        store.materialize()
    with pytest.raises(ReadOnlyError, match=f"'fed' removes no view: {way_out}"):
        store.delete_view("stats")
    assert store.get_online_features([ROW], ["both:trips"]) == [{**ROW, "trips": 1}]
