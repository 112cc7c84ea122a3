from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pytest

from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.enums import Outcome, StackComponentType
from stack_magic.errors import FlavorFailedError, RunFailedError, StorageError
from stack_magic.orchestrators import BaseOrchestrator, Plan, RunStep
from stack_magic.pipelines import Run, execute, pipeline, step
from stack_magic.stack import Stack, StackComponent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@step
def load(rows: int = 4) -> list[int]:
    return list(range(rows))


@step(outputs=("low", "high"))
def split(data: list[int]) -> tuple[list[int], list[int]]:
    return data[:2], data[2:]


@step
def total(*parts: Any) -> int:
    return sum(map(sum, parts))


@step
def fail(data: Any) -> None:
    message = f"bad data: {len(data)}"
    raise ValueError(message)


class Witness(StackComponent):
    """Notes the hooks that are called on it."""

    TYPE: ClassVar[StackComponentType] = StackComponentType.ALERTER
    FLAVOR: ClassVar[str] = "witness"
    failing: str = ""
    _seen: list[str]

    def model_post_init(self, context: Any, /) -> None:
        self._seen = []

    def note(self, hook: str) -> None:
        self._seen.append(hook)
        if hook == self.failing:
            raise RuntimeError(hook)

    def prepare_pipeline_deployment(
        self, pipeline: Any, stack: Stack, runtime_configuration: dict[str, Any]
    ) -> None:
        self.note("deployment")

    def prepare_pipeline_run(self) -> None:
        self.note("run")

    def cleanup_pipeline_run(self) -> None:
        self.note("run over")

    def prepare_step_run(self) -> None:
        self.note("step")

    def cleanup_step_run(self) -> None:
        self.note("step over")


class SecondWitness(Witness):
    TYPE: ClassVar[StackComponentType] = StackComponentType.SECRETS_MANAGER
    FLAVOR: ClassVar[str] = "second"


def witnessed(make_stack: Callable[..., Stack], failing: str) -> tuple[Stack, Witness, Witness]:
    first = SecondWitness(name="first", failing=failing)
    second = Witness(name="second")
    kinds = StackComponentType
    extra = {kinds.SECRETS_MANAGER: first, kinds.ALERTER: second}
    return make_stack(extra=extra), first, second


@pytest.mark.parametrize("max_parallel", [1, 4])
def test_values_flow_through_a_fan_out_and_in(
    make_stack: Callable[..., Stack], max_parallel: int
) -> None:
    @pipeline
    def train(rows: int = 4) -> None:
        low, high = split(load(rows))
        total(low, high, load(2))

    run = execute(train, make_stack(max_parallel), parameters={"rows": "6"})
    assert run.outcome is Outcome.DONE
    assert run["total"].output == 16
    assert run["split"].outputs["high"] == [2, 3, 4, 5]
    assert run["load"].parameters == {"rows": 6}
    assert (run.name, run.pipeline, run.stack) == ("train-1", "train", "lab")


def test_a_consumer_gets_a_value_of_its_own(stack: Stack) -> None:
    @step
    def spoil(data: list[int]) -> int:
        data.clear()
        return len(data)

    @pipeline
    def train() -> None:
        data = load()
        total(data).after(spoil(data))  # type: ignore[attr-defined]

    assert execute(train, stack)["total"].output == 6


@step
def join(*xs: Any) -> list[Any]:
    return list(xs)


@step
def merged(*frames: Any, frames_how: str = "outer", frames_0: int = 0) -> list[Any]:
    return [list(frames), frames_how, frames_0]


@step
def kind_of(parts: Any) -> list[Any]:
    return [type(parts).__name__, *parts]


def test_a_step_gets_its_arguments_as_they_were_given(stack: Stack) -> None:
    @pipeline
    def train() -> None:
        one, two = load(1), load(2)
        join(one, "two", two)
        merged(one, 5, two, frames_how="inner", frames_0=3)
        kind_of([one, "x", two])
        kind_of((one, two))
        join([one, 1], [two], 3)

    run = execute(train, stack)
    assert run["join"].output == [[0], "two", [0, 1]]
    assert run["merged"].output == [[[0], 5, [0, 1]], "inner", 3]
    assert run["kind_of"].output == ["list", [0], "x", [0, 1]]
    assert run["kind_of_2"].output == ["tuple", [0], [0, 1]]
    assert run["join_2"].output == [[[0], 1], [[0, 1]], 3]


def test_a_failing_branch_skips_what_needs_it_and_no_more(stack: Stack) -> None:
    @pipeline
    def train() -> None:
        data = load()
        total(fail(data))
        total(data)

    run = execute(train, stack)
    outcomes = {name: str(s.outcome) for name, s in run.steps.items()}
    assert run.outcome is Outcome.FAILED
    assert outcomes == {"load": "done", "fail": "failed", "total": "skipped", "total_2": "done"}
    assert run["total_2"].output == 6
    with pytest.raises(RunFailedError, match=r"'train-1': 1 of 4 steps failed") as caught:
        run.raise_for_outcome()
    assert vars(caught.value)["run"] is run


def test_an_error_shows_only_the_users_frames(stack: Stack) -> None:
    @pipeline
    def train() -> None:
        fail(load())

    error = execute(train, stack)["fail"].error
    assert error.startswith("ValueError: bad data: 4\n  test_execution.py, line ")
    assert error.count(", line ") == 1
    assert "raise ValueError(message)" in error


class _OddError(Exception):
    def __str__(self) -> str:
        raise RuntimeError

    def __reduce__(self) -> Any:
        raise TypeError


class _BaseOddError(BaseException):
    pass


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (SystemExit(3), "SystemExit: 3"),
        (GeneratorExit(), "GeneratorExit: "),
        (_BaseOddError("base"), "_BaseOddError: base"),
        (_OddError(), "_OddError: (its message cannot be shown)"),
        (ValueError("\x1b[31m<b>" + "x" * 5000), r"ValueError: \x1b[31m<b>xxx"),
        (ExceptionGroup("several", [ValueError()]), "ExceptionGroup: several"),
    ],
)
def test_whatever_a_step_raises_is_a_failure(stack: Stack, error: Any, text: str) -> None:
    @step
    def odd() -> None:
        raise error

    @pipeline
    def train() -> None:
        odd()
        load()

    run = execute(train, stack)
    assert run["odd"].outcome is Outcome.FAILED
    assert run["odd"].error.startswith(text)
    assert len(run["odd"].error) < 1500
    assert run["load"].outcome is Outcome.DONE


def test_endless_recursion_is_a_bounded_failure(stack: Stack) -> None:
    @step
    def dive() -> Any:
        return dive()

    @pipeline
    def train() -> None:
        dive()

    error = execute(train, stack)["dive"].error
    assert error.startswith("RecursionError")
    assert len(error.splitlines()) < 25


def test_a_wrong_number_of_outputs_is_told(stack: Stack) -> None:
    @step(outputs=("a", "b"))
    def three() -> Any:
        return 1, 2, 3

    @pipeline
    def train() -> None:
        three()

    error = execute(train, stack)["three"].error
    assert "step 'three' returned 3 values, and its outputs are a, b" in error


def test_an_output_that_cannot_be_kept_is_told(stack: Stack) -> None:
    @step
    def lock() -> Any:
        return threading.Lock()

    @pipeline
    def train() -> None:
        lock()

    assert re.match(
        r"TypeError: output 'output' \(lock\) cannot be kept: .*pickle",
        execute(train, stack)["lock"].error,
    )


def test_hooks_surround_the_run_and_each_step(make_stack: Callable[..., Stack]) -> None:
    @pipeline
    def train() -> None:
        fail(load())

    stack, witness, _ = witnessed(make_stack, failing="")
    execute(train, stack)
    steps = ["step", "step over"] * 2
    assert witness._seen == ["deployment", "run", *steps, "run over"]


def test_a_refused_deployment_starts_nothing(make_stack: Callable[..., Stack]) -> None:
    @pipeline
    def train() -> None:
        load()

    stack, first, _ = witnessed(make_stack, failing="deployment")
    with pytest.raises(FlavorFailedError, match="deployment raised RuntimeError") as caught:
        execute(train, stack)
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert first._seen == ["deployment"]
    assert stack.metadata_store.get_pipeline_runs() == []


@pytest.mark.parametrize("hook", ["step", "step over"])
def test_a_failing_step_hook_fails_the_step(make_stack: Callable[..., Stack], hook: str) -> None:
    @pipeline
    def train() -> None:
        load()

    stack, _, second = witnessed(make_stack, failing=hook)
    run = execute(train, stack)
    assert run["load"].error.startswith(f"RuntimeError: {hook}")
    assert second._seen[-2:] == ["step over", "run over"]


def test_cleanup_goes_on_when_one_fails(make_stack: Callable[..., Stack]) -> None:
    @pipeline
    def train() -> None:
        load()

    stack, _, second = witnessed(make_stack, failing="run over")
    with pytest.raises(FlavorFailedError, match="'first': cleanup_pipeline_run raised Runtime"):
        execute(train, stack)
    assert second._seen[-1] == "run over"
    assert Run.load(stack, "train-1").outcome is Outcome.DONE


def test_cleanup_follows_a_failed_preparation(make_stack: Callable[..., Stack]) -> None:
    @pipeline
    def train() -> None:
        load()

    stack, first, second = witnessed(make_stack, failing="run")
    with pytest.raises(FlavorFailedError, match="'first': prepare_pipeline_run raised Runtime"):
        execute(train, stack)
    assert first._seen[-1] == second._seen[-1] == "run over"


class FullStore(LocalArtifactStore):
    FLAVOR: ClassVar[str] = "full"

    def write_bytes(self, key: str, data: bytes) -> None:
        message = "disk full"
        raise StorageError(message)


def test_a_failing_store_ends_the_run_and_is_raised(
    make_stack: Callable[..., Stack], tmp_path: Any
) -> None:
    @pipeline
    def train() -> None:
        total(load())

    full = FullStore(name="full", path=str(tmp_path / "full"))
    stack = make_stack(extra={StackComponentType.ARTIFACT_STORE: full})
    with pytest.raises(StorageError, match="disk full"):
        execute(train, stack)
    run = Run.load(stack, "train-1")
    assert run.outcome is Outcome.FAILED
    assert {(s.outcome, s.error) for s in run.steps.values()} == {(Outcome.CANCELLED, "disk full")}


class LazyOrchestrator(BaseOrchestrator):
    FLAVOR: ClassVar[str] = "lazy"
    calls: tuple[str, ...] = ()

    def prepare_or_run_pipeline(self, plan: Plan, run_step: RunStep) -> None:
        for name in self.calls:
            run_step(name)


@pytest.mark.parametrize(
    ("calls", "message"),
    [
        ((), r"returned without running \['load', 'total'\]"),
        (("load", "load"), "ran step 'load' twice"),
        (("total",), r"ran step 'total' before \['load'\] ended"),
        (("other",), "asked for an unknown step 'other'"),
    ],
)
def test_an_orchestrator_that_breaks_its_promise_is_told(
    make_stack: Callable[..., Stack], calls: tuple[str, ...], message: str
) -> None:
    @pipeline
    def train() -> None:
        total(load())

    lazy = LazyOrchestrator(name="lazy", calls=calls)
    stack = make_stack(extra={StackComponentType.ORCHESTRATOR: lazy})
    with pytest.raises(FlavorFailedError, match=message):
        execute(train, stack)
    run = Run.load(stack, "train-1")
    assert run.outcome is Outcome.FAILED
    assert run["total"].outcome is Outcome.CANCELLED
    assert "orchestrator" in run["total"].error


class BrokenOrchestrator(BaseOrchestrator):
    FLAVOR: ClassVar[str] = "broken"

    def prepare_or_run_pipeline(self, plan: Plan, run_step: RunStep) -> None:
        run_step(plan.steps[0].name)
        message = "no room"
        raise OSError(message)


def test_an_orchestrator_that_raises_is_told_and_recorded(make_stack: Callable[..., Stack]) -> None:
    @pipeline
    def train() -> None:
        total(load(), load())

    broken = BrokenOrchestrator(name="broken")
    stack = make_stack(extra={StackComponentType.ORCHESTRATOR: broken})
    diary = Diary()
    with pytest.raises(FlavorFailedError, match="'broken': prepare_or_run_pipeline raised OSError"):
        execute(train, stack, watchers=[diary])
    assert diary.told[-1] == (Outcome.FAILED,)
    run = Run.load(stack, "train-1")
    assert [str(s.outcome) for s in run.steps.values()] == ["done", "cancelled", "cancelled"]
    assert "OSError: no room\n  test_execution.py, line " in run["total"].error
    assert repr(run).count("no room") == 1
    with pytest.raises(RunFailedError, match=r"it was broken off\nload_2: .* no room"):
        run.raise_for_outcome()


def test_steps_that_an_orchestrator_left_out_say_so(make_stack: Callable[..., Stack]) -> None:
    @pipeline
    def train() -> None:
        total(load())

    lazy = LazyOrchestrator(name="lazy", calls=("load",))
    stack = make_stack(extra={StackComponentType.ORCHESTRATOR: lazy})
    with pytest.raises(FlavorFailedError, match="returned without running"):
        execute(train, stack)
    run = Run.load(stack, "train-1")
    assert run["total"].error == "the orchestrator ended without running it"


def test_a_pipeline_is_not_run_by_a_step(stack: Stack) -> None:
    @pipeline
    def inner() -> None:
        load()

    @step
    def nested() -> None:
        execute(inner, stack)

    @pipeline
    def train() -> None:
        nested()

    error = execute(train, stack)["nested"].error
    assert "pipeline 'inner' cannot be run by a step of run 'train-1'" in error
    assert stack.metadata_store.get_pipeline_runs("inner") == []


def test_a_failure_keeps_what_was_raised(stack: Stack) -> None:
    @pipeline
    def train() -> None:
        fail(load())

    run = execute(train, stack)
    raised = run["fail"].exception
    assert isinstance(raised, ValueError)
    assert raised.__traceback__ is not None
    with pytest.raises(RunFailedError, match="1 of 2 steps failed") as caught:
        run.raise_for_outcome()
    assert caught.value.__cause__ is raised
    assert Run.load(stack, run.name)["fail"].exception is None


class Diary:
    """Notes what it is told, and raises when asked to."""

    def __init__(self, *, failing: bool = False) -> None:
        self.told: list[Any] = []
        self._failing = failing

    def _note(self, *event: Any) -> Self:
        self.told.append(event)
        if self._failing:
            raise ValueError
        return self

    def run_started(self, run: str, steps: tuple[str, ...], stack: str) -> None:
        self._note(run, steps, stack)

    def step_started(self, step: str) -> None:
        self._note(step)

    def step_ended(self, step: str, outcome: Outcome, seconds: float) -> None:
        self._note(step, outcome)

    def run_ended(self, run: Run) -> None:
        self._note(run.outcome)


@pytest.mark.parametrize("failing", [True, False])
def test_watchers_are_told_and_cannot_break_a_run(
    stack: Stack, caplog: pytest.LogCaptureFixture, *, failing: bool
) -> None:
    @pipeline
    def train() -> None:
        total(fail(load()))

    diary = Diary(failing=failing)
    execute(train, stack, watchers=[diary])
    assert diary.told == [
        ("train-1", ("load", "fail", "total"), "lab"),
        ("load",),
        ("load", Outcome.DONE),
        ("fail",),
        ("fail", Outcome.FAILED),
        ("total", Outcome.SKIPPED),
        (Outcome.FAILED,),
    ]
    assert bool(caplog.records) is failing


def test_redefining_a_step_while_it_runs_changes_nothing(
    stack: Stack, cell: Callable[[str], dict[str, Any]]
) -> None:
    names = cell(
        "from stack_magic.pipelines import pipeline, step\n"
        "@step\ndef first():\n    redefine()\n    return 1\n"
        "@step\ndef second(x):\n    return x + 1\n"
        "@pipeline\ndef train():\n    second(first())\n"
    )
    names["redefine"] = lambda: cell("@step\ndef second(x):\n    return 99\n")
    assert execute(names["train"], stack)["second"].output == 2
    assert execute(names["train"], stack)["second"].output == 99


_BEYOND_ASCII = """
import sys
import stack_magic
from stack_magic import pipeline, step

@step(name="größe")
def size() -> int:
    return "ü"

@step(name="日本")
def use(text: str) -> str:
    return text

@pipeline(name="prüfung")
def checking():
    use(size())

stack_magic.session()
assert sys.getfilesystemencoding() == "ascii"
for _ in range(2):
    run = checking.run()
    print(ascii(run["日本"].output), *(step.outcome for step in run.steps.values()))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="locales decide the encoding of file names")
def test_names_beyond_ascii_run_under_an_ascii_locale(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(_BEYOND_ASCII, encoding="utf-8")
    locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ended = subprocess.run(
        [sys.executable, program],
        cwd=tmp_path,
        env={**os.environ, **locale},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told, *outcomes = ended.stdout.splitlines()
    assert told.startswith(r"\u25b2 step 'gr\xf6\xdfe': what it returns is str, and int")
    assert outcomes[0] == r"'\xfc' done done"
    assert outcomes[-1] == r"'\xfc' cached cached"
