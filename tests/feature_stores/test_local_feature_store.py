"""The local feature store: one file, several users, every value as it was."""

from __future__ import annotations

import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydantic import ValidationError

from stack_magic.errors import (
    InvalidConfigurationError,
    InvalidNameError,
    NameTakenError,
    StorageError,
    UnknownNameError,
)
from stack_magic.feature_stores import FeatureView, LocalFeatureStore

if TYPE_CHECKING:
    from collections.abc import Iterator

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)

WRITER = """
import sys
from datetime import UTC, datetime
from stack_magic.feature_stores import LocalFeatureStore
store = LocalFeatureStore(name="f", path=sys.argv[1])
rows = [
    {"driver": n, "event_timestamp": datetime(2024, 1, 1, tzinfo=UTC), "batch": None}
    for n in range(500)
]
print("ready", flush=True)
sys.stdin.readline()
for batch in range(1_000_000):
    store.ingest("driver", [{**row, "batch": batch} for row in rows], entities=["driver"])
    print(batch, flush=True)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "features.db"


@pytest.fixture
def store(file: Path) -> Iterator[LocalFeatureStore]:
    store = LocalFeatureStore(name="local", path=str(file))
    yield store
    store.close()


def row(hours: float = 0, driver: Any = 7, **values: Any) -> dict[str, Any]:
    return {"driver": driver, "event_timestamp": NOON + timedelta(hours=hours), **values}


def ingest(store: LocalFeatureStore, *rows: dict[str, Any]) -> FeatureView:
    return store.ingest("driver", rows, entities=["driver"])


def trips(store: LocalFeatureStore, *rows: dict[str, Any]) -> list[Any]:
    found = store.get_historical_features(rows, ["driver:trips"])
    return [row["trips"] for row in found]


def test_making_one_touches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    LocalFeatureStore(name="local")
    assert list(tmp_path.iterdir()) == []


def test_asking_before_anything_was_ingested_makes_no_file(
    store: LocalFeatureStore, file: Path
) -> None:
    assert store.get_views() == []
    with pytest.raises(UnknownNameError, match="no view is called 'driver'"):
        trips(store, row())
    assert list(store.probe()) == []
    assert not file.exists()


def test_a_relative_path_stays_where_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = LocalFeatureStore(name="local")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    ingest(store, row(trips=1))
    store.close()
    assert store.path == ".stack_magic/features.db"
    assert store.location == str(tmp_path / ".stack_magic/features.db")
    assert store.local_path == str(tmp_path / ".stack_magic")
    assert Path(store.location).exists()


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        store = LocalFeatureStore(name="local", path=f"{tmp_path}/new/f.db")
        ingest(store, row(trips=1))
        store.close()
    finally:
        os.umask(former)
    modes = [oct((tmp_path / p).stat().st_mode & 0o777) for p in ("new", "new/f.db")]
    assert modes == ["0o700", "0o600"]


@pytest.mark.parametrize("path", ["", "  ", ":memory:", "a\0b"])
def test_a_path_names_a_file(path: str) -> None:
    with pytest.raises(ValidationError, match="names no file: features must outlive"):
        LocalFeatureStore(name="local", path=path)


@pytest.mark.parametrize("ttl", [0, -1, float("nan"), float("inf")])
def test_a_ttl_is_some_time(ttl: float) -> None:
    with pytest.raises(ValidationError, match="ttl"):
        LocalFeatureStore(name="local", ttl=ttl)


def test_another_component_finds_what_was_ingested(store: LocalFeatureStore, file: Path) -> None:
    view = ingest(store, row(trips=1))
    other = LocalFeatureStore(name="other", path=str(file))
    assert other.get_views() == [view] == [FeatureView("driver", ("driver",), ("trips",))]
    assert trips(other, row(1)) == [1]
    other.close()


VALUES = [
    "",
    "zwölf \U0001f680 \0 \udcff '; DROP TABLE history; --",
    0,
    -(2**63),
    2**200,
    0.1,
    -0.0,
    float("inf"),
    True,
    False,
    None,
    datetime(2024, 2, 29, 12, 30, 0, 123456),  # noqa: DTZ001 - naive on purpose
    datetime(1, 1, 1, tzinfo=UTC),
    datetime.fromisoformat("2024-03-31T02:30:00.000001+05:30"),
    date(2024, 2, 29),
    Decimal("1.10"),
    [0.5, 1.5],
    ["a", None, True, Decimal(1)],
    [],
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_as_it_was(store: LocalFeatureStore, value: Any) -> None:
    ingest(store, row(trips=value))
    store.materialize()
    online = store.get_online_features([{"driver": 7}], ["driver:trips"])
    for found in (trips(store, row(1))[0], online[0]["trips"]):
        assert type(found) is type(value)
        assert repr(found) == repr(value)


def test_not_a_number_stays_one(store: LocalFeatureStore) -> None:
    ingest(store, row(trips=float("nan")))
    assert repr(trips(store, row(1))) == "[nan]"


@pytest.mark.parametrize(
    "value",
    [object(), (1,), {"a": 1}, {1}, b"x", 1j, [[1]], [(1,)]],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_be_kept_is_refused(store: LocalFeatureStore, file: Path, value: Any) -> None:
    with pytest.raises(InvalidConfigurationError, match="'trips' of row 2 has a"):
        ingest(store, row(trips=1), row(trips=value))
    assert not file.exists()


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (None, "'event_timestamp' of row 1 is missing, but a datetime is wanted"),
        (float("nan"), "is missing"),
        ("2024-01-01", r"is '2024-01-01', but.*\nhint: datetime\.fromisoformat"),
        (date(2024, 1, 1), r"is datetime\.date"),
        (1704067200, "is 1704067200"),
    ],
)
def test_a_time_is_a_datetime(store: LocalFeatureStore, moment: Any, reason: str) -> None:
    with pytest.raises(InvalidConfigurationError, match=reason):
        ingest(store, {"driver": 7, "event_timestamp": moment, "trips": 1})
    ingest(store, row(trips=1))
    with pytest.raises(InvalidConfigurationError, match=reason):
        trips(store, {"driver": 7, "event_timestamp": moment})


def test_a_column_may_say_the_time_under_any_name(store: LocalFeatureStore) -> None:
    rows = [{"driver": 7, "since": NOON, "trips": 1}]
    view = store.ingest("driver", rows, entities=["driver"], event_time="since")
    assert view.features == ("trips",)
    assert trips(store, row(-1), row(1)) == [None, 1]


def test_summer_time_is_told_apart(store: LocalFeatureStore) -> None:
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2024, 10, 27, 2, 30, tzinfo=berlin)
    second = first.replace(fold=1)
    rows = [{"driver": 7, "event_timestamp": t, "trips": n} for n, t in enumerate((second, first))]
    ingest(store, *rows)
    asked = [{"driver": 7, "event_timestamp": t} for t in (first, second)]
    assert trips(store, *asked) == [1, 0]


def test_entities_are_those_that_python_finds_equal(store: LocalFeatureStore) -> None:
    ingest(store, row(driver=1, trips="one"), row(driver="1", trips="text"))
    asked = [row(1, driver) for driver in (1, 1.0, True, np.int8(1), np.float32(1), "1", 1.5)]
    asked += [row(1, float("nan")), row(1, None)]
    assert trips(store, *asked) == ["one"] * 5 + ["text"] + [None] * 3


@pytest.mark.parametrize(
    ("known", "asked", "reason"),
    [
        (
            1,
            "1",
            r"row 2 is the text '1', but view 'driver' knows 'driver' by numbers only\nhint: .*int",
        ),
        (
            "1",
            1,
            r"row 2 is the number 1, but view 'driver' knows 'driver' by texts only\nhint: .*str",
        ),
        ("1", 1.5, "the number 1.5"),
        (np.int64(1), np.str_("1"), "the text '1'"),
        (1.5, "a", "the text 'a'"),
    ],
)
def test_an_entity_of_another_type_is_named(
    store: LocalFeatureStore, known: Any, asked: Any, reason: str
) -> None:
    ingest(store, row(driver=known, trips=1))
    store.materialize()
    with pytest.raises(InvalidConfigurationError, match=reason):
        trips(store, row(1, driver=known), row(1, driver=asked))
    with pytest.raises(InvalidConfigurationError, match=reason):
        store.get_online_features([{"driver": known}, {"driver": asked}], ["driver:trips"])


def test_each_column_of_an_entity_has_its_types(store: LocalFeatureStore) -> None:
    rows = [row(shop="a", trips=1), row(shop=2, trips=2)]
    store.ingest("v", rows, entities=["shop", "driver"])
    found = store.get_historical_features([row(1, shop=2), row(1, shop="b")], ["v:trips"])
    assert [r["trips"] for r in found] == [2, None]
    with pytest.raises(InvalidConfigurationError, match="'driver' of row 1 is the text '7'"):
        store.get_historical_features([row(1, "7", shop=2)], ["v:trips"])
    store.delete_view("v")
    store.ingest("v", [row(driver="7", trips=3)], entities=["driver"])
    assert store.get_historical_features([row(1, "7")], ["v:trips"])[0]["trips"] == 3


@pytest.mark.parametrize(("key", "what"), [([1], "list"), (object(), "object"), (NOON, "datetime")])
def test_an_entity_is_text_or_a_number(store: LocalFeatureStore, key: Any, what: str) -> None:
    with pytest.raises(InvalidConfigurationError, match=f"'driver' of row 1 is a {what}"):
        ingest(store, row(driver=key, trips=1))


def test_rows_without_an_entity_are_refused(store: LocalFeatureStore) -> None:
    with pytest.raises(InvalidConfigurationError, match="row 2 belongs to no entity: driver is"):
        ingest(store, row(trips=1), row(driver=None, trips=1))


def test_a_row_that_lacks_the_entity_knows_nothing(store: LocalFeatureStore) -> None:
    ingest(store, row(trips=1))
    assert trips(store, row(1), {"event_timestamp": NOON}) == [1, None]


def test_a_column_that_all_rows_lack_is_named(store: LocalFeatureStore) -> None:
    ingest(store, row(trips=1))
    with pytest.raises(UnknownNameError, match=r"no column 'driver'\nhint: did you mean 'drivr'"):
        trips(store, {"drivr": 7, "event_timestamp": NOON})
    with pytest.raises(UnknownNameError, match="no column 'event_timestamp'"):
        trips(store, {"driver": 7})
    with pytest.raises(UnknownNameError, match="no column 'car'"):
        store.ingest("car", [row(trips=1)], entities=["car"])


@pytest.mark.parametrize(
    ("feature", "reason"),
    [
        ("driver:trps", r"'driver' has no feature 'trps'\nhint: did you mean 'trips'"),
        ("driver:zzz", r"no feature 'zzz'\nhint: known: 'trips'"),
        ("drivr:trips", r"no view is called 'drivr'\nhint: did you mean 'driver'"),
        (
            "trips",
            r"'trips' names no feature, VIEW:FEATURE does\nhint: did you mean 'driver:trips'",
        ),
    ],
)
def test_an_unknown_feature_names_the_nearest(
    store: LocalFeatureStore, feature: str, reason: str
) -> None:
    ingest(store, row(trips=1))
    with pytest.raises(UnknownNameError, match=reason):
        store.get_historical_features([row()], [feature])
    with pytest.raises(UnknownNameError, match=reason):
        store.get_online_features([{"driver": 7}], [feature])


def test_a_single_text_is_not_a_list_of_names(store: LocalFeatureStore) -> None:
    ingest(store, row(trips=1))
    wanted = "a list of names is wanted\nhint: "
    with pytest.raises(InvalidConfigurationError, match=rf"{wanted}features=\['driver:trips'\]"):
        store.get_historical_features([row()], "driver:trips")
    with pytest.raises(InvalidConfigurationError, match=rf"{wanted}views=\['driver'\]"):
        store.materialize("driver")
    with pytest.raises(InvalidConfigurationError, match=rf"{wanted}entities=\['driver'\]"):
        store.ingest("driver", [row(trips=1)], entities="driver")


def test_a_feature_that_is_asked_for_twice_comes_once(store: LocalFeatureStore) -> None:
    ingest(store, row(trips=1))
    found = store.get_historical_features([row(1)], ["driver:trips", "driver:trips"])
    assert found == [row(1, trips=1)]


def test_a_name_that_is_taken_says_the_way_out(store: LocalFeatureStore) -> None:
    ingest(store, row(trips=1))
    with pytest.raises(NameTakenError, match=r"the rows have already\nhint: full_feature_names"):
        trips(store, row(trips=5))
    with pytest.raises(
        NameTakenError, match=r"'driver__trips', which the rows have already\nhint: rename"
    ):
        store.get_historical_features(
            [row(driver__trips=5)], ["driver:trips"], full_feature_names=True
        )


@pytest.mark.parametrize("name", ["", "a:b", "a b", "../x", "x" * 65, "a\0", "\udcff", None, 7])
def test_a_view_has_a_name_to_ask_by(store: LocalFeatureStore, file: Path, name: Any) -> None:
    with pytest.raises(InvalidNameError, match=r"cannot name a view\nhint: allowed: 1-64"):
        store.ingest(name, [row(trips=1)], entities=["driver"])
    assert not file.exists()


@pytest.mark.parametrize("name", ["rows", "view; DROP TABLE views", "a:b", "ü", "data", "SELECT"])
def test_a_feature_may_have_any_name(store: LocalFeatureStore, name: str) -> None:
    ingest(store, row(**{name: 1}))
    assert store.get_historical_features([row(1)], [f"driver:{name}"]) == [row(1, **{name: 1})]


def test_a_row_is_all_that_is_known_from_then_on(store: LocalFeatureStore) -> None:
    ingest(store, row(0, trips=1, rating=4.5), row(1, trips=2))
    found = store.get_historical_features([row(2)], ["driver:trips", "driver:rating"])
    assert found == [row(2, trips=2, rating=None)]


def test_entities_may_be_given_in_any_order(store: LocalFeatureStore) -> None:
    store.ingest("v", [row(city="Bonn", trips=1)], entities=["driver", "city"])
    store.ingest("v", [row(1, city="Bonn", trips=2)], entities=["city", "driver"])
    found = store.get_historical_features([row(2, city="Bonn"), row(0, city="Bonn")], ["v:trips"])
    assert [r["trips"] for r in found] == [2, 1]


def test_no_rows_change_nothing(store: LocalFeatureStore) -> None:
    with pytest.raises(
        InvalidConfigurationError, match="no feature, so they make no view 'driver'"
    ):
        ingest(store)
    view = ingest(store, row(trips=1))
    assert ingest(store) == view
    assert store.get_historical_features([], ["driver:trips"]) == []
    assert store.get_online_features([], ["driver:trips"]) == []
    assert store.get_historical_features([row()], []) == [row()]


@pytest.mark.parametrize(
    ("entities", "event_time", "reason"),
    [
        ([], "event_timestamp", "entities is empty"),
        (["driver", "event_timestamp"], "event_timestamp", "cannot be an entity too"),
    ],
)
def test_a_view_is_of_entities(
    store: LocalFeatureStore, entities: list[str], event_time: str, reason: str
) -> None:
    with pytest.raises(InvalidConfigurationError, match=reason):
        store.ingest("driver", [row(trips=1)], entities=entities, event_time=event_time)


def test_a_value_that_is_too_old_is_not_known(file: Path) -> None:
    store = LocalFeatureStore(name="local", path=str(file), ttl=3600)
    ingest(store, row(0, trips=1))
    just_over = {**row(), "event_timestamp": NOON + timedelta(hours=1, microseconds=1)}
    assert trips(store, row(1), just_over) == [1, None]
    now = datetime.now(UTC)
    ingest(store, {**row(driver=8, trips=8), "event_timestamp": now})
    store.materialize(end=now)
    found = store.get_online_features([{"driver": 7}, {"driver": 8}], ["driver:trips"])
    assert [r["trips"] for r in found] == [None, 8]
    store.close()


def test_materializing_an_earlier_end_goes_back(store: LocalFeatureStore) -> None:
    ingest(store, row(0, trips=1), row(2, trips=2), row(3, driver=8, trips=8))
    for end, wanted in ((5, [2, 8]), (1, [1, None])):
        store.materialize(end=NOON + timedelta(hours=end))
        found = store.get_online_features([{"driver": 7}, {"driver": 8}], ["driver:trips"])
        assert [r["trips"] for r in found] == wanted


def test_one_unknown_view_materializes_none(store: LocalFeatureStore) -> None:
    ingest(store, row(trips=1))
    with pytest.raises(UnknownNameError, match="no view is called 'car'"):
        store.materialize(["driver", "car"])
    found = store.get_online_features([{"driver": 7}], ["driver:trips"])
    assert found == [{"driver": 7, "trips": None}]


def test_an_ingest_that_fails_half_way_leaves_nothing(store: LocalFeatureStore, file: Path) -> None:
    ingest(store, row(trips=1))
    store.close()
    connection = sqlite3.connect(file)
    connection.execute(
        "CREATE TRIGGER full BEFORE INSERT ON history WHEN NEW.data = '[99]'"
        " BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    connection.close()
    with pytest.raises(sqlite3.IntegrityError, match="disk is full"):
        ingest(store, *(row(n, trips=n) for n in range(2, 100)))
    assert trips(store, row(200)) == [1]


def test_threads_take_turns(store: LocalFeatureStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: ingest(store, row(n, trips=n)), range(24)))
        found = list(pool.map(lambda n: trips(store, row(n)), range(24)))
    assert found == [[n] for n in range(24)]


@pytest.mark.parametrize("acknowledged", [1, 5])
def test_what_was_acknowledged_survives_a_kill(file: Path, acknowledged: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdin is not None
        writer.stdout.readline()
        writer.stdin.write("go\n")
        writer.stdin.flush()
        for _ in range(acknowledged):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        last = acknowledged - 1 + len(writer.stdout.read().splitlines())
    store = LocalFeatureStore(name="local", path=str(file))
    asked = [row(driver=n) for n in range(500)]
    batches = {r["batch"] for r in store.get_historical_features(asked, ["driver:batch"])}
    store.close()
    assert len(batches) == 1, "a batch was kept by half"
    assert batches.pop() >= last


FORKS = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


@FORKS
def test_a_forked_process_opens_the_file_anew(store: LocalFeatureStore) -> None:
    ingest(store, row(trips=1))
    child = os.fork()
    if child == 0:  # pragma: no cover - in the child
        status = 1
        try:
            ingest(store, row(1, trips=2))
            status = 0 if trips(store, row(2)) == [2] else 1
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert trips(store, row(2)) == [2]
    ingest(store, row(3, trips=3))
    assert trips(store, row(4)) == [3]


@FORKS
def test_a_fork_while_a_thread_ingests_does_not_hang(store: LocalFeatureStore) -> None:
    ingest(store, row(trips=1))
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with store._sqlite.reading(Path(store.location)):
            entered.set()
            leave.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait()
    child = os.fork()
    if child == 0:  # pragma: no cover - in the child
        signal.alarm(20)
        os._exit(len(store.get_views()))
    leave.set()
    thread.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


def test_copies_compare_and_travel(store: LocalFeatureStore) -> None:
    ingest(store, row(trips=1))
    other = pickle.loads(pickle.dumps(store))  # noqa: S301 - made here
    assert other == store
    assert trips(other, row(1)) == [1]
    other.close()


def test_a_damaged_file_is_named_and_kept(store: LocalFeatureStore, file: Path) -> None:
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(StorageError, match=r"features\.db'.* is damaged"):
        list(store.probe())
    assert file.read_bytes() == b"no database" * 1000


def test_asking_writes_nothing(store: LocalFeatureStore, file: Path) -> None:
    ingest(store, row(trips=1))
    store.materialize()
    before = file.read_bytes()
    trips(store, *(row(n) for n in range(100)))
    store.get_online_features([{"driver": 7}], ["driver:trips"])
    assert file.read_bytes() == before


def test_importing_the_room_and_records_import_nothing_heavy(tmp_path: Path) -> None:
    program = """
import sys
from datetime import UTC, datetime
from stack_magic.feature_stores import LocalFeatureStore
store = LocalFeatureStore(name="f")
row = {"driver": 7, "event_timestamp": datetime.now(UTC)}
store.ingest("driver", [{**row, "trips": 1}], entities=["driver"])
assert store.get_historical_features([row], ["driver:trips"]) == [{**row, "trips": 1}]
heavy = {"IPython", "sqlalchemy", "fsspec", "numpy", "pandas", "polars", "pyarrow"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
store.close()
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=tmp_path)
