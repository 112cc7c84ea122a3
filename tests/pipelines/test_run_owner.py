"""A run without an end tells whether somebody still runs it."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.enums import Outcome
from stack_magic.errors import StorageError
from stack_magic.machine import ProcessIdentity, Standing
from stack_magic.metadata_stores import SqliteMetadataStore
from stack_magic.pipelines import Run, end_of, execute, pipeline, step
from stack_magic.session import ListRuns, Session
from tests.runs_elsewhere import running_elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stack_magic.stack import Stack

ABANDONED = "▲ abandoned: its kernel has ended"


@step
def load() -> int:
    return 1


@pipeline
def train() -> None:
    load()


def test_a_run_of_another_kernel_runs_there_until_that_has_ended(
    stack: Stack, tmp_path: Path
) -> None:
    with running_elsewhere(tmp_path / "runs.db"):
        card = repr(Run.load(stack, "train-1"))
        assert card.startswith("○ train-1 on lab: running in another kernel\n")
        assert "○ not ended yet" in card
    card = repr(Run.load(stack, "train-1"))
    assert card.startswith("▲ train-1 on lab: abandoned: its kernel has ended\n")
    assert "○ no end recorded" in card
    assert card.endswith("%pipeline run train --stack=lab")


def test_the_card_of_an_abandoned_run_has_the_parameters_to_run_it_again(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"n": 5, "mode": "it's", "sizes": [1, 2]}
    stack.metadata_store.start_run("train", "lab", parameters=given, steps=["load"])
    running = repr(Run.load(stack, "train-1"))
    assert "train.run(" not in running
    monkeypatch.setattr(ProcessIdentity, "standing", Standing.ENDED)
    card = repr(Run.load(stack, "train-1"))
    assert card.endswith("""train.run(stack='lab', n=5, mode="it's", sizes=…)""")


def test_the_list_of_runs_tells_which_are_abandoned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with running_elsewhere(tmp_path / ".stack_magic" / "metadata.db"):
        assert "○ running in another kernel" in repr(Session().apply(ListRuns()))
    assert ABANDONED in repr(Session().apply(ListRuns()))


def test_a_run_of_this_process_is_running(stack: Stack) -> None:
    stack.metadata_store.start_run("train", "lab", parameters={}, steps=["load"])
    assert repr(Run.load(stack, "train-1")).startswith("○ train-1 on lab: running\n")


def test_of_another_machine_nobody_knows(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.metadata_store.start_run("train", "lab", parameters={}, steps=["load"])
    here = platform.node()
    monkeypatch.setattr(platform, "node", lambda: "another")
    record = stack.metadata_store.get_pipeline_run("train-1")
    assert str(end_of(record)) == f"○ no end recorded, begun on {here}"


def test_a_process_with_the_number_of_an_ended_one_is_another() -> None:
    own = ProcessIdentity.own()
    assert own.standing is Standing.HERE
    assert own._replace(boot="former").standing is Standing.ENDED
    assert own._replace(began="earlier").standing is Standing.ENDED


def _fail(*_: Any) -> None:
    message = "'runs.db' cannot grow, the disk is full"
    raise StorageError(message)


def _failing_once(store: type, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    former: Callable[..., Any] = getattr(store, method)

    def fail(*_: Any) -> None:
        monkeypatch.setattr(store, method, former)
        _fail()

    monkeypatch.setattr(store, method, fail)


def test_an_end_that_could_not_be_recorded_is_recorded_at_the_next_use(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    _failing_once(SqliteMetadataStore, "finish_run", monkeypatch)
    with pytest.raises(StorageError, match="the disk is full"):
        execute(train, stack)
    record = stack.metadata_store.get_pipeline_run("train-1")
    assert str(end_of(record)) == "▲ no end recorded"
    assert Run.load(stack, "train-1").outcome is Outcome.DONE


def test_the_next_run_records_the_end_of_the_one_before(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    _failing_once(SqliteMetadataStore, "record_steps", monkeypatch)
    with monkeypatch.context() as patched:
        patched.setattr(SqliteMetadataStore, "finish_run", _fail)
        with pytest.raises(StorageError, match="the disk is full"):
            execute(train, stack)
    assert execute(train, stack).name == "train-2"
    first = stack.metadata_store.get_pipeline_run("train-1")
    assert first.outcome is Outcome.FAILED
    (load_of_first,) = stack.metadata_store.get_pipeline_run_steps("train-1")
    assert load_of_first.outcome is Outcome.CANCELLED
