"""Checks of what every feature store promises of then."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, timedelta, timezone
from typing import TYPE_CHECKING, Any

from stack_magic.errors import NameTakenError
from stack_magic.stack import expect, expect_raises

from ._example_view import on_own_view, same

if TYPE_CHECKING:
    from ._example_view import ExampleView


@on_own_view
def as_of_then(view: ExampleView) -> None:
    view.ingest(view.row(30, trips=3), view.row(10, trips=1), view.row(20, trips=2))
    same(view.historical(*(view.row(n) for n in (15, 25, 35))), [1, 2, 3])


@on_own_view
def nothing_of_the_future(view: ExampleView) -> None:
    view.ingest(view.row(10, trips=1), view.row(10, driver=8, trips=1))
    same(view.historical(view.row(9.999), view.row(11)), [None, 1])


@on_own_view
def from_its_very_time(view: ExampleView) -> None:
    view.ingest(view.row(10, trips=1), view.row(20, trips=2))
    same(view.historical(view.row(20)), [2])


@on_own_view
def the_last_ingested(view: ExampleView) -> None:
    view.ingest(view.row(10, trips=1), view.row(10, trips=2))
    same(view.historical(view.row(11)), [2])
    view.ingest(view.row(10, trips=3))
    same(view.historical(view.row(11)), [3])


@on_own_view
def a_newer_none(view: ExampleView) -> None:
    view.ingest(view.row(10, trips=1), view.row(20, trips=None))
    same(view.historical(view.row(15), view.row(25)), [1, None])


@on_own_view
def unknown_entities(view: ExampleView) -> None:
    view.ingest(view.row(10, trips=1))
    asked = view.row(20, driver=8), view.row(20, driver=None), view.row(20)
    same(view.historical(*asked), [None, None, 1])


@on_own_view
def order_and_doubles(view: ExampleView) -> None:
    view.ingest(*(view.row(10, driver=n, trips=n) for n in (1, 2, 3)))
    same(view.historical(*(view.row(20, driver=n) for n in (3, 1, 9, 3, 2))), [3, 1, None, 3, 2])


@on_own_view
def columns_of_rows(view: ExampleView) -> None:
    view.ingest(view.row(10, trips=1))
    rows = [view.row(20, label="late"), view.row(21, label=None)]
    before = deepcopy(rows)
    found = view.store.get_historical_features(rows, [view.trips])
    expect(rows == before, "it changed the rows that it was given")
    expect(found == [{**row, "trips": 1} for row in before], f"gave {found}")


@on_own_view
def values_as_they_were(view: ExampleView) -> None:
    wanted: dict[str, Any] = {
        "text": "'; DROP TABLE x; -- zwölf \U0001f680",
        "whole": 2**53 + 1,
        "real": 0.1,
        "flag": True,
        "moment": view.at(3).astimezone(UTC),
    }
    view.ingest(view.row(10, **wanted))
    names = [f"{view.name}:{name}" for name in wanted]
    (found,) = view.store.get_historical_features([view.row(20)], names)
    same([found[name] for name in wanted], list(wanted.values()))


@on_own_view
def instants(view: ExampleView) -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    of_utc = {"event_timestamp": view.at(10).replace(tzinfo=None)}
    view.ingest(view.row(5, trips=0), {**view.row(10, trips=1), **of_utc}, view.row(20, trips=2))
    asked = [view.at(n).astimezone(india) for n in (9, 11, 21)]
    found = view.historical(*({**view.row(0), "event_timestamp": moment} for moment in asked))
    same(found, [0, 1, 2])
    found = view.historical({**view.row(0), "event_timestamp": view.at(11).replace(tzinfo=None)})
    same(found, [1])


@on_own_view
def all_entity_columns(view: ExampleView) -> None:
    rows = [view.row(10, city=city, trips=n) for n, city in enumerate(("Bonn", "Kiel"))]
    view.store.ingest(view.name, rows, entities=["driver", "city"])
    asked = [view.row(20, city=city) for city in ("Kiel", "Bonn", "Ulm")]
    same(view.historical(*asked), [1, 0, None])


@on_own_view
def several_views(view: ExampleView) -> None:
    view.ingest(view.row(10, trips=1))
    rain = [{"city": "Bonn", "event_timestamp": view.at(n), "rain": n / 10} for n in (5, 15)]
    view.store.ingest(view.other, rain, entities=["city"])
    names = [f"{view.other}:rain", view.trips]
    asked = [view.row(12, city="Bonn"), view.row(16, city="Bonn")]
    found = view.store.get_historical_features(asked, names)
    same([(row["trips"], row["rain"]) for row in found], [(1, 0.5), (1, 1.5)])


@on_own_view
def full_names(view: ExampleView) -> None:
    view.ingest(view.row(10, trips=1))
    view.materialize(20)
    (found,) = view.store.get_historical_features(
        [view.row(20)], [view.trips], full_feature_names=True
    )
    same(list(found), ["driver", "event_timestamp", f"{view.name}__trips"])
    (found,) = view.store.get_online_features(
        [{"driver": 7}], [view.trips], full_feature_names=True
    )
    same(list(found), ["driver", f"{view.name}__trips"])


@on_own_view
def one_name_once(view: ExampleView) -> None:
    for name in (view.name, view.other):
        view.ingest(view.row(10, trips=1), name=name)
    both = [view.trips, f"{view.other}:trips"]
    with expect_raises(NameTakenError, deed="two features of one name"):
        view.store.get_historical_features([view.row(20)], both)
    with expect_raises(NameTakenError, deed="a feature of the name of a column"):
        view.store.get_historical_features([view.row(20, trips=5)], [view.trips])
    (found,) = view.store.get_historical_features([view.row(20)], both, full_feature_names=True)
    same([found[f"{view.name}__trips"], found[f"{view.other}__trips"]], [1, 1])
