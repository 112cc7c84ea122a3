"""Files of every earlier version of the local feature store are read, and written on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from stack_magic.errors import InvalidConfigurationError
from stack_magic.feature_stores import FeatureView, LocalFeatureStore
from stack_magic.feature_stores._migrations import MIGRATIONS

SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.sql"))
NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1, microseconds=1)


def asked(moment: datetime, **entity: Any) -> dict[str, Any]:
    return {**entity, "event_timestamp": moment}


def test_there_is_a_file_of_each_earlier_version() -> None:
    assert [schema.stem for schema in SCHEMAS] == [str(n) for n in range(1, len(MIGRATIONS))]


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.stem)
def test_a_file_of_an_earlier_version_is_read_and_written(tmp_path: Path, schema: Path) -> None:
    file = tmp_path / "features.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(schema.read_text())
    store = LocalFeatureStore(name="local", path=str(file))
    driver = FeatureView("driver", ("driver",), ("trips", "since"))
    shop = FeatureView("shop", ("shop", "item"), ("price",))
    assert store.get_views() == [driver, shop]
    moments = [NOON - timedelta(microseconds=1), NOON, LATER - timedelta(microseconds=1), LATER]
    rows = [asked(moment, driver=7) for moment in moments] + [asked(NOON, driver=float("inf"))]
    found = store.get_historical_features(rows, ["driver:trips", "driver:since"])
    since = datetime.fromisoformat("2024-03-31T02:30:00.000001+05:30")
    assert [row["trips"] for row in found] == [None, 1, 1, 2, 8]
    assert [row["since"] for row in found] == [None, since, since, None, None]
    online = store.get_online_features([{"driver": 7}], ["driver:trips"])
    assert online == [{"driver": 7, "trips": 1}]
    rows = [asked(NOON, shop="a", item=1), asked(NOON, shop="b; c", item="x")]
    rows.append(asked(NOON, shop="Infinity", item=float("-inf")))
    found = store.get_historical_features(rows, ["shop:price"])
    assert [row["price"] for row in found] == [0.5, 1.5, None]
    for row in (asked(NOON, driver="7"), asked(NOON, shop=1, item=1)):
        name = next(iter(row))
        with pytest.raises(InvalidConfigurationError, match=f"view '{name}' knows '{name}' by"):
            store.get_historical_features(
                [row], [f"{name}:{'trips' if 'driver' in row else 'price'}"]
            )
    store.ingest("driver", [asked(LATER, driver=7, trips=3)], entities=["driver"])
    store.materialize()
    (found,) = store.get_online_features([{"driver": 7}], ["driver:trips"])
    assert found["trips"] == 3
    store.close()
    with closing(sqlite3.connect(f"{file}.schema-{schema.stem}.backup")) as copy:
        assert copy.execute("SELECT count(*) FROM history").fetchone() == (6,)
