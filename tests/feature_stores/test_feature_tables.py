"""Data frames and files go in; data frames come back as frames, with all their own."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal

from stack_magic.errors import (
    InvalidConfigurationError,
    MissingDependencyError,
    StorageError,
    UnknownNameError,
)
from stack_magic.feature_stores import LocalFeatureStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
ROWS = [
    {
        "driver": 7,
        "event_timestamp": NOON,
        "trips": 1,
        "rating": 0.5,
        "city": "Bonn",
        "new": True,
        "since": NOON,
        "place": [0.5, 1.5],
    },
    {
        "driver": 8,
        "event_timestamp": NOON + timedelta(hours=1),
        "trips": 2**53 + 1,
        "rating": 1.5,
        "city": "Kiel",
        "new": False,
        "since": NOON,
        "place": [],
    },
]
FEATURES = [f"driver:{name}" for name in ROWS[0] if name not in {"driver", "event_timestamp"}]
AT_TWO = NOON + timedelta(hours=2)
ASKED = [{"driver": n, "event_timestamp": AT_TWO} for n in (8, 9, 7)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalFeatureStore]:
    store = LocalFeatureStore(name="local", path=str(tmp_path / "features.db"))
    yield store
    store.close()


def records(store: LocalFeatureStore) -> list[dict[str, Any]]:
    """Return all that is known at the end, as records."""
    asked = [{"driver": row["driver"], "event_timestamp": AT_TWO} for row in ROWS]
    found: list[dict[str, Any]] = store.get_historical_features(asked, FEATURES)
    return [{**row, "event_timestamp": was["event_timestamp"]} for row, was in zip(found, ROWS)]  # noqa: B905 - as many


def parquet(rows: Any, path: Path) -> Path:
    pq.write_table(rows, path)
    return path


@pytest.mark.parametrize(
    "frame", [pd.DataFrame(ROWS), pl.DataFrame(ROWS)], ids=["pandas", "polars"]
)
def test_a_frame_is_ingested_as_records_are(store: LocalFeatureStore, frame: Any) -> None:
    store.ingest("driver", frame, entities=["driver"])
    assert records(store) == ROWS
    kinds = [[type(value) for value in row.values()] for row in records(store)]
    assert kinds == [[type(value) for value in row.values()] for row in ROWS]


def test_a_parquet_file_is_ingested_as_records_are(
    store: LocalFeatureStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "driver=1").mkdir()
    parquet(pa.Table.from_pylist(ROWS), tmp_path / "driver=1/rows.parquet")
    monkeypatch.chdir(tmp_path)
    view = store.ingest("driver", "driver=1/rows.parquet", entities=["driver"])
    assert list(view.features) == [name.partition(":")[2] for name in FEATURES]
    assert records(store) == ROWS


def test_the_index_that_pandas_writes_is_no_feature(
    store: LocalFeatureStore, tmp_path: Path
) -> None:
    path = tmp_path / "rows.parquet"
    pd.DataFrame(ROWS, index=[4, 2]).to_parquet(path)
    view = store.ingest("driver", path, entities=["driver"])
    assert "__index_level_0__" in pq.read_schema(path).names
    assert list(view.features) == [name.partition(":")[2] for name in FEATURES]


def test_a_pandas_frame_comes_back_with_its_index(store: LocalFeatureStore) -> None:
    store.ingest("driver", ROWS, entities=["driver"])
    asked = pd.DataFrame(ASKED, index=["x", "x", "y"])
    found = store.get_historical_features(asked, FEATURES)
    assert list(asked.columns) == ["driver", "event_timestamp"]
    assert_frame_equal(found[["driver", "event_timestamp"]], asked)
    dtypes = [str(found[name].dtype) for name in ("trips", "rating", "new")]
    assert dtypes == ["Int64", "float64", "boolean"]
    assert found["since"].tolist() == [NOON, pd.NaT, NOON]
    assert found["trips"].tolist() == [2**53 + 1, pd.NA, 1]
    assert found["city"].tolist()[::2] == ["Kiel", "Bonn"]
    assert found["place"].tolist() == [[], None, [0.5, 1.5]]


def test_whole_numbers_without_gaps_are_plain(store: LocalFeatureStore) -> None:
    store.ingest("driver", ROWS, entities=["driver"])
    found = store.get_historical_features(pd.DataFrame(ASKED[:1]), ["driver:trips", "driver:new"])
    assert [str(found[name].dtype) for name in ("trips", "new")] == ["int64", "bool"]


def test_numbers_that_no_column_holds_stay_as_they_are(store: LocalFeatureStore) -> None:
    store.ingest("driver", [{**ROWS[0], "trips": 2**70}], entities=["driver"])
    found = store.get_historical_features(pd.DataFrame(ASKED), ["driver:trips"])
    assert found["trips"].tolist() == [None, None, 2**70]


def test_a_polars_frame_comes_back(store: LocalFeatureStore) -> None:
    store.ingest("driver", ROWS, entities=["driver"])
    asked = pl.DataFrame(ASKED)
    found = store.get_historical_features(asked, FEATURES)
    assert found.select(asked.columns).equals(asked)
    assert found["trips"].to_list() == [2**53 + 1, None, 1]
    assert found["place"].to_list() == [[], None, [0.5, 1.5]]
    store.materialize(end=AT_TWO)
    online = store.get_online_features(asked.select("driver"), ["driver:rating"])
    assert online.to_dicts() == [
        {"driver": 8, "rating": 1.5},
        {"driver": 9, "rating": None},
        {"driver": 7, "rating": 0.5},
    ]


def test_mixed_values_fit_a_polars_column(store: LocalFeatureStore) -> None:
    mixed = [{**ROWS[0], "trips": 1.5, "city": 1}, ROWS[1]]
    store.ingest("driver", mixed, entities=["driver"])
    found = store.get_historical_features(pl.DataFrame(ASKED), ["driver:trips", "driver:city"])
    assert found["trips"].to_list() == [float(2**53 + 1), None, 1.5]
    assert found["city"].to_list() == ["Kiel", None, 1]


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame])
def test_an_empty_frame_comes_back_empty_with_the_columns(
    store: LocalFeatureStore, kind: Any
) -> None:
    store.ingest("driver", ROWS, entities=["driver"])
    asked = kind(ASKED)[:0]
    found = store.get_historical_features(asked, ["driver:trips"])
    assert isinstance(found, kind)
    assert list(found.columns) == ["driver", "event_timestamp", "trips"]
    assert len(found) == 0


def test_what_pandas_calls_missing_is_none(store: LocalFeatureStore) -> None:
    frame = pd.DataFrame(
        {
            "driver": [7.0, 8.0],
            "event_timestamp": [NOON, NOON],
            "rating": [float("nan"), 1.0],
            "since": [pd.NaT, NOON],
            "trips": pd.array([pd.NA, 2], dtype="Int64"),
        }
    )
    store.ingest("driver", frame, entities=["driver"])
    asked = [{"driver": n, "event_timestamp": AT_TWO} for n in (7, 8)]
    found = store.get_historical_features(asked, ["driver:rating", "driver:since", "driver:trips"])
    assert [list(row.values())[2:] for row in found] == [[None, None, None], [1.0, NOON, 2]]


def test_scalars_of_numpy_and_pandas_count_as_what_they_hold(store: LocalFeatureStore) -> None:
    row = {
        "driver": np.int64(7),
        "event_timestamp": pd.Timestamp(NOON),
        "trips": np.int32(1),
        "rating": np.float64(0.5),
        "city": np.str_("Bonn"),
        "new": np.bool_(True),
        "since": pd.Timestamp(NOON),
        "place": np.array([0.5, 1.5]),
    }
    store.ingest("driver", [row, {**row, "driver": 8, "since": pd.NaT}], entities=["driver"])
    found = store.get_historical_features([ASKED[2], ASKED[0]], FEATURES)
    assert list(found[0].values())[2:] == list(ROWS[0].values())[2:]
    assert [type(v) for v in found[0].values()] == [type(v) for v in ROWS[0].values()]
    assert found[1]["since"] is None


@pytest.mark.parametrize(
    "value", [np.datetime64("2024-01-01", "ns"), np.array([[1]]), np.complex64(1), np.dtype("i8")]
)
def test_what_would_change_is_refused(store: LocalFeatureStore, value: Any) -> None:
    with pytest.raises(InvalidConfigurationError, match="'trips' of row 1 has a"):
        store.ingest("driver", [{**ROWS[0], "trips": value}], entities=["driver"])


def in_nanoseconds(kind: str, nanoseconds: int, **values: Any) -> Any:
    moment = pd.Timestamp("2024-02-29T12:00:00") + pd.Timedelta(nanoseconds, unit="ns")
    frame = pd.DataFrame({"driver": [7], "event_timestamp": [moment.as_unit("ns")], **values})
    if kind == "records":
        return frame.to_dict("records")
    return frame if kind == "pandas" else pl.DataFrame(frame)


@pytest.mark.parametrize("kind", ["records", "pandas", "polars", "parquet"])
@pytest.mark.parametrize("asker", ["records", "pandas", "polars"])
def test_nanoseconds_never_show_the_future(
    store: LocalFeatureStore, tmp_path: Path, kind: str, asker: str
) -> None:
    rows = in_nanoseconds("pandas" if kind == "parquet" else kind, 1500, trips=[1])
    if kind == "parquet":
        rows = parquet(pa.Table.from_pandas(rows), tmp_path / "rows.parquet")
    store.ingest("driver", rows, entities=["driver"])
    found = []
    for nanoseconds in (1499, 2000):
        asked = in_nanoseconds(asker, nanoseconds)
        rows = store.get_historical_features(asked, ["driver:trips"])
        rows = rows if isinstance(rows, list) else rows["trips"].to_list()
        found.append(rows[0]["trips"] if asker == "records" else rows[0])
    assert not found[0] or pd.isna(found[0])
    assert found[1] == 1


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "Asia/Kolkata"])
def test_times_of_any_unit_and_zone_are_instants(
    store: LocalFeatureStore, unit: Any, zone: str | None
) -> None:
    local = (
        pd.Series([NOON]).dt.tz_convert(zone) if zone else pd.Series([NOON]).dt.tz_localize(None)
    )
    frame = pd.DataFrame({"driver": [7], "event_timestamp": local.dt.as_unit(unit), "trips": [1]})
    store.ingest("driver", frame, entities=["driver"])
    moments = [NOON - timedelta(microseconds=1), NOON]
    asked = [{"driver": 7, "event_timestamp": moment} for moment in moments]
    found = store.get_historical_features(asked, ["driver:trips"])
    assert [row["trips"] for row in found] == [None, 1]


@pytest.mark.parametrize("moments", [[NOON, None], [NOON, "noon"]], ids=["missing", "text"])
@pytest.mark.parametrize("kind", ["pandas", "polars", "parquet"])
def test_a_row_of_a_frame_without_a_time_is_named(
    store: LocalFeatureStore, tmp_path: Path, kind: str, moments: list[Any]
) -> None:
    if "noon" in moments and kind != "pandas":
        moments = ["twelve", "noon"]  # their columns are of one type
    columns = {"driver": [7, 8], "event_timestamp": moments, "trips": [1, 2]}
    rows: Any = pd.DataFrame(columns) if kind == "pandas" else pl.DataFrame(columns)
    if kind == "parquet":
        rows.write_parquet(tmp_path / "rows.parquet")
        rows = tmp_path / "rows.parquet"
    with pytest.raises(InvalidConfigurationError, match=r"'event_timestamp' of row [12] is"):
        store.ingest("driver", rows, entities=["driver"])
    assert store.get_views() == []


def test_columns_of_a_frame_are_named_once_by_text(store: LocalFeatureStore) -> None:
    frame = pd.DataFrame(ROWS)
    with pytest.raises(InvalidConfigurationError, match="several columns 'trips'"):
        store.ingest("driver", pd.concat([frame, frame[["trips"]]], axis=1), entities=["driver"])
    with pytest.raises(InvalidConfigurationError, match="0 cannot name a feature: text can"):
        store.ingest("driver", frame.rename(columns={"trips": 0}), entities=["driver"])
    with pytest.raises(UnknownNameError, match=r"no column 'driver'\nhint: did you mean 'drivr'"):
        store.ingest("driver", frame.rename(columns={"driver": "drivr"}), entities=["driver"])


@pytest.mark.parametrize("rows", [7, None, {"driver": [7]}, pl.LazyFrame(ROWS), iter(ROWS), b"x"])
def test_rows_of_another_kind_are_refused(store: LocalFeatureStore, rows: Any) -> None:
    with pytest.raises(InvalidConfigurationError, match="a list of mappings or a data frame"):
        store.ingest("driver", rows, entities=["driver"])


def test_a_record_is_a_mapping(store: LocalFeatureStore) -> None:
    with pytest.raises(InvalidConfigurationError, match="row 2 is a tuple, but a mapping"):
        store.ingest("driver", [ROWS[0], ("x", 1)], entities=["driver"])  # type: ignore[list-item]


def test_a_file_is_not_asked_with(store: LocalFeatureStore) -> None:
    store.ingest("driver", ROWS, entities=["driver"])
    with pytest.raises(InvalidConfigurationError, match=r"a list of mappings.*not a str"):
        store.get_historical_features("rows.parquet", FEATURES)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [("none.parquet", None, "No such file"), ("rows.csv", b"a,b\n1,2\n3,4\n", "Parquet magic")],
)
def test_a_file_that_cannot_be_read_is_named(
    store: LocalFeatureStore, tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StorageError, match=f"{name}' cannot be read as a parquet file: .*{reason}"):
        store.ingest("driver", path, entities=["driver"])


def test_a_missing_package_is_named(
    store: LocalFeatureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(
        MissingDependencyError, match=r"without pyarrow\nhint: %pip install pyarrow"
    ):
        store.ingest("driver", "rows.parquet", entities=["driver"])


def test_many_features_are_added_without_a_warning(store: LocalFeatureStore) -> None:
    names = [f"f{n}" for n in range(150)]
    row = {"driver": 7, "event_timestamp": NOON, **dict.fromkeys(names, 1)}
    store.ingest("driver", [row], entities=["driver"])
    asked = pd.DataFrame(ASKED[2:])
    found = store.get_historical_features(asked, [f"driver:{name}" for name in names])
    assert found[names].to_numpy().sum() == 150
