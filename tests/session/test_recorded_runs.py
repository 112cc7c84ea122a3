"""The list of runs: the newest, those that cannot be read, and records that were lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from stack_magic import pipeline, step
from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.enums import StackComponentType
from stack_magic.errors import StorageError, UnknownNameError
from stack_magic.grammar import complete, parse
from stack_magic.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@step
def one() -> int:
    return 1


@pipeline
def opening() -> None:
    one()


def run(session: Session, line: str) -> Any:
    magic, _, rest = line.removeprefix("%").partition(" ")
    return session.apply(parse(magic, rest))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / ".stack_magic" / "metadata.db"


@pytest.fixture
def session(file: Path, fresh: Session) -> Iterator[Session]:
    assert not file.exists()
    fresh.namespace = {"opening": opening}
    yield fresh
    kind = StackComponentType.METADATA_STORE
    store: Any = fresh.registry.snapshot.component(kind, "default").component
    store.close()


def test_the_newest_runs_are_listed(session: Session) -> None:
    for _ in range(3):
        run(session, "%pipeline run opening")
    listed = run(session, "%pipeline runs --last 2")
    assert listed.value == ["opening-3", "opening-2"]
    assert "there are older ones: %pipeline runs --last=4" in repr(listed)
    listed = run(session, "%pipeline runs opening --last=3")
    assert listed.value == ["opening-3", "opening-2", "opening-1"]
    assert "older" not in repr(listed)


def test_a_run_that_cannot_be_read_is_told_below_the_others(session: Session, file: Path) -> None:
    for _ in range(2):
        run(session, "%pipeline run opening")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE runs SET parameters = '{broken' WHERE id = 1")
        connection.commit()
    listed = run(session, "%pipeline runs")
    assert listed.value == ["opening-2"]
    assert "warning: opening-1: run 'opening-1' cannot be read: column 'parameters'" in repr(listed)
    with pytest.raises(StorageError, match="run 'opening-1' cannot be read"):
        run(session, "%pipeline describe opening-1")
    assert [c.text for c in complete("pipeline", "describe open", session).items] == [
        "opening-2",
        "opening-1",
    ]


@pytest.mark.parametrize("loss", ["unlink", "truncate"])
def test_lost_records_are_told_by_the_list_and_the_next_run(
    session: Session, file: Path, loss: str
) -> None:
    first = run(session, "%pipeline run opening")
    assert first.findings == ()
    if loss == "unlink":
        file.unlink()
    else:
        file.write_bytes(b"")
    for line in ("%pipeline runs", "%pipeline runs opening"):
        listed = repr(run(session, line))
        assert (
            "warning: opening: artifact store 'default' has what an earlier 'opening-1'" in listed
        )
    again = run(session, "%pipeline run opening")
    assert again.name == "opening-1"
    assert "warning: opening: artifact store 'default' has what an earlier" in repr(again)
    assert again["one"].output == first["one"].output == 1
    assert "warning" not in repr(run(session, "%pipeline run opening"))


def test_a_list_without_runs_asks_nothing_of_a_store_that_has_none(session: Session) -> None:
    listed = run(session, "%pipeline runs")
    assert repr(listed) == "no runs are recorded; %pipeline run NAME"


class Away(LocalArtifactStore):
    """Cannot be reached."""

    FLAVOR: ClassVar[str] = "away"

    def listdir(self, path: Any = "") -> list[str]:
        raise ConnectionError(path)


def test_a_list_without_runs_needs_no_artifact_store(session: Session) -> None:
    session.register_flavor(Away)
    run(session, "%artifact_store register far --flavor=away --path=/far")
    run(session, "%stack register away -o default -a far -m default --set")
    assert repr(run(session, "%pipeline runs")) == "no runs are recorded; %pipeline run NAME"


def test_a_run_is_explained_by_a_line_also_after_a_restart(session: Session) -> None:
    run(session, "%pipeline run opening")
    run(session, "%pipeline run opening")
    session.namespace = {}
    restarted = Session()
    restarted.namespace = {}
    for each in (session, restarted):
        shown = repr(run(each, "%pipeline explain opening-2"))
        assert "one   ✓ cached  code, parameters and inputs are those of opening-1" in shown
        shown = repr(run(each, "%pipeline explain opening-2/one --stack default"))
        assert "its value was made by opening-1/one" in shown
        with pytest.raises(UnknownNameError, match="has no step 'onn'") as caught:
            run(each, "%pipeline explain opening-2/onn")
        assert "%pipeline explain opening-2/one" in str(caught.value)
        with pytest.raises(UnknownNameError, match="opening-7"):
            run(each, "%pipeline explain opening-7")
    restarted.active_stack.metadata_store.close()


def test_a_run_of_another_stack_is_explained(session: Session, tmp_path: Path) -> None:
    uri = f"sqlite:///{tmp_path}/other.db"
    run(session, f"%metadata_store register book --flavor=sqlite --uri={uri}")
    run(session, "%stack register other -o default -a default -m book")
    run(session, "%pipeline run opening --stack other")
    with pytest.raises(UnknownNameError, match="opening-1"):
        run(session, "%pipeline explain opening-1")
    for flag in ("-s", "--stack"):
        shown = repr(run(session, f"%pipeline explain opening-1/one {flag} other"))
        assert "opening-1/one: ✓ done\nit never ran before in this pipeline" in shown
    book: Any = session.registry.snapshot.component(StackComponentType.METADATA_STORE, "book")
    book.component.close()
