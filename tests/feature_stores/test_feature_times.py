"""Times that are features come back with their zone, their nanoseconds and their unit."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stack_magic.errors import InvalidConfigurationError, MissingDependencyError
from stack_magic.feature_stores import LocalFeatureStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
CLOCKS = [
    datetime(2024, 3, 31, 1, 30, tzinfo=BERLIN),
    datetime(2024, 3, 31, 3, 30, tzinfo=BERLIN),
    datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN),
    datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=BERLIN),
    datetime(1890, 1, 1, tzinfo=BERLIN),  # its offset has seconds
]
SKIPPED = [datetime(2024, 3, 31, 2, 30, fold=fold, tzinfo=BERLIN) for fold in (0, 1)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalFeatureStore]:
    store = LocalFeatureStore(name="local", path=str(tmp_path / "features.db"))
    yield store
    store.close()


def records(values: list[Any]) -> list[dict[str, Any]]:
    moments = [{"id": n, "event_timestamp": NOON} for n in range(len(values))]
    return [{**row, "t": value} for row, value in zip(moments, values, strict=True)]


def asked(kind: str, count: int) -> Any:
    rows = [{"id": n, "event_timestamp": NOON} for n in range(count)]
    frames = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.Table.from_pylist}
    return frames[kind](rows) if kind in frames else rows


def round_trip(store: LocalFeatureStore, rows: Any, count: int, kind: str) -> Any:
    store.ingest("z", rows, entities=["id"])
    return store.get_historical_features(asked(kind, count), ["z:t"])


def column(kind: str, unit: Any, zone: str | None, counts: list[int | None]) -> Any:
    """Return rows of a kind whose `t` are the times so many *unit* after 1970."""
    moments = [NOON] * len(counts)
    times: Any = pa.array(counts, pa.timestamp(unit, zone))
    table = pa.table({"id": range(len(counts)), "event_timestamp": moments, "t": times})
    if kind == "polars":
        return pl.from_arrow(table)
    return table.to_pandas() if kind == "pandas" else table


@pytest.mark.parametrize("values", [CLOCKS, SKIPPED], ids=["told apart", "skipped"])
def test_a_record_keeps_zone_and_clock(store: LocalFeatureStore, values: list[datetime]) -> None:
    found = [row["t"] for row in round_trip(store, records(values), len(values), "records")]
    assert list(map(repr, found)) == list(map(repr, values))
    store.materialize()
    online = store.get_online_features([{"id": n} for n in range(len(values))], ["z:t"])
    assert [repr(row["t"]) for row in online] == list(map(repr, values))


@pytest.mark.parametrize("answer", ["pandas", "polars", "pyarrow"])
@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin", "+02:00"])
@pytest.mark.parametrize("unit", ["us", "ns"])
def test_a_column_keeps_zone_and_unit(
    store: LocalFeatureStore, unit: str, zone: str | None, kind: str, answer: str
) -> None:
    second = 1_000_000 if unit == "us" else 1_000_000_000
    # Both hours of 02:30 in Berlin, and one unit before 1970.
    counts = [1729989000 * second, 1729992600 * second + 1, -1, None]
    if zone == "+02:00" and kind == "polars":
        zone = "UTC"  # polars has no fixed offsets
    found = round_trip(store, column(kind, unit, zone, counts), len(counts), answer)
    if zone == "+02:00" and answer == "polars":
        zone = "UTC"
    if answer == "pandas":
        wanted: Any = pa.array(counts, pa.timestamp(unit, zone)).to_pandas().rename("t")
        wanted = wanted.dt.tz_convert(zone) if zone else wanted  # to a zone as pandas makes it
        pd.testing.assert_series_equal(found["t"], wanted)
    elif answer == "polars":
        assert found["t"].dtype == pl.Datetime(unit, zone)  # type: ignore[arg-type]
        assert found["t"].to_physical().to_list() == counts
    else:
        assert found["t"].type == pa.timestamp(unit, zone)
        assert found["t"].cast(pa.int64()).to_pylist() == counts


def test_coarser_units_come_back_in_microseconds(store: LocalFeatureStore) -> None:
    found = round_trip(store, column("pyarrow", "s", "Asia/Tokyo", [7, None]), 2, "pyarrow")
    assert found["t"].type == pa.timestamp("us", "Asia/Tokyo")
    assert found["t"].cast(pa.int64()).to_pylist() == [7_000_000, None]


def test_a_parquet_file_keeps_zones_and_nanoseconds(
    store: LocalFeatureStore, tmp_path: Path
) -> None:
    table = column("pyarrow", "ns", "Europe/Berlin", [1729992600000000001])
    pq.write_table(table, tmp_path / "rows.parquet")
    found = round_trip(store, tmp_path / "rows.parquet", 1, "pyarrow")
    assert found["t"].to_pylist() == table["t"].to_pylist()


def test_a_record_has_a_timestamp_where_no_datetime_is_fine_enough(
    store: LocalFeatureStore,
) -> None:
    fine = pd.Timestamp("2024-10-27 02:30:00.000000001+01:00").tz_convert("Europe/Berlin")
    first, second = round_trip(store, records([fine, [fine, None]]), 2, "records")
    assert first["t"] == fine
    assert first["t"].nanosecond == 1
    assert str(first["t"].tzinfo) == "Europe/Berlin"
    assert second["t"] == [fine, None]
    coarse = fine - pd.Timedelta(1, unit="ns")
    (found,) = round_trip(store, records([coarse]), 1, "records")
    assert type(found["t"]) is datetime
    # Of the two hours of a change back: Python finds those of different zones never equal.
    assert found["t"].astimezone(UTC) == coarse.astimezone(UTC)


def test_without_pandas_a_fine_time_is_named(
    store: LocalFeatureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = column("polars", "ns", None, [1])
    monkeypatch.setitem(sys.modules, "pandas", None)
    found = round_trip(store, rows, 1, "polars")
    assert found["t"].to_physical().to_list() == [1]
    with pytest.raises(MissingDependencyError, match=r"1 ns is finer.*\nhint: %pip install pandas"):
        store.get_historical_features(asked("records", 1), ["z:t"])


def test_several_zones_are_utc_in_a_frame(store: LocalFeatureStore) -> None:
    values = [CLOCKS[0], CLOCKS[1].astimezone(ZoneInfo("Asia/Tokyo"))]
    found = round_trip(store, records(values), 2, "pandas")["t"]
    assert str(found.dtype) == "datetime64[us, UTC]"
    assert found.tolist() == values


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_times_with_and_without_a_zone_stay_themselves(store: LocalFeatureStore, kind: str) -> None:
    values = [NOON, NOON.replace(tzinfo=None)]
    found = round_trip(store, records(values), 2, kind)["t"].to_list()
    assert list(map(repr, found)) == list(map(repr, values))


def test_dates_of_any_year_fit_a_frame(store: LocalFeatureStore) -> None:
    values = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)]
    found = round_trip(store, records(values), 2, "pandas")["t"]
    assert str(found.dtype) == "datetime64[us, UTC]"
    assert [value.year for value in found] == [1, 9999]


class Sundial(tzinfo):
    """A zone with a name that leads to none."""

    key = "Sundial/Garden"

    def utcoffset(self, moment: datetime | None, /) -> timedelta:
        return timedelta(minutes=7)

    def tzname(self, moment: datetime | None, /) -> str:
        return "garden"

    def dst(self, moment: datetime | None, /) -> None:
        return None


def test_a_zone_of_ones_own_keeps_its_offset(store: LocalFeatureStore) -> None:
    value = datetime(2024, 1, 1, tzinfo=Sundial())
    (found,) = round_trip(store, records([value]), 1, "records")
    assert found["t"] == value
    assert found["t"].tzinfo == timezone(timedelta(minutes=7))


def test_a_zone_that_is_not_known_here_is_named(store: LocalFeatureStore) -> None:
    store.ingest("z", records([CLOCKS[0]]), entities=["id"])
    program = f"""
import sys, zoneinfo
zoneinfo.reset_tzpath([])
sys.modules["tzdata"] = None
from datetime import UTC, datetime
from stack_magic.feature_stores import LocalFeatureStore
store = LocalFeatureStore(name="local", path={store.location!r})
row = {{"id": 0, "event_timestamp": datetime(2025, 1, 1, tzinfo=UTC)}}
try:
    store.get_historical_features([row], ["z:t"])
except Exception as error:
    print(type(error).__name__, error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    wanted = "MissingDependencyError the time zone 'Europe/Berlin' is not known on this machine"
    assert done.stdout == f"{wanted}\nhint: %pip install tzdata\n"


@pytest.mark.parametrize(
    "values",
    [[1, "a"], [2**70], [True, 1], [NOON.date(), NOON]],
    ids=["text", "big", "bool", "date"],
)
def test_what_no_column_of_arrow_holds_is_refused(
    store: LocalFeatureStore, values: list[Any]
) -> None:
    with pytest.raises(
        InvalidConfigurationError, match=r"no column of Arrow holds .*'t'.*\nhint: .*to_pylist"
    ):
        round_trip(store, records(values), len(values), "pyarrow")


def test_a_table_of_arrow_comes_back(store: LocalFeatureStore) -> None:
    found = round_trip(store, records([1, 2.5, None]), 3, "pyarrow")
    assert found.column_names == ["id", "event_timestamp", "t"]
    assert found["t"].to_pylist() == [1, 2.5, None]
    twice = pa.table([[1], [2]], names=["id", "id"])
    with pytest.raises(InvalidConfigurationError, match="several columns 'id'"):
        store.get_online_features(twice, ["z:t"])


def test_a_year_that_no_datetime_has_is_the_end_of_time(store: LocalFeatureStore) -> None:
    frame = pd.DataFrame({"id": [0], "t": [1]})
    frame["event_timestamp"] = np.array([10**17], dtype="datetime64[s]")
    found = round_trip(store, frame, 1, "records")
    assert found[0]["t"] is None
    assert store.get_historical_features(frame[["id", "event_timestamp"]], ["z:t"])["t"][0] == 1
