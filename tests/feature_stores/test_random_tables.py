"""A thousand random tables are joined as a search through all rows does it.

Rows and asked rows are of every unit and zone, and of each kind of frame; their times lie
around a change of the clock, often equal, and often one unit apart.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from stack_magic.feature_stores import LocalFeatureStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

NANOSECONDS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1000, "ns": 1}
ZONES = [None, "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]
KINDS = ["pandas", "polars", "pyarrow", "records"]
ROUNDS, TABLES = 10, 5
CHANGE = int(pd.Timestamp("2024-10-27 01:00", tz="UTC").as_unit("ns").value)


class Times(NamedTuple):
    """Times in nanoseconds, of which a frame has a column in *unit* and *zone*."""

    instants: list[int]
    unit: str
    zone: str | None


def column(kind: str, values: Times | list[Any]) -> Any:
    if not isinstance(values, Times):
        return values
    counts, unit, zone = _counts(values), values.unit, values.zone
    if kind == "pyarrow":
        return pa.array(counts, pa.timestamp(unit, zone))
    if kind == "polars":
        if unit == "s":  # polars has none
            counts, unit = [1000 * count for count in counts], "ms"
        times = pl.Series(counts, dtype=pl.Int64).cast(pl.Datetime(unit, zone and "UTC"))  # type: ignore[arg-type]
        return times if zone is None else times.dt.convert_time_zone(zone)
    index = pd.DatetimeIndex(np.array(counts, dtype=f"datetime64[{unit}]"))
    index = index if zone is None else index.tz_localize("UTC").tz_convert(zone)
    return index if kind == "pandas" else index.tolist()


def _counts(times: Times) -> list[int]:
    return [instant // NANOSECONDS[times.unit] for instant in times.instants]


def frame(kind: str, columns: Mapping[str, Times | list[Any]]) -> Any:
    made = {name: column(kind, values) for name, values in columns.items()}
    if kind == "records":
        return [dict(zip(made, row, strict=True)) for row in zip(*made.values(), strict=True)]
    return {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}[kind](made)


def values(found: Any, name: str) -> list[Any]:
    if isinstance(found, list):
        return [row[name] for row in found]
    if isinstance(found, pd.DataFrame):
        return [None if pd.isna(value) else value for value in found[name]]
    return found[name].to_list() if isinstance(found, pl.DataFrame) else found[name].to_pylist()


def instants(found: Any, name: str) -> list[int | None]:
    """Return a column of times that came back, in nanoseconds."""
    if isinstance(found, list):
        times = [None if row[name] is None else pd.Timestamp(row[name]) for row in found]
        return [None if time is None else int(time.as_unit("ns").value) for time in times]
    if isinstance(found, pd.DataFrame):
        times = [None if pd.isna(value) else value for value in found[name]]
        return [None if time is None else int(time.as_unit("ns").value) for time in times]
    if isinstance(found, pl.DataFrame):
        in_ns: list[int | None] = found[name].dt.cast_time_unit("ns").to_physical().to_list()
        return in_ns
    counts: list[int | None] = found[name].cast(pa.timestamp("ns")).cast(pa.int64()).to_pylist()
    return counts


def zone_of(found: Any, name: str) -> str | None:
    if isinstance(found, list):
        zone = next(row[name].tzinfo for row in found if row[name] is not None)
        return None if zone is None else str(zone)
    if isinstance(found, pd.DataFrame):
        zone = getattr(found[name].dtype, "tz", None)
        return None if zone is None else str(zone)
    if isinstance(found, pl.DataFrame):
        return found[name].dtype.time_zone  # type: ignore[attr-defined, no-any-return]
    return found[name].type.tz  # type: ignore[no-any-return]


class Table:
    """Random rows, asked rows, and what is known of these."""

    def __init__(self, chance: Random, unit: int, asked_unit: int) -> None:
        stride = chance.choice([1, 1, 1800 * 10**9 // unit]) * unit
        ticks = chance.randint(1, 6)
        count = chance.randint(1, 12)
        self.keys = [chance.randrange(3) for _ in range(count)]
        self.moments = [CHANGE + stride * chance.randint(-ticks, ticks) for _ in range(count)]
        self.asked_keys = [chance.randrange(4) for _ in range(chance.randint(1, 12))]
        near = [chance.choice(self.moments) // asked_unit for _ in self.asked_keys]
        self.asked = [(moment + chance.randint(-1, 1)) * asked_unit for moment in near]

    def known(self) -> list[int | None]:
        """Return the time of the row that counts for each that is asked."""
        return [self._known(*asked) for asked in zip(self.asked_keys, self.asked, strict=True)]

    def _known(self, key: int, moment: int) -> int | None:
        rows = zip(self.keys, self.moments, strict=True)
        return max((time for other, time in rows if other == key and time <= moment), default=None)

    def last(self) -> list[int | None]:
        """Return the number of that row: of several at one time the last ingested counts."""
        rows = list(zip(self.keys, self.moments, strict=True))
        return [
            None if time is None else max(n for n, row in enumerate(rows) if row == (key, time))
            for key, time in zip(self.asked_keys, self.known(), strict=True)
        ]


def joined(lists: Iterable[list[Any]]) -> list[Any]:
    return [value for part in lists for value in part]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("unit", NANOSECONDS)
def test_random_tables_are_joined_as_by_a_search(
    tmp_path: Path, unit: str, zone: str | None
) -> None:
    chance = Random(f"{unit} {zone}")  # noqa: S311 - the same tables in every run
    store = LocalFeatureStore(name="s", path=str(tmp_path / "features.db"))
    for view in map(str, range(ROUNDS)):
        asked_unit = chance.choice(list(NANOSECONDS))
        tables = [Table(chance, NANOSECONDS[unit], NANOSECONDS[asked_unit]) for _ in range(TABLES)]
        times = Times(joined(table.moments for table in tables), unit, zone)
        rows: dict[str, Times | list[Any]] = {
            "table": joined([str(n)] * len(table.keys) for n, table in enumerate(tables)),
            "id": joined(table.keys for table in tables),
            "event_timestamp": times,
            "number": joined(list(range(len(table.keys))) for table in tables),
            "since": times,
        }
        store.ingest(view, frame(chance.choice(KINDS), rows), entities=["table", "id"])
        asked: dict[str, Times | list[Any]] = {
            "table": joined([str(n)] * len(table.asked) for n, table in enumerate(tables)),
            "id": joined(table.asked_keys for table in tables),
            "event_timestamp": Times(
                joined(table.asked for table in tables), asked_unit, chance.choice(ZONES)
            ),
        }
        found = store.get_historical_features(
            frame(chance.choice(KINDS), asked), [f"{view}:number", f"{view}:since"]
        )
        assert values(found, "number") == joined(table.last() for table in tables)
        assert instants(found, "since") == joined(table.known() for table in tables)
        assert zone_of(found, "since") == zone
    store.close()
