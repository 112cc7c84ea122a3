"""A step in a process of its own: what it is given, how it ends, what it leaves."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from pydantic import ValidationError

from stack_magic.errors import InvalidConfigurationError, StepFailedError
from stack_magic.step_operators import ResourceConfiguration, SubprocessStepOperator
from tests.machine.processes import LIMIT, ends, group_ends, group_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import MakeJob

FORGOTTEN = """
import os, signal, time
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)
"""
ESCAPED = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"],
    start_new_session=True)
print(child.pid, end="")
"""


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    me = psutil.Process()
    before, others = me.num_fds(), set(me.children())
    yield
    assert set(me.children()) <= others
    assert me.num_fds() == before


def why(operator: SubprocessStepOperator, job: Any) -> str:
    """Return the message with which a job fails."""
    with pytest.raises(StepFailedError, match="step 'fit'") as caught:
        operator.launch(job)
    return caught.value.message


# What it is given, and gives back.


def test_fifty_megabytes_go_in_and_out(operator: SubprocessStepOperator, job: MakeJob) -> None:
    payload = os.urandom(1 << 20) * 50
    code = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
    answer = operator.launch(job(code, payload))
    assert hashlib.sha256(answer).digest() == hashlib.sha256(payload).digest()


def test_a_program_that_writes_before_it_reads_does_not_wait(
    operator: SubprocessStepOperator, job: MakeJob, said: list[str]
) -> None:
    code = (
        "import os, sys\n"
        "for _ in range(1000): os.write(1, b'o' * 1000); os.write(2, b'e' * 999 + b'\\n')\n"
        "assert len(sys.stdin.buffer.read()) == 10**6"
    )
    assert operator.launch(job(code, bytes(10**6))) == b"o" * 10**6
    assert said == ["e" * 999] * 1000


def test_a_payload_may_go_unread(operator: SubprocessStepOperator, job: MakeJob) -> None:
    assert operator.launch(job("print('done', end='')", bytes(10**6))) == b"done"


def test_variables_are_set_beside_those_of_this_process(
    job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONE", "here")
    monkeypatch.setenv("TWO", "here")
    operator = SubprocessStepOperator(name="x", environment={"TWO": "set", "EMPTY": ""})
    code = "import os; print([os.environ.get(n) for n in ('ONE', 'TWO', 'EMPTY')], end='')"
    assert operator.launch(job(code)) == b"['here', 'set', '']"


@pytest.mark.parametrize("environment", [{"": "x"}, {"A=B": "x"}, {"A": "x\0"}, {"A\0": "x"}])
def test_what_is_no_variable_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="is no variable"):
        SubprocessStepOperator(name="x", environment=environment)


def test_it_works_in_the_folder_of_the_notebook(
    operator: SubprocessStepOperator, job: MakeJob, project: Path
) -> None:
    assert operator.launch(job("import os; print(os.getcwd(), end='')")) == os.fsencode(project)


# The interpreter.


def test_another_interpreter_of_this_version_runs_it(job: MakeJob) -> None:
    other = os.fspath(Path(sys.executable).resolve())
    operator = SubprocessStepOperator(name="x", python=other)
    code = "import sys; print(sys.executable, end='')"
    assert operator.launch(job(code)).decode() == other
    assert list(operator.probe()) == []


@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_an_interpreter_of_another_version_is_refused_kindly(job: MakeJob, version: str) -> None:
    versions = Path.home() / ".pyenv" / "versions"
    found = sorted(versions.glob(f"{version}.*/bin/python"))
    if not found or version == f"{sys.version_info.major}.{sys.version_info.minor}":
        pytest.skip(f"no other Python {version} in {versions}")
    operator = SubprocessStepOperator(name="x", python=os.fspath(found[-1]))
    with pytest.raises(InvalidConfigurationError, match=f"is Python {version}, and this is"):
        operator.launch(job("print('ran')"))
    (finding,) = operator.probe()
    assert finding.code == "wrong-interpreter"


@pytest.mark.parametrize(
    ("python", "what"),
    [
        ("/no/such/python", "'/no/such/python' cannot be run: No such file"),
        ("no-such-python", "cannot be run: No such file"),
        ("/", "cannot be run: Permission denied"),
        ("true", "'true' is no Python"),
        ("false", "'false' is no Python"),
        ("a\0b", "cannot be run: embedded null byte"),
    ],
)
def test_what_is_no_interpreter_is_told(job: MakeJob, python: str, what: str) -> None:
    operator = SubprocessStepOperator(name="x", python=python)
    with pytest.raises(InvalidConfigurationError, match=what):
        operator.launch(job("print('ran')"))


# What it says.


def test_what_it_says_is_kept_for_the_owner(
    operator: SubprocessStepOperator, job: MakeJob, said: list[str], project: Path
) -> None:
    former = os.umask(0)
    try:
        operator.launch(job("import os; os.write(2, b'one\\n\\ntwo')"))
    finally:
        os.umask(former)
    assert said == ["one", "", "two"]
    log = project / ".stack_magic" / "logs" / "train-1" / "fit.log"
    assert operator.log_file == os.fspath(log)
    assert log.read_text() == "one\n\ntwo\n"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in log.parents[:3]} == {0o700}


def test_steps_of_the_same_name_have_their_own_logs(
    operator: SubprocessStepOperator, job: MakeJob, project: Path
) -> None:
    for run in ("train-1", "train-2"):
        operator.launch(job(f"import os; os.write(2, b'{run}')", run=run))
    logs = project / ".stack_magic" / "logs"
    assert {log.read_text() for log in logs.rglob("*.log")} == {"train-1\n", "train-2\n"}


def test_the_logs_stay_where_the_component_was_made(
    job: MakeJob, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = SubprocessStepOperator(name="x", logs="said")
    (project / "below").mkdir()
    monkeypatch.chdir(project / "below")
    operator.launch(job("pass"))
    assert operator.log_file == os.fspath(project / "said" / "train-1" / "fit.log")
    assert operator.local_path == os.fspath(project / "said")


def test_nothing_is_written_before_the_first_step(project: Path) -> None:
    operator = SubprocessStepOperator(name="x")
    assert operator.log_file is None
    assert list(operator.probe()) == []
    assert not list(project.iterdir())


def test_binary_garbage_is_shown_as_such(
    operator: SubprocessStepOperator, job: MakeJob, said: list[str]
) -> None:
    code = "import os; os.write(2, bytes(range(256)) * 100); os.write(1, b'fine')"
    assert operator.launch(job(code)) == b"fine"
    assert any("\ufffd" in line for line in said)


def test_a_line_without_end_is_cut(
    operator: SubprocessStepOperator, job: MakeJob, said: list[str]
) -> None:
    code = "import os\nfor _ in range(80): os.write(2, b'x' * 50000)\nos.write(2, b'\\nnext\\n')"
    operator.launch(job(code))
    assert said[0].startswith("xxx")
    assert len(said[0]) < 100_000
    assert said[1:] == ["next"]


def test_all_that_is_logged_is_masked(
    operator: SubprocessStepOperator, job: MakeJob, said: list[str]
) -> None:
    code = "import os; os.write(2, b'it is hunter2\\n'); raise SystemExit('hunter2 again')"
    told = why(operator, job(code, mask=lambda text: text.replace("hunter2", "***")))
    assert said == ["it is ***", "*** again"]
    assert "hunter2" not in told
    assert "hunter2" not in Path(operator.log_file or "").read_text()


def test_a_log_that_raises_ends_the_step(operator: SubprocessStepOperator, job: MakeJob) -> None:
    def refuse(line: str) -> None:
        raise OSError(28, "No space left on device")

    code = "import os, time; os.write(2, b'x\\n'); time.sleep(600)"
    with pytest.raises(OSError, match="No space left"):
        operator.launch(job(code, log=refuse))


# How it ends.


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise SystemExit(3)", "ended with exit code 3 and gave nothing back"),
        ("import os; os.kill(os.getpid(), 9)", r"was killed (SIGKILL)"),
        ("import os; os.kill(os.getpid(), 15)", "crashed (SIGTERM)"),
        ("import os; os.kill(os.getpid(), 40)", "crashed (signal 40)"),
        ("import os; os.abort()", "crashed (SIGABRT)"),
        ("import ctypes; ctypes.string_at(0)", "crashed (SIGSEGV)"),
        ("import os; os.killpg(0, 9)", "was killed (SIGKILL)"),
    ],
)
def test_how_it_ended_is_said_in_words(
    operator: SubprocessStepOperator, job: MakeJob, code: str, reason: str
) -> None:
    assert reason in why(operator, job(code))


def test_the_last_lines_are_told_and_can_be_printed(
    operator: SubprocessStepOperator, job: MakeJob
) -> None:
    code = (
        "import sys\nfor n in range(100): print('line', n, file=sys.stderr)\n"
        "print('\\x1b[31mred\\x1b[0m' + 'x' * 10000, file=sys.stderr)\nraise SystemExit(1)"
    )
    told = why(operator, job(code))
    assert "line 99" in told
    assert "line 50" not in told
    assert "\x1b" not in told
    assert len(told) < 2000


@pytest.mark.parametrize(
    "code",
    ["import time; time.sleep(600)", "sum(range(10**12))", FORGOTTEN + "os.wait()"],
    ids=["idle", "C", "waits"],
)
def test_over_its_time_it_is_killed_with_all_that_it_started(job: MakeJob, code: str) -> None:
    operator = SubprocessStepOperator(name="x", timeout=0.3)
    assert "did not end within 0.3 s and was killed" in why(operator, job(code))


def test_the_steps_own_limit_of_time_goes_before(job: MakeJob) -> None:
    operator = SubprocessStepOperator(name="x", timeout=0.01)
    assert operator.launch(job("print('done', end='')", timeout=LIMIT)) == b"done"


@pytest.mark.parametrize("closed", ["1", "2", "1, 2", "0, 1, 2"])
def test_one_that_closes_its_streams_is_still_held_to_its_time(
    operator: SubprocessStepOperator, job: MakeJob, closed: str
) -> None:
    code = f"import os, time\nfor n in ({closed},): os.close(n)\ntime.sleep(600)"
    assert "did not end within 0.3 s" in why(operator, job(code, timeout=0.3))


def test_one_that_closes_its_streams_and_ends_is_done(
    operator: SubprocessStepOperator, job: MakeJob
) -> None:
    code = "import os; os.write(1, b'done'); os.close(1); os.close(2); os._exit(0)"
    assert operator.launch(job(code)) == b"done"


def test_cancelled_it_is_ended(operator: SubprocessStepOperator, job: MakeJob) -> None:
    cancelled = Event()
    code = "import os, time; os.write(2, b'ready\\n'); time.sleep(600)"
    asked = job(code, cancelled=cancelled, log=lambda _: cancelled.set())
    assert "was cancelled" in why(operator, asked)


def test_cancelled_before_it_began_it_does_not_run_on(
    operator: SubprocessStepOperator, job: MakeJob
) -> None:
    cancelled = Event()
    cancelled.set()
    assert "was cancelled" in why(
        operator, job("import time; time.sleep(600)", cancelled=cancelled)
    )


@pytest.mark.parametrize("times", [1, 5])
def test_ctrl_c_passes_when_the_process_is_gone(
    operator: SubprocessStepOperator, job: MakeJob, times: int
) -> None:
    leaders: list[int] = []

    def interrupt(line: str) -> None:
        leaders.append(int(line))
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGINT)

    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    code = "import os, sys, time; print(os.getpid(), file=sys.stderr); time.sleep(600)"
    try:
        with pytest.raises(KeyboardInterrupt):
            operator.launch(job(code, log=interrupt))
    finally:
        signal.signal(signal.SIGINT, former)
    assert group_ends(leaders[0])


def test_a_second_ctrl_c_leaves_the_end_to_the_thread(
    operator: SubprocessStepOperator, job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one comes while the process is being ended."""
    leaders: list[int] = []
    gone = Event()
    from stack_magic.machine import Process

    kill = Process.kill

    def kill_slowly(process: Process) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        gone.wait(0.5)
        kill(process)
        gone.set()

    def interrupt(line: str) -> None:
        leaders.append(int(line))
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Process, "kill", kill_slowly)
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    code = "import os, sys, time; print(os.getpid(), file=sys.stderr); time.sleep(600)"
    try:
        with pytest.raises(KeyboardInterrupt):
            operator.launch(job(code, log=interrupt))
        assert gone.wait(LIMIT)
    finally:
        signal.signal(signal.SIGINT, former)
    assert group_ends(leaders[0])


def test_what_a_step_forgets_does_not_hold_it_up(
    operator: SubprocessStepOperator, job: MakeJob
) -> None:
    leader = int(operator.launch(job(f"{FORGOTTEN}\nprint(os.getpid(), end='')")))
    assert all(map(ends, group_of(leader)))


def test_what_left_the_group_does_not_hold_it_up(
    operator: SubprocessStepOperator, job: MakeJob
) -> None:
    escaped = int(operator.launch(job(ESCAPED)))
    os.kill(escaped, signal.SIGKILL)
    assert ends(escaped)


def test_what_left_the_group_may_talk_for_ever(
    operator: SubprocessStepOperator, job: MakeJob
) -> None:
    talk = "import os\nwhile True: os.write(2, b'x' * 80 + b'\\n')"
    code = ESCAPED.replace("import time; time.sleep(600)", talk.replace("\n", "\\n"))
    escaped = int(operator.launch(job(code)))
    assert ends(escaped)  # nobody listens any more


def test_threads_launch_side_by_side(operator: SubprocessStepOperator, job: MakeJob) -> None:
    def launch(number: int) -> bytes:
        return operator.launch(job(f"print({number}, end='')", step=f"fit-{number}"))

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(launch, range(12))) == [str(n).encode() for n in range(12)]


# What it may use.


def test_memory_is_a_limit(operator: SubprocessStepOperator, job: MakeJob) -> None:
    resources = ResourceConfiguration(memory="100MiB")
    fits = "data = bytearray(20 * 1024 ** 2); print('fits', end='')"
    assert operator.launch(job(fits, resources=resources)) == b"fits"
    told = why(operator, job("bytearray(200 * 1024 ** 2)", resources=resources))
    assert "MemoryError" in told


def test_memory_is_a_limit_of_what_it_starts_too(
    operator: SubprocessStepOperator, job: MakeJob
) -> None:
    code = (
        "import subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', 'bytearray(200 * 1024 ** 2)'], check=True)"
    )
    told = why(operator, job(code, resources=ResourceConfiguration(memory="100MiB")))
    assert "MemoryError" in told


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ({"gpu_count": 1}, "asks for 1 GPU, and this machine has none"),
        ({"gpu_count": 3}, "asks for 3 GPUs, and this machine has none"),
        ({"cpu_count": 5000}, "5000 processors, and this machine has"),
        ({"memory": "900TB"}, "900TB of memory, and this machine has"),
        ({"memory": "900TB", "gpu_count": 2}, "2 GPUs.* and 900TB of memory"),
    ],
)
def test_what_is_not_there_is_refused(
    operator: SubprocessStepOperator, job: MakeJob, asked: dict[str, Any], what: str
) -> None:
    if "gpu_count" in asked and list(Path("/dev").glob("nvidia[0-9]*")):
        pytest.skip("this machine has GPUs")
    with pytest.raises(InvalidConfigurationError, match="step 'fit' asks for") as caught:
        operator.launch(job("print('ran')", resources=ResourceConfiguration(**asked)))
    caught.match(what)
    assert caught.value.hint == "ask for less, or use a step operator that has it"


@pytest.mark.parametrize("asked", [1, 0.5])
def test_it_has_the_processors_that_it_asked_for(
    operator: SubprocessStepOperator, job: MakeJob, asked: float
) -> None:
    code = "import os; print(len(os.sched_getaffinity(0)), os.environ['OMP_NUM_THREADS'], end='')"
    wanted = job(code, resources=ResourceConfiguration(cpu_count=asked))
    assert operator.launch(wanted) == b"1 1"


def test_steps_side_by_side_are_given_different_processors(
    operator: SubprocessStepOperator, job: MakeJob
) -> None:
    there = os.sched_getaffinity(0)
    if len(there) == 1:
        pytest.skip("one processor only")
    wanted = job(
        "import os; print(*os.sched_getaffinity(0), end='')",
        resources=ResourceConfiguration(cpu_count=1),
    )
    assert len({operator.launch(wanted) for _ in there}) == len(there)


def test_limits_that_the_system_refuses_leave_nothing_running(
    operator: SubprocessStepOperator, job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("stack_magic.step_operators._subprocess.enforce", refuse)
    with pytest.raises(PermissionError, match="not permitted"):
        operator.launch(job("import time; time.sleep(600)"))
