"""The SQLite metadata store: one file, several processes, no half-written record."""

from __future__ import annotations

import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from stack_magic.enums import Outcome
from stack_magic.errors import StorageError, UnknownNameError
from stack_magic.metadata_stores import (
    ArtifactRecord,
    SqliteMetadataStore,
    StepRecord,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITER = """
import sys
from stack_magic.enums import Outcome
from stack_magic.metadata_stores import ArtifactRecord, SqliteMetadataStore, StepRecord
store = SqliteMetadataStore(name="m", uri=sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
"""

RACER = (
    WRITER
    + """
for _ in range(int(sys.argv[2])):
    print(store.start_run("train", "prod", parameters={}, steps=[]).name, flush=True)
"""
)

RECORDER = (
    WRITER
    + """
run = store.start_run("train", "prod", parameters={}, steps=[])
for n in range(1_000_000):
    made = ArtifactRecord(f"k{n}", f"{n}", 1, "json", "int", (run.name, f"s{n}"))
    store.record_step(StepRecord(run.name, f"s{n}", Outcome.DONE, outputs={"o": made}))
    print(n, flush=True)
"""
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "metadata.db"


@pytest.fixture
def store(file: Path) -> Iterator[SqliteMetadataStore]:
    store = SqliteMetadataStore(name="local", uri=str(file))
    yield store
    store.close()


def start(store: SqliteMetadataStore, pipeline: str = "train") -> str:
    return store.start_run(pipeline, "prod", parameters={}, steps=["load"]).name


def spawn(program: str, file: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(file), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_making_one_touches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    SqliteMetadataStore(name="local")
    assert list(tmp_path.iterdir()) == []


def test_asking_before_the_first_run_makes_no_file(store: SqliteMetadataStore, file: Path) -> None:
    assert store.get_pipelines() == []
    assert store.get_pipeline_runs() == []
    with pytest.raises(UnknownNameError, match="no run is called 'train-1'"):
        store.get_pipeline_run("train-1")
    assert not file.exists()


def test_a_file_that_is_deleted_is_made_anew(store: SqliteMetadataStore, file: Path) -> None:
    assert start(store) == "train-1"
    file.unlink()
    assert store.get_pipelines() == []
    assert start(store) == "train-1"


def test_a_relative_uri_stays_where_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = SqliteMetadataStore(name="local")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    start(store)
    store.close()
    assert store.uri == "sqlite:///.stack_magic/metadata.db"
    assert store.location == str(tmp_path / ".stack_magic/metadata.db")
    assert store.local_path == str(tmp_path / ".stack_magic")
    assert Path(store.location).exists()


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        store = SqliteMetadataStore(name="local", uri=f"{tmp_path}/new/m.db")
        start(store)
        store.close()
    finally:
        os.umask(former)
    modes = [oct((tmp_path / p).stat().st_mode & 0o777) for p in ("new", "new/m.db")]
    assert modes == ["0o700", "0o600"]


def test_a_home_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    store = SqliteMetadataStore(name="local", uri="sqlite:///~/m.db")
    assert store.location == str(tmp_path / "m.db")


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("postgresql://host/db", "has scheme postgresql"),
        ("s3:/bucket/m.db", "has scheme s3"),
        ("sqlite://", "has scheme sqlite"),
        (":memory:", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///", "names no file"),
        ("m.db?mode=memory", r"contains '\?'"),
        ("m\0.db", "contains"),
    ],
)
def test_a_uri_names_a_file(uri: str, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        SqliteMetadataStore(name="local", uri=uri)


def test_the_password_of_a_foreign_uri_is_not_shown() -> None:
    with pytest.raises(ValidationError, match="has scheme postgresql") as caught:
        SqliteMetadataStore(name="local", uri="postgresql://me:hunter2@host/db")
    assert "hunter2" not in str(caught.value)


def test_importing_the_room_imports_no_sqlalchemy(tmp_path: Path) -> None:
    program = """
import sys
from stack_magic.metadata_stores import SqliteMetadataStore
SqliteMetadataStore(name="m")
assert "sqlalchemy" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=tmp_path)


def test_a_new_component_finds_what_was_recorded(store: SqliteMetadataStore, file: Path) -> None:
    run = start(store)
    other = SqliteMetadataStore(name="other", uri=f"sqlite:///{file}")
    assert [r.name for r in other.get_pipeline_runs("train")] == [run]
    other.close()


def test_an_unknown_run_names_the_nearest(store: SqliteMetadataStore) -> None:
    start(store)
    with pytest.raises(UnknownNameError, match=r"'trian-1'\nhint: did you mean 'train-1'"):
        store.get_pipeline_run("trian-1")


def test_a_lost_producer_is_said(store: SqliteMetadataStore) -> None:
    artifact = ArtifactRecord("k", "0", 1, "json", "int", ("train-9", "load"))
    with pytest.raises(UnknownNameError, match="no step 'load' of run 'train-9'"):
        store.get_producer_step_from_artifact(artifact)


def test_a_step_that_fails_to_be_recorded_leaves_nothing(store: SqliteMetadataStore) -> None:
    step = StepRecord(start(store), "load", Outcome.DONE, outputs={"o": None})  # type: ignore[dict-item]
    with pytest.raises(AttributeError, match="no attribute 'sha256'"):
        store.record_step(step)
    assert store.get_pipeline_run_steps(step.run) == []


def test_text_that_is_no_unicode_is_kept_readable(store: SqliteMetadataStore) -> None:
    store.record_step(StepRecord(start(store), "load", Outcome.FAILED, error="bad \udcff byte"))
    assert store.get_pipeline_run_steps("train-1")[0].error == "bad \\udcff byte"


def test_times_come_back_in_utc(store: SqliteMetadataStore) -> None:
    moment = datetime.fromisoformat("2024-03-31T02:30:00+02:00")
    store.record_step(StepRecord(start(store), "load", Outcome.DONE, started=moment))
    found = store.get_pipeline_run_steps("train-1")[0].started
    assert found == moment
    assert found is not None
    assert found.tzinfo is UTC


def test_forgetting_a_pipeline_leaves_the_others(store: SqliteMetadataStore, file: Path) -> None:
    for pipeline in ("train", "score"):
        run = start(store, pipeline)
        made = ArtifactRecord(run, run, 1, "json", "int", (run, "load"))
        store.record_step(StepRecord(run, "load", Outcome.DONE, outputs={"o": made}))
    store.forget_pipeline("train")
    assert store.get_pipelines() == ["score"]
    assert store.get_artifact("train-1") is None
    assert store.get_artifact("score-1") is not None


def test_steps_of_a_run_may_be_recorded_by_threads(store: SqliteMetadataStore) -> None:
    run = start(store)
    steps = [StepRecord(run, f"s{n}", Outcome.DONE) for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(store.record_step, steps))
    assert {s.name for s in store.get_pipeline_run_steps(run)} == {s.name for s in steps}


def test_two_processes_never_get_the_same_run(file: Path) -> None:
    racers = [spawn(RACER, file, "25") for _ in range(2)]
    for racer in racers:
        assert racer.stdout is not None
        racer.stdout.readline()
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    names = [name for racer in racers for name in racer.communicate()[0].split()]
    assert sorted(names) == sorted(f"train-{n}" for n in range(1, 51))


@pytest.mark.parametrize("acknowledged", [1, 7, 20])
def test_what_was_acknowledged_survives_a_kill(file: Path, acknowledged: int) -> None:
    with spawn(RECORDER, file) as writer:
        assert writer.stdout is not None
        assert writer.stdin is not None
        writer.stdout.readline()
        writer.stdin.write("go\n")
        writer.stdin.flush()
        for _ in range(acknowledged):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        last = acknowledged - 1 + len(writer.stdout.read().splitlines())
    store = SqliteMetadataStore(name="local", uri=str(file))
    steps = store.get_pipeline_run_steps("train-1")
    assert [s.name for s in steps][: last + 1] == [f"s{n}" for n in range(last + 1)]
    assert all(set(s.outputs) == {"o"} for s in steps)
    assert start(store) == "train-2"
    store.close()
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


FORKS = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


@FORKS
def test_a_forked_process_opens_its_own_connection(store: SqliteMetadataStore) -> None:
    start(store)
    child = os.fork()
    if child == 0:  # pragma: no cover - in the child
        status = 1
        try:
            status = 0 if start(store) == "train-2" else 1
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert start(store) == "train-3"


@FORKS
def test_a_fork_while_a_thread_writes_does_not_hang(store: SqliteMetadataStore) -> None:
    start(store)
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with store._transaction(writes=False):
            entered.set()
            leave.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait()
    child = os.fork()
    if child == 0:  # pragma: no cover - in the child
        signal.alarm(20)
        os._exit(len(store.get_pipelines()))
    leave.set()
    thread.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


def test_copies_compare_and_travel(store: SqliteMetadataStore) -> None:
    start(store)
    other = pickle.loads(pickle.dumps(store))  # noqa: S301 - made here
    assert other == store
    assert hash(other._file) == hash(store._file)
    assert other.get_pipelines() == ["train"]
    other.close()


def test_a_copy_for_another_file_opens_that(store: SqliteMetadataStore, tmp_path: Path) -> None:
    start(store)
    other = store.model_copy(update={"uri": f"{tmp_path}/other.db"})
    assert other.get_pipelines() == []
    assert store.get_pipelines() == ["train"]


def test_a_lock_is_waited_for_and_then_said(
    store: SqliteMetadataStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(store)
    store.close()
    monkeypatch.setattr("stack_magic.machine._patience.BUSY_SECONDS", 0.01)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match=r"metadata\.db' is locked by another process"):
        start(store)
    holder.execute("ROLLBACK")
    holder.close()
    assert start(store) == "train-2"


def test_a_damaged_file_is_named_and_kept(store: SqliteMetadataStore, file: Path) -> None:
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(StorageError, match=r"metadata\.db' is damaged or not a SQLite file"):
        store.get_pipelines()
    assert file.read_bytes() == b"no database" * 1000


def test_a_newer_schema_is_refused_untouched(store: SqliteMetadataStore, file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(StorageError, match=r"newer version of stack-magic \(schema 99"):
        store.get_pipelines()
    assert file.read_bytes() == before


def test_a_database_of_something_else_is_refused(store: SqliteMetadataStore, file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(StorageError, match="a database of something else"):
        store.get_pipelines()
    assert file.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_named() -> None:
    store = SqliteMetadataStore(name="local", uri="/proc/none/m.db")
    with pytest.raises(StorageError, match=r"'/proc/none/m\.db' cannot be used: .*No such file"):
        start(store)


def test_a_read_only_file_can_still_be_read(store: SqliteMetadataStore, file: Path) -> None:
    start(store)
    with store._transaction(writes=False) as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
    with pytest.raises(StorageError, match="is read-only; nothing was recorded"):
        start(store)
    assert store.get_pipelines() == ["train"]


def test_another_error_of_the_database_is_passed_on(store: SqliteMetadataStore) -> None:
    with store._transaction(writes=True) as connection:
        connection.exec_driver_sql("DROP TABLE links")
    with pytest.raises(StorageError, match="cannot be used: no such table: links"):
        store.find_cached_step(_recorded(store))


def _recorded(store: SqliteMetadataStore) -> str:
    store.record_step(StepRecord(start(store), "load", Outcome.DONE, cache_key="key"))
    return "key"


def test_every_commit_reaches_the_disk(store: SqliteMetadataStore) -> None:
    start(store)
    with store._transaction(writes=False) as connection:
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        foreign_keys = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    assert (synchronous, foreign_keys) == (2, 1)


def test_a_probe_tells_of_a_damaged_file(store: SqliteMetadataStore, file: Path) -> None:
    assert list(store.probe()) == []
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(StorageError, match="is damaged or not a SQLite file"):
        list(store.probe())
