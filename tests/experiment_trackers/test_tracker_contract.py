"""The local tracker keeps every promise; each promise notices the flavor that breaks it."""

from __future__ import annotations

import re
import sys
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from pydantic import PrivateAttr

import stack_magic.experiment_trackers as room
from stack_magic.errors import InvalidNameError, NameTakenError, StackMagicError, StorageError
from stack_magic.experiment_trackers import (
    BaseExperimentTracker,
    LocalExperimentTracker,
    RunKey,
    TrackedRun,
)
from stack_magic.experiment_trackers._contract import CONTRACT
from stack_magic.stack import check_flavor

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from stack_magic.experiment_trackers import Point


class Broken(LocalExperimentTracker):
    """Does everything right, but for what a subclass does."""

    FLAVOR: ClassVar[str] = "broken"


class Reading(Broken):
    """Gives back each run as *changed* has it."""

    def changed(self, run: TrackedRun) -> TrackedRun:
        raise NotImplementedError

    def get_runs(self, pipeline: str | None = None, *, last: int | None = None) -> list[TrackedRun]:
        return [self.changed(run) for run in super().get_runs(pipeline, last=last)]


def with_points(run: TrackedRun, change: Callable[[Point], Point | None]) -> TrackedRun:
    changed = {
        name: tuple(new for point in points if (new := change(point)) is not None)
        for name, points in run.metrics.items()
    }
    return replace(run, metrics=changed)


class Texts(Reading):
    """Gives lists back as text."""

    def changed(self, run: TrackedRun) -> TrackedRun:
        params = {n: str(v) if isinstance(v, list) else v for n, v in run.params.items()}
        return replace(run, params=params)


class LastWins(Broken):
    """Overwrites params."""

    def log_params(self, params: Any) -> None:
        try:
            super().log_params(params)
        except NameTakenError:
            with self._writing() as (connection, run):
                connection.execute("DELETE FROM params WHERE run_id = ?", (run,))
            super().log_params(params)


class Cutting(Broken):
    """Keeps the beginning of a long text."""

    def log_params(self, params: Any) -> None:
        super().log_params({n: v[:250] if isinstance(v, str) else v for n, v in params.items()})


class LocalTime(Reading):
    """Gives times without a zone."""

    def changed(self, run: TrackedRun) -> TrackedRun:
        return with_points(run, lambda point: point._replace(time=point.time.replace(tzinfo=None)))


class CountingCalls(Broken):
    """Counts calls, whatever steps were given."""

    _calls: Counter[RunKey] = PrivateAttr(default_factory=Counter)
    _lock: Any = PrivateAttr(default_factory=threading.Lock)

    def log_metrics(self, metrics: Any, step: int | None = None) -> None:
        with self._lock:
            counted = self._calls[self.current_run]
            self._calls[self.current_run] += 1
        super().log_metrics(metrics, counted if step is None else step)


class FiniteOnly(Broken):
    """Drops what is not finite."""

    def log_metrics(self, metrics: Any, step: int | None = None) -> None:
        kept = {n: v for n, v in metrics.items() if str(v) not in {"nan", "inf", "-inf"}}
        super().log_metrics(kept, step)


class OneByOne(Broken):
    """Logs the metrics of a call up to the one that is refused."""

    def log_metrics(self, metrics: Any, step: int | None = None) -> None:
        for name, value in metrics.items():
            super().log_metrics({name: value}, step)


class ByName(Reading):
    """Tells the digest of a file's name, not of its bytes."""

    def changed(self, run: TrackedRun) -> TrackedRun:
        artifacts = {
            name: artifact._replace(sha256=sha256(name.encode()).hexdigest())
            for name, artifact in run.artifacts.items()
        }
        return replace(run, artifacts=artifacts)


class Trusting(Broken):
    """Takes any name for a file."""

    def log_artifact(self, path: Any, name: str | None = None) -> None:
        try:
            super().log_artifact(path, name)
        except InvalidNameError:
            super().log_artifact(path, "somewhere")


class Silent(Broken):
    """Says nothing of a file that is not there."""

    def log_artifact(self, path: Any, name: str | None = None) -> None:
        with suppress(StorageError):
            super().log_artifact(path, name)


class Nameless(Reading):
    """Forgets which step it was, where a run has several."""

    def changed(self, run: TrackedRun) -> TrackedRun:
        return replace(run, step="fit" if run.step == "load" else run.step)


class AnyRun(Broken):
    """Gives what a step of that name logged in any run."""

    def get_step_runs(self, steps: Collection[RunKey]) -> list[TrackedRun]:
        runs = [run for key in steps for run in self.get_runs(key.pipeline)]
        return [run for run in runs if run.step in {key.step for key in steps}]


class First(Broken):
    """Gives the oldest runs where the last ones are asked for."""

    def get_runs(self, pipeline: str | None = None, *, last: int | None = None) -> list[TrackedRun]:
        return super().get_runs(pipeline)[:last]


class Continuing(Broken):
    """Goes on with the former run of the same name."""

    def prepare_step_run(self) -> None:
        if not self.current_run.step:
            super().prepare_step_run()


class AllOrNothing(Broken):
    """Writes at the end of a step, unless it failed."""

    def cleanup_step_run(self) -> None:
        key = self.current_run
        super().cleanup_step_run()
        if isinstance(sys.exception(), ZeroDivisionError):
            self.forget_pipeline(key.pipeline)


class OneStepAtATime(Broken):
    """Remembers the step that began last, as if steps never ran side by side."""

    _key: list[RunKey] = PrivateAttr(default_factory=list)

    def prepare_step_run(self) -> None:
        self._key[:] = [BaseExperimentTracker.current_run.fget(self)]  # type: ignore[attr-defined]
        super().prepare_step_run()

    @property
    def current_run(self) -> RunKey:
        return self._key[0] if self._key else super().current_run

    def cleanup_step_run(self) -> None:
        super().cleanup_step_run()
        self._key.clear()


class OneThread(Broken):
    """Keeps only what the thread logs that began the step."""

    _threads: dict[RunKey, int] = PrivateAttr(default_factory=dict)

    def prepare_step_run(self) -> None:
        self._threads[self.current_run] = threading.get_ident()
        super().prepare_step_run()

    def log_metrics(self, metrics: Any, step: int | None = None) -> None:
        if self._threads.get(self.current_run) == threading.get_ident():
            super().log_metrics(metrics, step)


class Homeless(Broken):
    """Refuses to log outside of steps."""

    def log_params(self, params: Any) -> None:
        if not self.current_run.step:
            message = "no step is running here"
            raise StackMagicError(message)
        super().log_params(params)


class Open(Broken):
    """Takes secrets for text."""

    def log_params(self, params: Any) -> None:
        clear = getattr(params.get("token"), "get_secret_value", None)
        super().log_params({"token": clear()} if clear else params)


class Ascii(Broken):
    """Loses what is not ASCII, and quotes, in names."""

    def log_metrics(self, metrics: Any, step: int | None = None) -> None:
        super().log_metrics({re.sub(r"[^\w .:-]", "", n): v for n, v in metrics.items()}, step)


BROKEN: dict[type[Broken], str] = {
    Texts: "gives back params as they were logged",
    Cutting: "keeps a param whole, apart from another, or refuses it",
    LastWins: "keeps one value for a param, and refuses another",
    LocalTime: "gives back points with step, value and time",
    CountingCalls: "counts the steps of a metric on",
    FiniteOnly: "keeps values that are not finite",
    OneByOne: "takes numbers only, and all of a call or nothing",
    ByName: "keeps a copy of a file with its SHA-256",
    Trusting: "refuses a file's name that leads elsewhere",
    Silent: "refuses a file that is not there",
    Nameless: "knows what belongs to which step of which run",
    AnyRun: "gives what chosen steps logged",
    First: "lists runs, the oldest first, or the last ones",
    Continuing: "begins another run when a step begins again",
    AllOrNothing: "keeps what a failed step logged",
    OneStepAtATime: "keeps steps apart that log side by side",
    OneThread: "keeps every point when threads of a step log",
    Homeless: "logs to a run of its own name outside of steps",
    Open: "shows no secret",
    Ascii: "keeps any text as it is",
}


def test_the_local_tracker_keeps_its_contract(tracker: LocalExperimentTracker) -> None:
    CONTRACT.check(tracker).raise_if_broken()


def test_a_contract_leaves_no_runs_and_no_files(
    tracker: LocalExperimentTracker, project: Path
) -> None:
    CONTRACT.check(tracker)
    assert tracker.get_runs() == []
    left = [path for path in (project / ".stack_magic/experiments").rglob("*") if path.is_file()]
    assert left == []


def test_the_local_tracker_has_no_findings() -> None:
    assert check_flavor(LocalExperimentTracker, BaseExperimentTracker).diagnostics == ()


@pytest.mark.parametrize("flavor", BROKEN, ids=lambda flavor: flavor.__name__)
def test_a_broken_flavor_breaks_its_promise_only(flavor: type[Broken]) -> None:
    component = flavor(name="broken")
    broken = CONTRACT.check(component).broken
    component.close()
    assert broken == (BROKEN[flavor],)


def test_every_promise_has_a_flavor_that_breaks_it() -> None:
    assert list(BROKEN.values()) == [promise.sentence for promise in CONTRACT.promises]


def test_the_flavor_of_the_explanation_works(capsys: pytest.CaptureFixture[str]) -> None:
    source = re.search(r"    class Talking.*?\n\n(?=\S)", room.__doc__ or "", re.DOTALL)
    assert source is not None
    namespace: dict[str, Any] = dict(vars(room))
    exec(re.sub(r"^    ", "", source[0], flags=re.MULTILINE), namespace)  # noqa: S102 - our own
    talking = namespace["Talking"](name="mine")
    assert check_flavor(type(talking), BaseExperimentTracker).diagnostics == ()
    CONTRACT.check(talking).raise_if_broken()
    talking.close()
    assert "{'loss': 3.0}" in capsys.readouterr().out


def test_times_are_those_of_this_moment(tracker: LocalExperimentTracker) -> None:
    tracker.log_metrics({"loss": 1.0})
    (run,) = tracker.get_runs()
    assert timedelta(0) <= run.metrics["loss"][0].time - run.started < timedelta(minutes=1)
