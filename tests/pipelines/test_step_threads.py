"""Threads, pools and tasks that a step starts are in the step; what it does stays in the run."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import random
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir, redirect_stdout
from multiprocessing.pool import ThreadPool
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from stack_magic import log_artifact, log_metrics, log_params
from stack_magic.errors import RunCancelledError, StackMagicError
from stack_magic.experiment_trackers import LocalExperimentTracker
from stack_magic.pipelines import execute, pipeline, step
from stack_magic.stack import StepContext, current_step, get_step_context, in_step
from tests.interruption import is_interrupted, opcodes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from stack_magic.stack import Stack

    from .conftest import MakeStack

INHERITANCE = ("stack_magic.stack._inheritance", "contextlib")


def _own_thread(work: Callable[[int], Any], numbers: Iterable[int]) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _pool(work: Callable[[int], Any], numbers: Iterable[int]) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, numbers))


def _thread_pool(work: Callable[[int], Any], numbers: Iterable[int]) -> None:
    with ThreadPool(2) as pool:
        pool.map(work, numbers)


_LASTING = ThreadPoolExecutor(1)


def _lasting_pool(work: Callable[[int], Any], numbers: Iterable[int]) -> None:
    for future in [_LASTING.submit(work, number) for number in numbers]:
        future.result()


def _tasks(work: Callable[[int], Any], numbers: Iterable[int]) -> None:
    async def one(number: int) -> None:
        await asyncio.to_thread(work, number)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, work, number)

    async def every() -> None:
        await asyncio.gather(*map(one, numbers))

    asyncio.run(every())


def _nested(work: Callable[[int], Any], numbers: Iterable[int]) -> None:
    _own_thread(lambda number: _own_thread(work, [number]), numbers)


@pytest.fixture
def tracked(make_stack: MakeStack, tmp_path: Path) -> Stack:
    tracker = LocalExperimentTracker(name="notes", path=str(tmp_path / "notes"))
    return make_stack(2, extra={tracker.TYPE: tracker})


WAYS = [_own_thread, _pool, _thread_pool, _lasting_pool, _tasks, _nested]


@pytest.mark.parametrize("way", WAYS)
def test_what_threads_log_is_the_step_s(tracked: Stack, way: Any) -> None:
    def fold(number: int) -> None:
        log_metrics({f"{get_step_context().step}_{number}": number})

    @step(cache=False)
    def train(seed: int) -> int:
        way(fold, range(3))
        return seed

    @pipeline
    def training() -> None:
        train(1)
        train(2)

    run = execute(training, tracked)
    assert [one.error for one in run.steps.values()] == ["", ""]
    found = tracked.component("experiment_tracker").get_runs()  # type: ignore[arg-type]
    logged = {run.step: sorted(run.metrics) for run in found}
    assert logged == {
        name: [f"{name}_{number}" for number in range(3)] for name in ("train", "train_2")
    }


def test_a_thread_that_outlives_its_step_is_in_no_step(tracked: Stack) -> None:
    go_on, said = threading.Event(), []

    def late() -> None:
        go_on.wait()
        try:
            log_metrics(late=1)
        except StackMagicError as error:
            said.append(str(error))

    threads = []

    @step(cache=False)
    def train() -> int:
        threads.append(threading.Thread(target=late))
        threads[0].start()
        return 1

    @pipeline
    def training() -> None:
        train()

    execute(training, tracked)
    go_on.set()
    threads[0].join()
    assert "log_metrics is called where no step is running" in said[0]


def test_threads_are_as_before_when_no_step_runs(stack: Stack) -> None:
    start, submit = threading.Thread.start, ThreadPoolExecutor.submit

    @pipeline
    def training() -> None:
        step(lambda: 1, name="one")()  # type: ignore[call-overload]

    execute(training, stack)
    assert threading.Thread.start is start
    assert ThreadPoolExecutor.submit is submit


@pytest.mark.parametrize(
    "log",
    [
        lambda: log_metrics(a=1),
        lambda: log_params(a=1),
        lambda: log_artifact("a.txt"),
    ],
)
def test_what_is_logged_outside_of_any_step_is_refused(log: Callable[[], None]) -> None:
    with pytest.raises(StackMagicError, match="where no step is running: nothing would be kept"):
        log()


def test_a_step_that_is_called_says_that_it_logs_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    @step
    def train() -> int:
        log_metrics(a=1)
        return 2

    assert train() == 2
    assert "log_metrics keeps nothing: step 'train' is called" in capsys.readouterr().out


def test_what_is_logged_by_the_name_of_the_argument(tracked: Stack) -> None:
    @step(cache=False)
    def train() -> int:
        log_metrics(metrics=0.5)
        log_metrics(metrics={"auc": 0.25})
        log_params(params={"rate": 1})
        log_params(params="all")
        with pytest.raises(StackMagicError, match="None is no path"):
            log_artifact(None)  # type: ignore[arg-type]
        return 1

    @pipeline
    def training() -> None:
        train()

    run = execute(training, tracked)
    assert run["train"].error == ""
    (logged,) = tracked.component("experiment_tracker").get_runs()  # type: ignore[arg-type]
    assert {name: points[-1].value for name, points in logged.metrics.items()} == {
        "metrics": 0.5,
        "auc": 0.25,
    }
    assert logged.params == {"rate": 1, "params": "all"}


class _State:
    """What a run leaves as it was."""

    def __init__(self) -> None:
        self.streams = (sys.stdin, sys.stdout, sys.stderr)
        self.handlers = list(logging.root.handlers)
        self.levels = (logging.root.level, logging.getLogger("known").level)
        self.known = list(logging.getLogger("known").handlers)
        self.warnings = (warnings.filters, list(warnings.filters), warnings.showwarning)
        self.environment = dict(os.environ)
        self.folder = os.getcwd()  # noqa: PTH109

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


_MADE: list[logging.Handler] = []


def _change_everything(folder: Path) -> None:
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), io.StringIO(), io.StringIO()
    logging.basicConfig(level=logging.DEBUG, force=True, filename=folder / "a.log")
    _MADE.extend(logging.root.handlers)
    logging.getLogger("known").addHandler(logging.StreamHandler())
    logging.getLogger("known").setLevel(5)
    warnings.simplefilter("error")
    warnings.catch_warnings().__enter__()
    os.environ["NEW_ONE"] = "1"
    os.environ["HOME"] = "/nowhere"
    os.environ.pop("PATH")
    os.chdir(folder)


@pytest.mark.parametrize("how", ["returns", "raises", "is interrupted"])
def test_a_run_leaves_the_process_as_it_was(stack: Stack, tmp_path: Path, how: str) -> None:
    logging.getLogger("known")

    @step(cache=False)
    def change() -> int:
        _change_everything(tmp_path)
        if how == "raises":
            raise ValueError(how)
        if how == "is interrupted":
            raise KeyboardInterrupt
        return 1

    @pipeline
    def changing() -> None:
        change()

    before = _State()
    if how == "is interrupted":
        with pytest.raises(RunCancelledError, match="'changing-1' was interrupted"):
            execute(changing, stack)
    else:
        execute(changing, stack)
    assert _State() == before
    for handler in _MADE:
        handler.close()
    _MADE.clear()


class Beside:
    """Counts how many steps are in it at once."""

    def __init__(self) -> None:
        self.most = self._now = 0
        self._lock = threading.Lock()
        self._others = threading.Event()

    def __enter__(self) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            if self._now == 2:
                self._others.set()
        self._others.wait(0.1)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._now -= 1


BESIDE = Beside()


def test_parallel_steps_that_redirect_leave_the_stream(make_stack: MakeStack) -> None:
    @step(cache=False)
    def capture(number: int) -> str:
        with redirect_stdout(io.StringIO()) as out:
            for _ in range(3):
                with BESIDE:
                    print(number)  # noqa: T201
        return out.getvalue()

    @pipeline
    def capturing() -> None:
        results = [capture(number) for number in range(4)]
        assert len(results) == 4

    before = sys.stdout
    run = execute(capturing, make_stack(4))
    assert sys.stdout is before
    assert [one.output for one in run.steps.values()] == [f"{n}\n" * 3 for n in range(4)]


def _seeded(number: int) -> Any:
    np.random.seed(0)  # noqa: NPY002 - the generator that all share
    return np.random.rand()  # noqa: NPY002


def _drawn(number: int) -> Any:
    random.seed(0)
    return random.random()  # noqa: S311


def _moved(number: int) -> Any:
    with chdir("/"):
        return os.getcwd()  # noqa: PTH109


def _set(number: int) -> Any:
    os.environ["NUMBER"] = "one"
    return os.environ.pop("NUMBER")


@pytest.mark.parametrize("work", [_seeded, _drawn, _moved, _set])
def test_steps_that_touch_what_threads_share_run_alone(
    make_stack: MakeStack, capsys: pytest.CaptureFixture[str], work: Callable[[int], Any]
) -> None:
    BESIDE.__init__()  # type: ignore[misc]

    @step(cache=False)
    def touch(number: int) -> Any:
        with BESIDE:
            return work(number)

    @pipeline
    def touching() -> None:
        results = [touch(number) for number in range(4)]
        assert len(results) == 4

    results = [one.output for one in execute(touching, make_stack(4)).steps.values()]
    assert results == [work(0)] * 4
    assert BESIDE.most == 1
    told = capsys.readouterr().out
    assert told.count("run alone, since they touch what all threads share: touch (") == 1
    assert "touch_2" not in told.partition("share: ")[2].partition("\n")[0]
    execute(touching, make_stack(1))
    assert "run alone" not in capsys.readouterr().out


def test_steps_that_share_nothing_run_side_by_side(make_stack: MakeStack) -> None:
    BESIDE.__init__()  # type: ignore[misc]

    @step(cache=False)
    def draw(number: int) -> float:
        with BESIDE:
            return float(np.random.default_rng(number).random())

    @pipeline
    def drawing() -> None:
        results = [draw(number) for number in range(4)]
        assert len(results) == 4

    assert str(execute(drawing, make_stack(4)).outcome) == "done"
    assert BESIDE.most > 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.parametrize("raises", [False, True])
def test_a_fork_of_a_step_is_no_second_run(stack: Stack, raises: bool) -> None:
    @step(cache=False)
    def forking() -> int:
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if raises:
            raise ValueError(child)
        return 1

    @pipeline
    def forks() -> None:
        forking()

    parent = os.getpid()
    run = execute(forks, stack)
    assert os.getpid() == parent
    assert run["forking"].output == int(raises)
    assert [one.name for one in stack.metadata_store.get_pipeline_runs()] == ["forks-1"]


def test_ctrl_c_on_the_way_in_or_out_leaves_threads_as_they_are(tracked: Stack) -> None:
    start, submit = threading.Thread.start, ThreadPoolExecutor.submit
    context = StepContext("training", "training-1", "train", tracked)

    def enter() -> None:
        with in_step(context):
            assert _LASTING.submit(current_step).result() is context

    opcodes = opcodes_of(enter, INHERITANCE)
    for at in (at for at, opcode in enumerate(opcodes) if opcode.follows_a_call):
        is_interrupted(enter, at, INHERITANCE)
        enter()
        assert threading.Thread.start is start, f"after opcode {at}"
        assert ThreadPoolExecutor.submit is submit, f"after opcode {at}"
