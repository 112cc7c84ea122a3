"""Steps that the stack's step operator runs elsewhere, as they would run here."""
# ruff: noqa: T201 - what a step prints is part of what is tested

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import psutil
import pytest
from pydantic import Field, PrivateAttr, SecretStr, field_validator

from stack_magic.enums import Outcome, StackComponentType
from stack_magic.errors import InvalidPipelineError, RunCancelledError
from stack_magic.experiment_trackers import LocalExperimentTracker
from stack_magic.pipelines import Run, execute, log_metrics, log_params, pipeline, step
from stack_magic.stack import Stack, StackComponent, get_step_context
from stack_magic.step_operators import BaseStepOperator, StepJob, SubprocessStepOperator
from tests.machine.processes import LIMIT, shown_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from .conftest import MakeStack

SECRET = "hunter2-SEKRET"  # noqa: S105 - what must not be seen

Far = Callable[..., Stack]
Cell = Callable[[str], dict[str, Any]]

NOTEBOOK = """
from dataclasses import dataclass
import os
from stack_magic import get_step_context, pipeline, step

FACTOR = 10

def helper(numbers):
    return [n * FACTOR for n in numbers]

@dataclass(frozen=True)
class Model:
    weights: tuple

class Scaler:
    def __init__(self, by):
        self.by = by
    def __call__(self, number):
        return number * self.by

scale = Scaler(3)
double = lambda number: 2 * number

@step
def load(rows: int = 3) -> list[int]:
    return list(range(rows))

@step(step_operator="far", outputs=("model", "score", "place"))
def fit(data, rate: float = 0.5):
    print("fitting", len(data))
    return Model(tuple(helper(data))), scale(double(rate)), os.getpid()

@step
def evaluate(model, score):
    return isinstance(model, Model), model, score

@pipeline
def train(rows: int = 3):
    model, score, _ = fit(load(rows))
    evaluate(model, score)
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    others = set(psutil.Process().children())
    yield
    assert set(psutil.Process().children()) <= others


@pytest.fixture
def far(make_stack: MakeStack) -> Far:
    """Returns a function that makes a stack with a step operator called `far`."""

    def make(
        max_parallel: int = 1, *extra: StackComponent, artifacts: str = "artifacts", **options: Any
    ) -> Stack:
        operator = SubprocessStepOperator(name="far", **options)
        components = {component.TYPE: component for component in (operator, *extra)}
        return make_stack(max_parallel, extra=components, artifacts=artifacts)

    return make


def run_one(stack: Stack, function: Callable[[], Any], **options: Any) -> Run:
    """Run a pipeline of one step, elsewhere."""
    only = step(step_operator="far", name="only", **options)(function)

    @pipeline
    def single() -> None:
        only()

    return execute(single, stack)


def nothing() -> None:
    """Do nothing."""


def error_of(run: Run) -> str:
    """Return why the only step failed."""
    assert run["only"].outcome is Outcome.FAILED
    return run["only"].error


# As it would run here.


def test_a_step_of_a_cell_runs_elsewhere_with_all_it_needs(
    cell: Cell, far: Far, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = cell(NOTEBOOK)
    run = execute(notebook["train"], far())
    assert run.outcome is Outcome.DONE
    fitted = run["fit"].outputs
    assert fitted["model"] == notebook["Model"]((0, 10, 20))
    assert fitted["score"] == 3.0
    assert fitted["place"] != os.getpid()
    assert run["evaluate"].output == (True, notebook["Model"]((0, 10, 20)), 3.0)
    assert capsys.readouterr().out == "fitting 3\n"


def test_an_unchanged_step_is_taken_from_the_cache(cell: Cell, far: Far) -> None:
    notebook = cell(NOTEBOOK)
    first = execute(notebook["train"], far())
    second = execute(notebook["train"], far())
    assert {s.outcome for s in second.steps.values()} == {Outcome.CACHED}
    assert second["fit"].outputs["place"] == first["fit"].outputs["place"]
    third = execute(notebook["train"], far(), parameters={"rows": 4})
    assert third["fit"].outcome is Outcome.DONE
    assert third["fit"].outputs["place"] != first["fit"].outputs["place"]


def test_a_helper_that_changes_counts(cell: Cell, far: Far) -> None:
    first = execute(cell(NOTEBOOK)["train"], far())
    notebook = cell("FACTOR = 100")
    second = execute(notebook["train"], far())
    assert [str(s.outcome) for s in second.steps.values()] == ["cached", "done", "done"]
    assert first["fit"].outputs["model"].weights == (0, 10, 20)
    assert second["fit"].outputs["model"].weights == (0, 100, 200)


VALUES = {
    "json": lambda: {"a": [1, 2.5, None, "ü"], "b": {}},
    "numpy": lambda: __import__("numpy").arange(12.0).reshape(3, 4),
    "pandas": lambda: __import__("pandas").DataFrame({"x": [1, 2], "y": ["a", "b"]}),
    "polars": lambda: __import__("polars").DataFrame({"x": [1, 2]}),
    "pickle": lambda: (1, b"bytes", {"set"}),
    "bytes": lambda: bytes(5 * 10**6),
}


@pytest.mark.parametrize("kind", VALUES)
def test_an_artifact_is_that_of_a_local_run(far: Far, kind: str) -> None:
    make = VALUES[kind]
    here, there = (
        step(name="make", step_operator=operator, cache=False)(make) for operator in ("", "far")
    )

    @pipeline
    def local() -> None:
        here()

    @pipeline
    def remote() -> None:
        there()

    records = [execute(p, far())["make"].record.outputs["output"] for p in (local, remote)]
    one, other = records
    assert (one.sha256, one.size, one.materializer) == (
        other.sha256,
        other.size,
        other.materializer,
    )
    assert one.type_name == other.type_name


def test_an_object_of_a_cells_class_is_that_of_a_local_run(cell: Cell, far: Far) -> None:
    notebook = cell(NOTEBOOK)
    remote = execute(notebook["train"], far())
    cell(NOTEBOOK.replace('@step(step_operator="far", outputs', "@step(outputs"))
    local = execute(notebook["train"], far(), cache=False)
    kinds = [run["fit"].record.outputs["model"].type_name for run in (local, remote)]
    assert kinds == ["Model", "Model"]
    assert local["fit"].outputs["model"] == remote["fit"].outputs["model"]


def test_lists_of_outputs_and_defaults_arrive(far: Far) -> None:
    @step
    def number(value: int) -> int:
        return value

    @step(step_operator="far")
    def total(parts: list[int], *more: int, factor: int = 2, **named: int) -> list[int]:
        return [factor * sum(parts), *more, *named.values()]

    @pipeline
    def add() -> None:
        one, two = number(1), number(2)
        total([one, two, 3], two, 5, last=one)

    assert execute(add, far())["total"].output == [12, 2, 5, 1]


def test_local_steps_and_others_run_side_by_side(
    far: Far, capsys: pytest.CaptureFixture[str]
) -> None:
    @step(cache=False)
    def here(number: int) -> int:
        print("here", number)
        return number

    @step(step_operator="far", cache=False)
    def there(number: int) -> int:
        for line in range(20):
            print("there", number, line)
        return number

    @step
    def total(*parts: int) -> int:
        return sum(parts)

    @pipeline
    def fan() -> None:
        total(*[work(n) for n in range(4) for work in (here, there)])

    run = execute(fan, far(4))
    assert run.outcome is Outcome.DONE
    assert run["total"].output == 12
    lines = capsys.readouterr().out.splitlines()
    for number in range(4):
        mine = [line for line in lines if line.startswith(f"there {number} ")]
        assert mine == [f"there {number} {line}" for line in range(20)]
    assert sum(line.startswith("here ") for line in lines) == 4


def test_a_module_of_the_project_is_found(
    cell: Cell, far: Far, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "lib").mkdir()
    (project / "lib" / "project_module.py").write_text("def answer(): return 42\n")
    monkeypatch.syspath_prepend(os.fspath(project / "lib"))
    notebook = cell(
        "from stack_magic import pipeline, step\nimport project_module\n"
        "@step(step_operator='far')\ndef ask(): return project_module.answer()\n"
        "@pipeline\ndef asking(): ask()"
    )
    assert execute(notebook["asking"], far())["ask"].output == 42
    sys.modules.pop("project_module")


def test_what_it_writes_below_python_is_shown_and_no_answer(
    far: Far, capsys: pytest.CaptureFixture[str]
) -> None:
    def speak() -> str:
        print("print")
        os.write(1, b"descriptor 1\n")
        os.write(2, b"descriptor 2\n")
        os.system("echo child")  # noqa: S605, S607 - a child with the step's own streams
        print("end", end="")
        return "answer"

    run = run_one(far(), speak)
    assert run["only"].output == "answer"
    said = capsys.readouterr().out.splitlines()
    assert said == ["print", "descriptor 1", "descriptor 2", "child", "end"]


def test_its_log_is_that_of_the_component(far: Far, project: Path) -> None:
    stack = far()
    run = run_one(stack, lambda: print("kept"))
    log = Path(stack.step_operator.log_file)
    assert log == project / ".stack_magic" / "logs" / run.name / "only.log"
    assert log.read_text() == "kept\n"


# The stack, there.


class Keyed(StackComponent):
    """Holds a secret, an alias, a private attribute, and a validator that adds."""

    TYPE: ClassVar[StackComponentType] = StackComponentType.ALERTER
    FLAVOR: ClassVar[str] = "keyed"

    token: SecretStr
    channel: str = Field(alias="to", description="Where to")
    _lock: Any = None
    _calls: list[str] = PrivateAttr(default_factory=list)

    @field_validator("channel")
    @classmethod
    def _adds(cls, channel: str) -> str:
        return f"#{channel}"

    def model_post_init(self, context: Any, /) -> None:
        super().model_post_init(context)
        self._lock = threading.Lock()

    def prepare_step_run(self) -> None:
        self._calls.append("before")

    def say(self) -> list[str]:
        with self._lock:
            return [*self._calls, self.channel, str(len(self.token.get_secret_value()))]


def test_the_step_has_the_stack_with_its_secrets(far: Far) -> None:
    def look() -> Any:
        context = get_step_context()
        stack = context.stack
        there = [f"{kind}:{c.name}" for kind, c in stack.components.items()]
        return [context.pipeline, context.run, context.step, stack.name, there, stack.alerter.say()]

    keyed = Keyed(name="desk", token=SecretStr(SECRET), to="ops")
    stack = far(1, keyed)
    pipeline_name, run, name, stack_name, there, told = run_one(stack, look)["only"].output
    assert (pipeline_name, run, name, stack_name) == ("single", "single-1", "only", "lab")
    assert there == [f"{kind}:{c.name}" for kind, c in stack.components.items()]
    assert told == ["before", "#ops", str(len(SECRET))]
    assert keyed._calls == []


FLAVOR = """
from pydantic import SecretStr, field_validator
from stack_magic import pipeline, step, get_step_context
from stack_magic.stack import StackComponent
from stack_magic.enums import StackComponentType
from typing import ClassVar

def checked(limit):
    if limit < 1:
        raise ValueError("too low")
    return limit

class Desk(StackComponent):
    \"\"\"Tells, up to a limit.\"\"\"
    TYPE: ClassVar[StackComponentType] = StackComponentType.ALERTER
    FLAVOR: ClassVar[str] = "desk"
    limit: int = 3
    token: SecretStr = SecretStr("")

    @field_validator("limit")
    @classmethod
    def _check(cls, limit): return checked(limit)

    def tell(self, text):
        return text[: self.limit]

@step(step_operator="far")
def tell():
    desk = get_step_context().stack.alerter
    try:
        type(desk)(name="x", limit=0)
    except ValueError as error:
        return desk.tell("abcdef"), isinstance(desk, Desk), "too low" in str(error)

@pipeline
def telling():
    tell()
"""


def test_a_flavor_of_a_cell_is_itself_there(cell: Cell, far: Far) -> None:
    notebook = cell(FLAVOR)
    desk = notebook["Desk"](name="desk", limit=4, token=SECRET)
    run = execute(notebook["telling"], far(1, desk))
    assert run["tell"].output == ("abcd", True, True)


def test_what_it_logs_is_tracked(far: Far) -> None:
    def train() -> None:
        log_params(rate=0.1)
        for number in range(3):
            log_metrics(loss=1 / (number + 1), step=number)

    tracker = LocalExperimentTracker(name="notes")
    with closing(tracker):
        run = run_one(far(1, tracker), train)
        assert run.outcome is Outcome.DONE
        (tracked,) = tracker.get_runs()
        assert tracked.params == {"rate": 0.1}
        assert [point.value for point in tracked.metrics["loss"]] == [1, 1 / 2, 1 / 3]


def test_without_a_tracker_it_says_so(far: Far, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_one(far(), lambda: log_params(rate=0.1)).outcome is Outcome.DONE
    assert "has no experiment tracker, nothing is logged" in capsys.readouterr().out


# How it may end.


class OwnError(BaseException):
    def __str__(self) -> str:
        raise RuntimeError


def raising(error: BaseException) -> Callable[[], None]:
    def give_up() -> None:
        raise error

    return give_up


def forks() -> bool:
    forked = os.fork()
    if forked:
        os.waitpid(forked, 0)
    return bool(forked)


def leaves_a_thread() -> str:
    threading.Thread(target=threading.Event().wait).start()
    return "done"


def leaves_a_fork() -> str:
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.pause()
    return "done"


def closes_its_streams() -> str:
    sys.stdout.close()
    os.close(1)
    os.close(2)
    return "done"


@pytest.mark.parametrize(
    ("function", "output"),
    [
        (forks, True),
        (leaves_a_thread, "done"),
        (leaves_a_fork, "done"),
        (closes_its_streams, "done"),
    ],
)
def test_what_a_step_leaves_behind_does_not_hold_it_up(
    far: Far, function: Callable[[], Any], output: Any
) -> None:
    run = run_one(far(), function)
    assert run["only"].output == output


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (raising(ValueError("bad data")), "ValueError: bad data"),
        (raising(SystemExit(0)), "SystemExit: 0"),
        (raising(KeyboardInterrupt()), "KeyboardInterrupt: "),
        (raising(GeneratorExit()), "GeneratorExit: "),
        (raising(OwnError()), "OwnError: (its message cannot be shown)"),
        (lambda: os._exit(0), "step 'only' ended by itself, without an answer"),
        (lambda: os._exit(3), "step 'only' ended with exit code 3 and gave nothing back"),
        (os.abort, "step 'only' crashed (SIGABRT)"),
        (lambda: os.kill(os.getpid(), 9), "step 'only' was killed (SIGKILL)"),
        (sys._getframe, "output 'output' (frame) cannot be kept"),
        (lambda: (os.write(2, bytes(range(256))), os._exit(1)), "exit code 1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_how_it_failed_is_said(far: Far, function: Callable[[], Any], why: str) -> None:
    run = run_one(far(), function)
    assert run.outcome is Outcome.FAILED
    assert why in error_of(run)
    assert run_one(far(), nothing)["only"].output is None


def test_a_crash_in_c_says_where(cell: Cell, far: Far) -> None:
    notebook = cell(
        "import ctypes\nfrom stack_magic import pipeline, step\n"
        "def deep(): ctypes.string_at(0)\n"
        "@step(step_operator='far')\ndef crash(): deep()\n@pipeline\ndef crashing(): crash()"
    )
    error = execute(notebook["crashing"], far())["crash"].error
    assert "step 'crash' crashed (SIGSEGV)" in error
    assert "in deep" in error


def test_an_error_quotes_the_line_of_the_cell(cell: Cell, far: Far) -> None:
    notebook = cell(
        "from stack_magic import pipeline, step\n"
        "def check(data):\n    assert len(data) > 3, 'too short'\n"
        "@step(step_operator='far')\ndef fit():\n    check([1])\n@pipeline\ndef fitting(): fit()"
    )
    run = execute(notebook["fitting"], far())
    assert run["fit"].error == (
        "AssertionError: too short\n"
        "  cell, line 6, in fit\n    check([1])\n"
        "  cell, line 3, in check\n    assert len(data) > 3, 'too short'"
    )


@pytest.mark.parametrize("where", ["closure", "parameter", "component"])
def test_what_cannot_travel_is_named(far: Far, where: str) -> None:
    async def never() -> AsyncIterator[int]:
        yield 1

    lock: Any = never()
    closed_over = lock if where == "closure" else None

    class Locked(StackComponent):
        TYPE: ClassVar[StackComponentType] = StackComponentType.ALERTER
        FLAVOR: ClassVar[str] = "locked"
        lock: Any = None

    @step(step_operator="far", cache=False)
    def use(given: Any) -> str:
        return str(closed_over or given)

    @pipeline
    def using() -> None:
        use(lock if where == "parameter" else 1)

    extra = [Locked(name="desk", lock=lock)] if where == "component" else []
    error = execute(using, far(1, *extra))["use"].error
    what = {"closure": "its code", "parameter": "parameter 'given'", "component": "alerter 'desk'"}
    assert f"step 'use' cannot be sent to another process: {what[where]}: TypeError" in error
    assert "let the step open what cannot travel" in error


def test_too_much_memory_fails_the_step_and_not_the_kernel(far: Far) -> None:
    run = run_one(far(), lambda: len(bytearray(2 * 1024**3)), resources={"memory": "500MiB"})
    assert error_of(run).startswith("MemoryError")
    assert "the limit of step 'only' is 500MiB of memory" in error_of(run)
    fits = run_one(far(), lambda: len(bytearray(10)), resources={"memory": "500MiB"})
    assert fits["only"].output == 10


def test_a_gpu_that_is_not_there_fails_the_step(far: Far) -> None:
    if list(Path("/dev").glob("nvidia[0-9]*")):
        pytest.skip("this machine has GPUs")
    error = error_of(run_one(far(), nothing, resources={"gpu_count": 1}))
    assert "step 'only' asks for 1 GPU, and this machine has none" in error


def test_over_its_time_a_step_elsewhere_is_killed(far: Far) -> None:
    error = error_of(run_one(far(), signal.pause, timeout=0.3))
    assert "step 'only' did not end within 0.3 s and was killed" in error


def test_over_the_operators_time_a_step_is_killed(far: Far) -> None:
    error = error_of(run_one(far(timeout=0.3), lambda: sum(range(10**12))))
    assert "step 'only' did not end within 0.3 s and was killed" in error


def test_over_its_time_a_step_in_this_process_is_left_behind(stack: Stack) -> None:
    release = threading.Event()

    @step(timeout=0.1)
    def only() -> None:
        release.wait(LIMIT)

    @pipeline
    def waiting() -> None:
        only()

    error = error_of(execute(waiting, stack))
    release.set()
    assert "did not end within 0.1 s; it runs in this process and cannot be killed" in error


def test_an_interpreter_of_another_version_fails_the_step_kindly(far: Far) -> None:
    versions = Path.home() / ".pyenv" / "versions"
    mine = f"{sys.version_info.major}.{sys.version_info.minor}"
    others = [v for v in ("3.12", "3.13") if v != mine]
    found = [p for v in others for p in sorted(versions.glob(f"{v}.*/bin/python"))]
    if not found:
        pytest.skip(f"no Python {' or '.join(others)} in {versions}")
    for python in found:
        error = error_of(run_one(far(python=os.fspath(python)), nothing))
        assert f"and this is Python {mine}: code of one version crashes another" in error


def test_an_operator_that_the_stack_has_not_is_refused_at_once(far: Far) -> None:
    @step(step_operator="near")
    def fit() -> int:
        return 1

    @pipeline
    def fitting() -> None:
        fit()

    stack = far()
    with pytest.raises(InvalidPipelineError, match=r"has step operator 'far': fit wants 'near'"):
        execute(fitting, stack)


class Answering(BaseStepOperator):
    """Gives back what it is told to."""

    FLAVOR: ClassVar[str] = "answering"

    answer: Any = None
    _seen: list[Any] = PrivateAttr(default_factory=list)

    def launch(self, job: StepJob) -> bytes:
        self._seen.append(job)
        answer: bytes = self.answer
        return answer


@pytest.mark.parametrize(
    "answer", [b"", b"x", b"\0" * 8, b"\xff" * 100, None, "text", b"\0\0\0\0\0\0\0\2{}", 7]
)
def test_what_is_no_answer_fails_the_step(make_stack: MakeStack, answer: Any) -> None:
    operator = Answering(name="far", answer=answer)
    stack = make_stack(extra={operator.TYPE: operator})
    assert "without an answer" in error_of(run_one(stack, nothing))


@pytest.mark.parametrize("change", [lambda a: a + b"more", lambda a: a[:-1], lambda a: a * 2])
def test_an_answer_that_is_not_whole_fails_the_step(
    make_stack: MakeStack, change: Callable[[bytes], bytes]
) -> None:
    class Changing(SubprocessStepOperator):
        FLAVOR: ClassVar[str] = "changing"

        def launch(self, job: StepJob) -> bytes:
            return change(super().launch(job))

    operator = Changing(name="far")
    stack = make_stack(extra={operator.TYPE: operator})
    assert "without an answer" in error_of(run_one(stack, lambda: [1, 2, 3]))


# Ctrl-C.


@pytest.fixture
def _heard() -> Iterator[None]:
    """Hear Ctrl-C also where the tests run in the background of a script, which ignores it."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


class Interrupting(SubprocessStepOperator):
    """Presses Ctrl-C when as many steps as `steps` have said that they run."""

    FLAVOR: ClassVar[str] = "interrupting"

    steps: int = 1
    times: int = 1
    _ready: list[str] = PrivateAttr(default_factory=list)

    def launch(self, job: StepJob) -> bytes:
        from dataclasses import replace

        def log(line: str) -> None:
            self._ready.append(line)
            if len(self._ready) == self.steps:
                for _ in range(self.times):
                    os.kill(os.getpid(), signal.SIGINT)

        return super().launch(replace(job, log=log))


def idle(number: int) -> None:
    print(os.getpid())
    threading.Event().wait()


def busy(number: int) -> None:
    print(os.getpid())
    sum(range(10**12))


@pytest.mark.usefixtures("_heard")
@pytest.mark.parametrize("function", [idle, busy])
@pytest.mark.parametrize(("parallel", "times"), [(1, 1), (1, 3), (3, 1), (3, 3)])
def test_ctrl_c_cancels_the_run_and_ends_what_runs_elsewhere(
    make_stack: MakeStack, function: Callable[[int], None], parallel: int, times: int
) -> None:
    operator = Interrupting(name="far", steps=parallel, times=times)
    stack = make_stack(parallel, extra={operator.TYPE: operator})
    work = step(step_operator="far", name="work", cache=False)(function)

    @pipeline
    def working() -> None:
        for number in range(parallel):
            work(number)

    with pytest.raises(RunCancelledError, match="was interrupted"):
        execute(working, stack)
    assert Run.load(stack, "working-1").outcome is Outcome.CANCELLED
    _, alive = psutil.wait_procs(psutil.Process().children(), timeout=LIMIT)
    assert not alive
    assert len(operator._ready) == parallel


# What nobody may see.


class Watching(SubprocessStepOperator):
    """Looks at what the system shows of the step's processes while the step waits for it."""

    FLAVOR: ClassVar[str] = "watching"

    _shown: list[bytes] = PrivateAttr(default_factory=list)
    _looked: int = PrivateAttr(default=-1)

    def launch(self, job: StepJob) -> bytes:
        from dataclasses import replace

        def log(line: str) -> None:
            if line == "look":
                self._look()
            job.log(line)

        return super().launch(replace(job, log=log))

    def _look(self) -> None:
        try:
            for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
                self._shown.extend(shown_of(process.pid))
        finally:
            os.write(self._looked, b".")


@pytest.fixture
def looked(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A pipe by which a step hears that it was looked at: its path, and an end to write to."""
    path = tmp_path / "looked"
    os.mkfifo(path)
    end = os.open(path, os.O_RDWR)  # neither end waits for the other to be opened
    yield path, end
    os.close(end)


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_secret_is_seen_nowhere(
    make_stack: MakeStack,
    project: Path,
    capfd: pytest.CaptureFixture[str],
    looked: tuple[Path, int],
) -> None:
    operator = Watching(name="far")
    pipe, operator._looked = looked
    keyed = Keyed(name="desk", token=SecretStr(SECRET), to="ops")
    stack = make_stack(extra={operator.TYPE: operator, keyed.TYPE: keyed})

    def tell() -> None:
        secret = get_step_context().stack.alerter.token.get_secret_value()
        print("look", flush=True)
        with pipe.open("rb", buffering=0) as told:
            told.read(1)
        print("it is", secret)
        os.write(2, secret.encode() + b"\n")
        raise ValueError(secret)

    run = run_one(stack, tell)
    assert error_of(run).startswith("ValueError: ******")
    assert len(operator._shown) >= 4
    said = capfd.readouterr()
    assert "it is ******" in said.out
    shown = [said.out, said.err, repr(run), str(run["only"].exception), error_of(run)]
    assert SECRET not in "".join(shown)
    assert SECRET.encode() not in b"".join(operator._shown)
    assert SECRET.encode() not in everything_in(project)


def test_a_secret_of_several_lines_is_masked_line_by_line(
    far: Far, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    key = "-----BEGIN KEY-----\nfirst-line-of-it\nother-line-of-it\n-----END KEY-----"

    def tell() -> None:
        print(get_step_context().stack.alerter.token.get_secret_value())

    keyed = Keyed(name="desk", token=SecretStr(key), to="ops")
    run_one(far(1, keyed), tell)
    assert "line-of-it" not in capfd.readouterr().out
    assert b"line-of-it" not in everything_in(project)


def test_a_payload_is_not_shown(make_stack: MakeStack) -> None:
    operator = Answering(name="far", answer=b"")
    run_one(make_stack(extra={operator.TYPE: operator}), nothing)
    (job,) = operator._seen
    assert "payload" not in repr(job)
