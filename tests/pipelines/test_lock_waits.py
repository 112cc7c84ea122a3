"""A finished step waits for a locked metadata store as long as it takes."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.enums import Outcome, StackComponentType
from stack_magic.errors import RunCancelledError, StorageError
from stack_magic.magics._progress import TerminalProgress
from stack_magic.pipelines import Run, execute, pipeline, step

from .conftest import AnyDatabase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from stack_magic.stack import Stack

    from .conftest import MakeStack


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let others wait hardly at all, and tell at once who waits longer."""
    monkeypatch.setattr("stack_magic.machine._patience.BUSY_SECONDS", 0.01)
    monkeypatch.setattr("stack_magic.pipelines._lock_waits.MOMENT", 0.0)
    # A shell that runs the tests in the background has Ctrl-C ignored.
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.fixture(params=["sqlite", "any_database"])
def make_stack(
    make_stack: MakeStack, any_database: AnyDatabase, request: pytest.FixtureRequest
) -> MakeStack:
    """Returns a function that makes a stack with one of two stores over the same file."""
    if request.param == "sqlite":
        return make_stack
    return partial(make_stack, extra={StackComponentType.METADATA_STORE: any_database})


@pytest.fixture
def other(tmp_path: Path, stack: Stack) -> Iterator[sqlite3.Connection]:
    """Gives the connection of another process to the file of the runs."""
    stack.metadata_store.get_pipelines()
    stack.metadata_store.start_run("other", "lab", parameters={}, steps=[])
    file = tmp_path / "runs.db"
    with closing(sqlite3.connect(file, check_same_thread=False, isolation_level=None)) as made:
        yield made


class Told(TerminalProgress):
    """Prints what happens, and does something when the run waits."""

    def __init__(self, then: Callable[[], object]) -> None:
        self._then = then

    def waiting(self, step: str, text: str) -> None:
        super().waiting(step, text)
        self._then()


def _locking(other: sqlite3.Connection, how: str) -> Any:
    @step(cache=False)
    def lock() -> int:
        other.execute(how)
        return 7

    @pipeline
    def train() -> None:
        lock()

    return train


@pytest.mark.parametrize("how", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_result_is_recorded_when_the_lock_is_free(
    make_stack: MakeStack,
    other: sqlite3.Connection,
    how: str,
    threads: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stack = make_stack(threads)
    free = Told(lambda: other.execute("COMMIT"))
    run = execute(_locking(other, how), stack, watchers=[free])
    assert run["lock"].output == 7
    assert repr(Run.load(stack, run.name)) == repr(run)
    store = stack.metadata_store
    what = "metadata store 'book'" if isinstance(store, AnyDatabase) else store.location
    assert f"  ▶ lock: waiting for the lock of {what}...\n" in capsys.readouterr().out


@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_ends_the_wait(
    make_stack: MakeStack, other: sqlite3.Connection, threads: int
) -> None:
    stack = make_stack(threads)
    interrupt = Told(lambda: signal.raise_signal(signal.SIGINT))
    with pytest.raises(RunCancelledError, match="was interrupted: 0 of 1 step") as caught:
        execute(_locking(other, "BEGIN IMMEDIATE"), stack, watchers=[interrupt])
    assert "its end could not be recorded yet" in repr(vars(caught.value)["run"])
    other.execute("COMMIT")
    run = Run.load(stack, "train-1")
    assert run.outcome is Outcome.CANCELLED
    assert run["lock"].outcome is Outcome.CANCELLED


def test_the_end_of_a_run_waits_too(
    stack: Stack,
    other: sqlite3.Connection,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = type(stack.metadata_store)
    finish = store.finish_run

    def finish_late(*arguments: Any) -> Any:
        monkeypatch.setattr(store, "finish_run", finish)
        other.execute("BEGIN IMMEDIATE")
        return finish(*arguments)

    monkeypatch.setattr(store, "finish_run", finish_late)

    @step
    def load() -> int:
        return 1

    @pipeline
    def train() -> None:
        load()

    free = Told(lambda: other.execute("COMMIT"))
    assert execute(train, stack, watchers=[free]).outcome is Outcome.DONE
    assert "\n  ▶ waiting for the lock of " in capsys.readouterr().out


def test_what_only_looks_does_not_wait(stack: Stack, other: sqlite3.Connection) -> None:
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageError, match="is locked by another process"):
        stack.metadata_store.find_runs()
