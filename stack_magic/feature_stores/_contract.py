"""What every feature store promises."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidConfigurationError, NameTakenError, UnknownNameError
from stack_magic.stack import Contract, Promise, expect, expect_raises

from . import _historical_checks as historical
from . import _read_only_checks as read_only
from ._example_view import DRIVER, on_own_view, same
from ._read_only import ReadOnlyFeatureStore
from ._views import FeatureView

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._base import BaseFeatureStore
    from ._example_view import ExampleView


@on_own_view
def _tells_views(view: ExampleView) -> None:
    rows = [view.row(10, city="Bonn", trips=1, rating=4.5)]
    made = view.store.ingest(view.name, rows, entities=["driver", "city"])
    view.ingest(view.row(10, trips=1), name=view.other)
    wanted = FeatureView(view.name, ("driver", "city"), ("trips", "rating"))
    expect(made == wanted, f"ingest gave {made}")
    views = view.store.get_views()
    expect(wanted in views, "it is not among the views, or not so")
    names = [held.name for held in views]
    expect(names == sorted(names), "the views are not sorted by name")


@on_own_view
def _extends(view: ExampleView) -> None:
    view.ingest(view.row(10, trips=1))
    view.ingest(view.row(20, trips=2, rating=4.5))
    names = [view.trips, f"{view.name}:rating"]
    found = view.store.get_historical_features([view.row(15), view.row(25)], names)
    same([(row["trips"], row["rating"]) for row in found], [(1, None), (2, 4.5)])


@on_own_view
def _keeps_entities(view: ExampleView) -> None:
    view.ingest(view.row(10, trips=1))
    with expect_raises(NameTakenError, deed="rows of other entities"):
        view.store.ingest(view.name, [view.row(20, car=1, trips=2)], entities=["car"])
    same(view.historical(view.row(30)), [1])


@on_own_view
def _all_or_none(view: ExampleView) -> None:
    good = view.row(10, trips=1)
    view.ingest(good)
    for bad in (
        {**good, "event_timestamp": None},
        {**good, "event_timestamp": "2024-01-01"},
        {**good, "trips": object()},
        {**good, "driver": None},
    ):
        with expect_raises(InvalidConfigurationError, deed=f"a row {bad}"):
            view.ingest(view.row(20, trips=2), bad)
    same(view.historical(view.row(30)), [1])


@on_own_view
def _knows_no_other(view: ExampleView) -> None:
    view.ingest(view.row(10, trips=1))
    store, asked = view.store, [view.row(20)]
    deeds: dict[str, Callable[[], object]] = {
        "an unknown feature": lambda: store.get_historical_features(asked, [f"{view.name}:tips"]),
        "an unknown view": lambda: store.get_historical_features(asked, [f"{view.other}:trips"]),
        "a name without a view": lambda: store.get_historical_features(asked, ["trips"]),
        "an unknown online feature": lambda: store.get_online_features(
            [{"driver": DRIVER}], [f"{view.name}:tips"]
        ),
        "rows without the entity": lambda: store.get_historical_features(
            [{"event_timestamp": view.at(20)}], [view.trips]
        ),
        "rows without the time": lambda: store.get_historical_features(
            [{"driver": DRIVER}], [view.trips]
        ),
        "materializing an unknown view": lambda: store.materialize([view.other]),
        "deleting an unknown view": lambda: store.delete_view(view.other),
    }
    for what, deed in deeds.items():
        with expect_raises(UnknownNameError, deed=what):
            deed()


@on_own_view
def _tells_types_apart(view: ExampleView) -> None:
    view.ingest(view.row(10, trips=1))
    view.materialize(20)
    same(view.historical(view.row(20, driver=float(DRIVER))), [1])
    same(view.online(float(DRIVER)), [1])
    text = str(DRIVER)
    with expect_raises(InvalidConfigurationError, deed=f"{text!r} for {DRIVER}"):
        view.historical(view.row(20, driver=text))
    with expect_raises(InvalidConfigurationError, deed=f"{text!r} for {DRIVER} online"):
        view.online(text)


@on_own_view
def _newest_online(view: ExampleView) -> None:
    view.ingest(view.row(20, trips=2), view.row(10, trips=1), view.row(30, trips=3))
    view.ingest(view.row(10, driver=8, trips=8), view.row(40, driver=9, trips=9))
    view.materialize(20)
    same(view.online(9, 8, DRIVER, 8, None), [None, 8, 2, 8, None])
    view.materialize(50)
    same(view.online(9, DRIVER), [9, 3])


@on_own_view
def _until_now(view: ExampleView) -> None:
    an_hour = 3_600_000
    view.ingest(view.row(10, trips=1), view.row(an_hour, trips=2))
    view.materialize()
    same(view.online(DRIVER), [1])


@on_own_view
def _materialized_only(view: ExampleView) -> None:
    view.ingest(view.row(10, trips=1))
    same(view.online(DRIVER), [None])
    view.materialize(20)
    view.ingest(view.row(15, trips=2))
    same(view.online(DRIVER), [1])


@on_own_view
def _named_views_only(view: ExampleView) -> None:
    view.ingest(view.row(10, trips=1))
    view.ingest(view.row(10, trips=1), name=view.other)
    view.store.materialize([view.other], end=view.at(20))
    same(view.online(DRIVER), [None])


@on_own_view
def _frames(view: ExampleView) -> None:
    if find_spec("pandas") is None:
        return
    import pandas as pd

    rows = pd.DataFrame([view.row(n, trips=n) for n in (10, 20)])
    view.store.ingest(view.name, rows, entities=["driver"])
    view.materialize(30)
    asked = pd.DataFrame([view.row(25), view.row(15)], index=[5, 3])
    found = view.store.get_historical_features(asked, [view.trips])
    _same_frame(found, asked, [20, 10])
    asked = asked[["driver"]]
    _same_frame(view.store.get_online_features(asked, [view.trips]), asked, [20, 20])


def _same_frame(found: Any, asked: Any, trips: list[int]) -> None:
    kind = type(found)
    expect(kind is type(asked), f"gave a {kind.__name__} for a data frame")
    expect(found["trips"].tolist() == trips, f"gave {found['trips'].tolist()}, not {trips}")
    expect(found.drop(columns="trips").equals(asked), "the rows' own columns changed")


@on_own_view
def _parquet(view: ExampleView) -> None:
    if find_spec("pyarrow") is None:
        return
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = pa.Table.from_pylist([view.row(n, trips=n) for n in (10, 20)])
    with TemporaryDirectory() as folder:
        path = Path(folder, "rows.parquet")
        pq.write_table(rows, path)
        view.store.ingest(view.name, path, entities=["driver"])
    same(view.historical(view.row(15), view.row(25)), [10, 20])


@on_own_view
def _forgets(view: ExampleView) -> None:
    view.ingest(view.row(10, trips=1))
    view.materialize(20)
    view.store.delete_view(view.name)
    expect(all(held.name != view.name for held in view.store.get_views()), "it is still listed")
    view.ingest(view.row(15, driver=8, trips=2))
    same(view.historical(view.row(30), view.row(30, driver=8)), [None, 2])
    same(view.online(DRIVER), [None])


@on_own_view
def _serves_threads(view: ExampleView) -> None:
    drivers = range(12)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: view.ingest(view.row(10, driver=n, trips=n)), drivers))
        asked = [view.row(20, driver=n) for n in drivers]
        answers = list(pool.map(lambda _: view.historical(*asked), range(4)))
    for found in answers:
        same(found, list(drivers))


_OF_ROWS = (
    Promise("tells its views with their entities and features", _tells_views),
    Promise("gives a feature as it was at the time of a row", historical.as_of_then),
    Promise("gives nothing of the future", historical.nothing_of_the_future),
    Promise("counts a value from its very time on", historical.from_its_very_time),
    Promise("counts the last ingested of one entity and time", historical.the_last_ingested),
    Promise("counts a newer None", historical.a_newer_none),
    Promise("answers None for an entity that is not known", historical.unknown_entities),
    Promise("keeps the order and the doubles of rows", historical.order_and_doubles),
    Promise("adds columns to rows, and changes nothing", historical.columns_of_rows),
    Promise("gives values back as they were put in", historical.values_as_they_were),
    Promise("compares times as instants, without a zone as UTC", historical.instants),
    Promise("tells entities apart by all their columns", historical.all_entity_columns),
    Promise("gives features of several views at once", historical.several_views),
    Promise("names columns VIEW__FEATURE when asked to", historical.full_names),
    Promise("refuses two columns of one name", historical.one_name_once),
    Promise("raises UnknownNameError for what there is not", _knows_no_other),
    Promise("refuses a text for an entity that is a number", _tells_types_apart),
    Promise("extends a view by later rows and features", _extends),
    Promise("refuses rows of other entities for a view", _keeps_entities),
    Promise("ingests all rows or none", _all_or_none),
    Promise("gives online the newest values up to the end", _newest_online),
    Promise("materializes up to now unless told otherwise", _until_now),
    Promise("gives online only what was materialized", _materialized_only),
    Promise("materializes only the views that are named", _named_views_only),
    Promise("gives a data frame for a data frame", _frames),
    Promise("ingests a parquet file", _parquet),
    Promise("forgets a view that is deleted", _forgets),
    Promise("serves threads at once", _serves_threads),
)
_OF_READING = (
    Promise("read-only: tells its views, sorted by name", read_only.has_views),
    Promise("read-only: raises ReadOnlyError for rows and changes nothing", read_only.refuses_rows),
    Promise("read-only: answers None for rows without entity", read_only.unknown_entities),
    Promise("read-only: keeps the rows, their order and doubles", read_only.columns_of_rows),
    Promise("read-only: gives no rows for none", read_only.no_rows),
    Promise("read-only: names columns VIEW__FEATURE when asked to", read_only.full_names),
    Promise("read-only: refuses two columns of one name", read_only.one_name_once),
    Promise("read-only: raises UnknownNameError for what there is not", read_only.knows_no_other),
    Promise("read-only: gives a data frame for a data frame", read_only.frames),
)


def _is_read_only(store: BaseFeatureStore) -> bool:
    return isinstance(store, ReadOnlyFeatureStore)


def _is_fed_here(store: BaseFeatureStore) -> bool:
    return not _is_read_only(store)


CONTRACT = Contract(
    (
        *(promise._replace(applies=_is_fed_here) for promise in _OF_ROWS),
        *(promise._replace(applies=_is_read_only) for promise in _OF_READING),
    )
)
