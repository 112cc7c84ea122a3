from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.enums import Outcome
from stack_magic.errors import RunCancelledError
from stack_magic.pipelines import Run, execute, pipeline, step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from stack_magic.pipelines import Pipeline
    from stack_magic.stack import Stack

WAIT = 20.0


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Hear Ctrl-C also where the tests run in the background of a script, which ignores it."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@step
def load() -> int:
    return 1


@step
def interrupted(_x: Any = None) -> int:
    signal.raise_signal(signal.SIGINT)
    return 2


@step
def total(*parts: Any) -> int:
    return sum(parts)


def cancelled(asked: Pipeline, stack: Stack) -> Run:
    with pytest.raises(RunCancelledError, match="was interrupted") as caught:
        execute(asked, stack)
    run: Run = vars(caught.value)["run"]
    return run


def test_ctrl_c_cancels_the_step_and_what_follows(stack: Stack) -> None:
    @pipeline
    def train() -> None:
        total(interrupted(load()))

    run = cancelled(train, stack)
    outcomes = [str(s.outcome) for s in run.steps.values()]
    assert run.outcome is Outcome.CANCELLED
    assert outcomes == ["done", "cancelled", "cancelled"]
    assert run["load"].output == 1
    assert repr(Run.load(stack, run.name)) == repr(run)


def test_ctrl_c_leaves_threads_without_a_voice(
    make_stack: Callable[..., Stack], tmp_path: Path
) -> None:
    ready, release = threading.Barrier(4), threading.Event()
    stack = make_stack(max_parallel=4)

    @step(cache=False)
    def sleep(number: int) -> int:
        if ready.wait(WAIT) == 0:
            signal.raise_signal(signal.SIGINT)
        release.wait(WAIT)
        return number

    @pipeline
    def train() -> None:
        total(*[sleep(n) for n in range(4)])

    before = set(threading.enumerate())
    run = cancelled(train, stack)
    assert {s.outcome for s in run.steps.values()} == {Outcome.CANCELLED}
    release.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(WAIT)
    assert not [p for p in (tmp_path / "artifacts").rglob("*") if p.is_file()]
    after = Run.load(stack, run.name)
    assert {s.outcome for s in after.steps.values()} == {Outcome.CANCELLED}


def test_a_second_ctrl_c_does_not_stop_the_record(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    @pipeline
    def train() -> None:
        total(interrupted())

    store = type(stack.metadata_store)
    finish = store.finish_run

    def finish_interrupted(*args: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return finish(*args)

    monkeypatch.setattr(store, "finish_run", finish_interrupted)
    run = cancelled(train, stack)
    assert Run.load(stack, run.name).outcome is Outcome.CANCELLED


def test_ctrl_c_while_a_step_is_recorded_waits_for_it(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    @pipeline
    def train() -> None:
        total(load())

    store = type(stack.metadata_store)
    record = store.record_steps

    def record_interrupted(self: Any, steps: Any) -> None:
        if steps[0].name == "load":
            signal.raise_signal(signal.SIGINT)
        record(self, steps)

    monkeypatch.setattr(store, "record_steps", record_interrupted)
    run = cancelled(train, stack)
    assert [str(s.outcome) for s in run.steps.values()] == ["done", "cancelled"]


def test_a_keyboard_interrupt_raised_in_a_thread_cancels_the_run(
    make_stack: Callable[..., Stack],
) -> None:
    @step
    def give_up() -> None:
        raise KeyboardInterrupt

    @pipeline
    def train() -> None:
        total(give_up())

    run = cancelled(train, make_stack(max_parallel=2))
    assert run["give_up"].outcome is Outcome.CANCELLED


class _Impatient:
    def __init__(self, event: str) -> None:
        self._event = event

    def __getattr__(self, name: str) -> Any:
        def told(*_: Any) -> None:
            if name == self._event:
                raise KeyboardInterrupt

        return told


@pytest.mark.parametrize("event", ["run_started", "step_started", "step_ended"])
def test_ctrl_c_in_a_watcher_cancels_the_run(stack: Stack, event: str) -> None:
    @pipeline
    def train() -> None:
        total(load())

    impatient: Any = _Impatient(event)
    with pytest.raises(RunCancelledError, match="was interrupted"):
        execute(train, stack, watchers=[impatient])
    assert Run.load(stack, "train-1").outcome is Outcome.CANCELLED


def test_however_often_ctrl_c_comes_a_run_is_given(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    @pipeline
    def train() -> None:
        total(interrupted())

    def finish(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(type(stack.metadata_store), "finish_run", finish)
    assert cancelled(train, stack).outcome is Outcome.CANCELLED
