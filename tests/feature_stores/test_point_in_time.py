"""The point-in-time join gives what a naive search through all rows gives."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from stack_magic.feature_stores import LocalFeatureStore

BEGINNING = datetime(2024, 3, 31, tzinfo=UTC)


class Row(NamedTuple):
    store: str | int
    item: int
    ticks: int
    price: Any

    @property
    def key(self) -> tuple[str | int, int]:
        return self.store, self.item


def keys() -> Any:
    return st.sampled_from(["a", "1", 1, '["a",1]']), st.integers(0, 1)


# Few moments, so that ties, gaps and exact hits are common.
TICKS = st.integers(0, 12)
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001 - bounds are naive
PRICES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters(), max_size=5),
    MOMENTS,
    MOMENTS.map(lambda moment: moment.replace(tzinfo=timezone(timedelta(hours=-3)))),
    st.lists(st.floats(allow_nan=False), max_size=3),
)
BATCHES = st.lists(st.lists(st.builds(Row, *keys(), TICKS, PRICES), max_size=8), max_size=4)
ASKED = st.lists(st.builds(Row, *keys(), TICKS, st.none()), max_size=12)
ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=5, minutes=30))])


def moment(ticks: int, zone: timezone | None) -> datetime:
    """Return a time a microsecond a tick after the beginning; naive for no zone."""
    found = BEGINNING + timedelta(microseconds=ticks)
    return found.replace(tzinfo=None) if zone is None else found.astimezone(zone)


def plain(row: Row, zone: timezone | None, **more: Any) -> dict[str, Any]:
    place = {"store": row.store, "item": row.item}
    return {**place, "event_timestamp": moment(row.ticks, zone), **more}


def as_known(history: list[Row], asked: Row, ttl: int | None) -> Any:
    """Look at every row, the last ingested last."""
    best: Row | None = None
    for row in history:
        age = asked.ticks - row.ticks
        counts = row.key == asked.key and age >= 0 and (ttl is None or age <= ttl)
        if counts and (best is None or row.ticks >= best.ticks):
            best = row
    return None if best is None else best.price


@settings(max_examples=150, deadline=None)
@given(batches=BATCHES, asked=ASKED, ttl=st.none() | TICKS.filter(bool), zone=ZONES, other=ZONES)
def test_a_join_is_that_of_a_naive_search(
    batches: list[list[Row]],
    asked: list[Row],
    ttl: int | None,
    zone: timezone | None,
    other: timezone | None,
) -> None:
    seconds = None if ttl is None else ttl / 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        store = LocalFeatureStore(name="s", path=str(Path(folder, "f.db")), ttl=seconds)
        first = [Row("nowhere", 0, 0, None), Row(2, 0, 0, None)]
        for batch in [first, *batches]:
            rows = [plain(row, zone, price=row.price) for row in batch]
            store.ingest("prices", rows, entities=["store", "item"])
        rows = [plain(row, other) for row in asked]
        found = store.get_historical_features(rows, ["prices:price"])
        store.close()
    history = [row for batch in batches for row in batch]
    wanted = [as_known(history, row, ttl) for row in asked]
    assert found == [{**row, "price": price} for row, price in zip(rows, wanted, strict=True)]
    assert [type(row["price"]) for row in found] == [type(price) for price in wanted]


@settings(max_examples=50, deadline=None)
@given(batches=BATCHES, asked=ASKED, end=TICKS)
def test_online_values_are_those_of_a_join_at_the_end(
    batches: list[list[Row]], asked: list[Row], end: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = LocalFeatureStore(name="s", path=str(Path(folder, "f.db")))
        first = [Row("nowhere", 0, 0, None), Row(2, 0, 0, None)]
        for batch in [first, *batches]:
            rows = [plain(row, UTC, price=row.price) for row in batch]
            store.ingest("prices", rows, entities=["store", "item"])
        store.materialize(end=moment(end, UTC))
        rows = [{"store": row.store, "item": row.item} for row in asked]
        found = store.get_online_features(rows, ["prices:price"])
        store.close()
    history = [row for batch in batches for row in batch]
    wanted = [as_known(history, row._replace(ticks=end), None) for row in asked]
    assert [row["price"] for row in found] == wanted
