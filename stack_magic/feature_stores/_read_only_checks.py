"""Checks of what a feature store promises that is fed elsewhere: of the views that it has.

Which entities there are is not known here, so rows are asked for that lack theirs.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from stack_magic.errors import NameTakenError, ReadOnlyError, UnknownNameError
from stack_magic.stack import expect, expect_raises

from ._example_view import same
from ._views import FeatureView

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._base import BaseFeatureStore

_UNKNOWN = "contract_that_is_not_there"


def has_views(store: BaseFeatureStore) -> None:
    views = _views(store)
    expect(all(type(view) is FeatureView for view in views), f"gave {views}")
    names = [view.name for view in views]
    expect(names == sorted(set(names)), f"the views are not sorted by name, each once: {names}")
    for view in views:
        expect(view.features, f"view {view.name!r} has no features")


def refuses_rows(store: BaseFeatureStore) -> None:
    views = _views(store)
    view, row = views[0], _row(views[0])
    with expect_raises(ReadOnlyError, deed="ingesting a row"):
        store.ingest(view.name, [row], entities=list(view.entities) or ["id"])
    with expect_raises(ReadOnlyError, deed="deleting a view"):
        store.delete_view(view.name)
    expect(store.get_views() == views, "the views changed all the same")


def unknown_entities(store: BaseFeatureStore) -> None:
    for view in _views(store):
        wanted = dict.fromkeys(view.features)
        row, names = _row(view), _names(view)
        expect_rows(store.get_historical_features([row], names), [{**row, **wanted}])
        row = dict.fromkeys(view.entities)
        expect_rows(store.get_online_features([row], names), [{**row, **wanted}])


def columns_of_rows(store: BaseFeatureStore) -> None:
    for view in _views(store):
        row = _row(view)
        rows = [{**row, "contract_label": label} for label in ("b", "a", "b")]
        before = deepcopy(rows)
        found = store.get_historical_features(rows, _names(view)[:1])
        expect(rows == before, "it changed the rows that it was given")
        expect_rows(found, [{**row, view.features[0]: None} for row in before])


def no_rows(store: BaseFeatureStore) -> None:
    for view in _views(store):
        same(store.get_historical_features([], _names(view)), [])
        same(store.get_online_features([], _names(view)), [])


def full_names(store: BaseFeatureStore) -> None:
    for view in _views(store):
        wanted = {f"{view.name}__{name}": None for name in view.features}
        row, names = _row(view), _names(view)
        found = store.get_historical_features([row], names, full_feature_names=True)
        expect_rows(found, [{**row, **wanted}])
        row = dict.fromkeys(view.entities)
        found = store.get_online_features([row], names, full_feature_names=True)
        expect_rows(found, [{**row, **wanted}])


def one_name_once(store: BaseFeatureStore) -> None:
    for view in _views(store):
        row = {**_row(view), view.features[0]: 1}
        with expect_raises(NameTakenError, deed="a feature of the name of a column"):
            store.get_historical_features([row], _names(view))


def knows_no_other(store: BaseFeatureStore) -> None:
    view = _views(store)[0]
    row, name = _row(view), _names(view)[0]
    deeds: dict[str, Callable[[], object]] = {
        "an unknown feature": lambda: store.get_historical_features(
            [row], [f"{view.name}:{_UNKNOWN}"]
        ),
        "an unknown view": lambda: store.get_historical_features([row], [f"{_UNKNOWN}:x"]),
        "a name without a view": lambda: store.get_historical_features([row], [_UNKNOWN]),
        "an unknown online feature": lambda: store.get_online_features(
            [dict.fromkeys(view.entities)], [f"{view.name}:{_UNKNOWN}"]
        ),
        "rows without the time": lambda: store.get_historical_features(
            [{**dict.fromkeys(view.entities), "contract_label": 1}], [name]
        ),
    }
    if view.entities:
        deeds["rows without the entity"] = lambda: store.get_historical_features(
            [{"event_timestamp": row["event_timestamp"]}], [name]
        )
    for what, deed in deeds.items():
        with expect_raises(UnknownNameError, deed=what):
            deed()


def frames(store: BaseFeatureStore) -> None:
    if find_spec("pandas") is None:
        return
    import pandas as pd

    for view in _views(store):
        asked = pd.DataFrame([_row(view), _row(view)], index=[5, 3])
        found = store.get_historical_features(asked, _names(view))
        kind = type(found)
        expect(kind is pd.DataFrame, f"gave a {kind.__name__} for a data frame")
        own = found[list(asked.columns)]
        expect(own.equals(asked), "the rows' own columns changed, or their index")
        missing = found[list(view.features)].isna().all().all()
        expect(missing, "gave values for rows without entities")


def expect_rows(found: Any, wanted: list[dict[str, Any]]) -> None:
    """Raise AssertionError unless rows are the wanted ones, as records."""
    expect(found == wanted, f"gave {found}, not {wanted}")


def _views(store: BaseFeatureStore) -> list[FeatureView]:
    views = store.get_views()
    expect(views, "there is no view to ask for: feed the store, then check it again")
    return views


def _row(view: FeatureView) -> dict[str, Any]:
    return {**dict.fromkeys(view.entities), "event_timestamp": datetime.now(UTC)}


def _names(view: FeatureView) -> list[str]:
    return [f"{view.name}:{name}" for name in view.features]
