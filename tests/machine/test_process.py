"""What a process starts ends with it, however it ends, unless it is kept."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from typing import TYPE_CHECKING

import psutil
import pytest

from stack_magic.machine import Process, start_process

from .processes import LIMIT, ends, group_ends, group_of, holder, python

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

READY = "import os; os.write(1, b'ready\\n');"
DEAF = """
import os, signal, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
os.write(1, b'ready\\n')
while True: time.sleep(60)
"""
IN_C = f"{READY} sum(range(10**12))"
IDLE = f"import time; {READY} time.sleep(600)"
GRANDCHILD = f"""
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, '-c', {DEAF!r}], close_fds=True)
time.sleep(600)
"""
CLOSES_ALL = f"""
import os, time
{READY}
os.closerange(3, 1000)
os.write(1, b'closed\\n')
time.sleep(600)
"""


@pytest.fixture
def started() -> Iterator[list[Process]]:
    """Holds what a test starts; it is killed afterwards."""
    processes: list[Process] = []
    yield processes
    for process in processes:
        with process.popen:
            process.kill()


def _start(started: list[Process], code: str, **options: Any) -> Process:
    process = start_process(python(code), stdout=subprocess.PIPE, **options)
    started.append(process)
    return process


def _line(process: Process) -> bytes:
    assert process.popen.stdout is not None
    return process.popen.stdout.readline().strip()


@pytest.mark.parametrize("code", [IDLE, DEAF, IN_C, GRANDCHILD], ids=["idle", "deaf", "C", "deep"])
def test_a_killed_parent_takes_the_whole_group_along(code: str) -> None:
    with holder(python(code)) as (parent, leader):
        assert group_of(leader) > {leader}  # with its watchdog
        parent.kill()
        assert group_ends(leader)


def test_the_lifeline_does_not_hang_on_what_the_command_has_open() -> None:
    with holder(python(CLOSES_ALL)) as (parent, leader):
        assert parent.stdout is not None
        while parent.stdout.readline() != "closed\n":
            pass
        parent.kill()
        assert group_ends(leader)


def test_what_is_sent_to_the_group_leaves_the_lifeline() -> None:
    code = f"import os, signal; signal.signal(signal.SIGUSR1, signal.SIG_IGN); {IDLE}"
    with holder(python(code)) as (parent, leader):
        os.killpg(leader, signal.SIGUSR1)
        assert psutil.pid_exists(leader)
        parent.kill()
        assert group_ends(leader)


def test_what_is_kept_outlives_its_parent() -> None:
    with holder(python(IDLE), keep=True) as (parent, leader):
        parent.kill()
        parent.wait(LIMIT)
        assert group_of(leader) == {leader}
        os.killpg(leader, signal.SIGKILL)
        assert group_ends(leader)


def test_a_command_finds_no_children_that_it_has_not_made(started: list[Process]) -> None:
    code = "import os\ntry: os.wait()\nexcept ChildProcessError: print('none', flush=True)"
    assert _line(_start(started, code)) == b"none"


@pytest.mark.parametrize("code", ["pass", "raise SystemExit(3)"])
def test_a_command_that_ends_leaves_nothing(started: list[Process], code: str) -> None:
    process = _start(started, code)
    assert process.popen.wait(LIMIT) == (3 if "3" in code else 0)
    assert group_ends(process.pid)


def test_what_a_command_leaves_behind_ends_with_it(started: list[Process]) -> None:
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {DEAF!r}])"
    process = _start(started, f"{code}; sys.stdin.read()", stdin=subprocess.PIPE)
    assert _line(process) == b"ready"
    process.give(b"")
    assert process.popen.wait(LIMIT) == 0
    assert group_ends(process.pid)


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize(
    ("command", "why"),
    [("/no/such/thing", "No such file"), ("no-such-command", "No such file"), ("/", "denied")],
)
def test_a_command_that_cannot_be_run_says_why(
    started: list[Process], command: str, why: str, *, keep: bool
) -> None:
    process = start_process([command], keep=keep, stderr=subprocess.PIPE)
    started.append(process)
    assert process.popen.stderr is not None
    said = process.popen.stderr.read().decode()
    assert said.startswith(f"cannot run {command!r}: ")
    assert why in said
    assert process.popen.wait(LIMIT) == 127


def test_arguments_arrive_as_they_are(started: list[Process]) -> None:
    given = ["$HOME", "a b", "", "-c", "--", "'\"", "ü\n"]
    process = start_process(
        python("import sys; print(ascii(sys.argv[1:]))", *given), stdout=subprocess.PIPE
    )
    started.append(process)
    assert _line(process).decode() == ascii(given)


def test_it_has_the_environment_that_it_is_given(
    started: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINE", "1")
    show = "import os; print(os.environ.get('MINE'), os.environ.get('OTHER'))"
    assert _line(_start(started, show)) == b"1 None"
    assert _line(_start(started, show, environment={"OTHER": "2"})) == b"None 2"


def test_stopped_it_may_tidy_up(started: list[Process], tmp_path: Path) -> None:
    code = (
        "import signal, sys, time; from pathlib import Path\n"
        f"signal.signal(signal.SIGTERM, lambda *_: sys.exit(Path({os.fspath(tmp_path)!r}, 'tidy')"
        ".touch()))\n"
        "print('ready', flush=True); time.sleep(600)"
    )
    process = _start(started, code)
    assert _line(process) == b"ready"
    process.stop()
    assert (tmp_path / "tidy").exists()
    assert process.popen.returncode == 0
    assert group_ends(process.pid)


def test_deaf_to_the_question_it_is_killed(started: list[Process]) -> None:
    process = _start(started, DEAF)
    assert _line(process) == b"ready"
    process.stop(patience=0.05)
    assert process.popen.returncode == -signal.SIGKILL
    assert group_ends(process.pid)


def test_stopped_again_nothing_happens(started: list[Process]) -> None:
    process = _start(started, IDLE)
    for _ in range(2):
        process.stop()
        process.kill()
        process.close()
    assert process.popen.returncode is not None


def test_many_starts_leave_no_descriptors_and_no_children(started: list[Process]) -> None:
    me = psutil.Process()
    before, others = me.num_fds(), set(me.children())
    for _ in range(20):
        process = start_process(["true"])
        process.popen.wait(LIMIT)
        process.kill()
    assert me.num_fds() == before
    assert set(me.children()) <= others


def test_a_start_that_fails_leaves_no_descriptors() -> None:
    me = psutil.Process()
    before = me.num_fds()
    with pytest.raises(FileNotFoundError, match="nowhere"):
        start_process(["true"], cwd="/nowhere")
    with pytest.raises(ValueError, match="null byte"):
        start_process(["true", "\0"])
    assert me.num_fds() == before


FORKING = """
import os, sys, time
from stack_magic.machine import start_process
process = start_process([sys.executable, "-c", sys.argv[1]], stdout=sys.stdout)
forked = os.fork()
if forked == 0:
    process.close()
    os.write(1, b"forked\\n")
    time.sleep(600)
os.write(1, b"%d %d\\n" % (process.pid, forked))
sys.stdin.read()
"""


def test_a_fork_of_the_parent_does_not_hold_the_lifeline() -> None:
    with subprocess.Popen(
        python(FORKING, IDLE), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        said = [parent.stdout.readline() for _ in range(3)]
        leader, forked = map(int, next(line for line in said if line[:1].isdigit()).split())
        try:
            parent.kill()
            assert group_ends(leader)
            assert psutil.pid_exists(forked)
        finally:
            os.kill(forked, signal.SIGKILL)
    assert ends(forked)


def test_a_closed_process_is_not_closed_by_its_fork(started: list[Process]) -> None:
    process = _start(started, IDLE)
    pid = os.fork()
    if pid == 0:
        read, _ = os.pipe()  # takes the number that the lifeline had
        process.close()
        try:
            os.fstat(read)
        except OSError:
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_a_reader_of_its_output_sees_the_end(started: list[Process]) -> None:
    process = _start(started, "print('all')")
    stdout = process.popen.stdout
    assert stdout is not None
    assert select.select([stdout], [], [], LIMIT)[0]
    assert stdout.read() == b"all\n"


def test_descriptors_that_are_passed_are_not_kept_by_the_watchdog(started: list[Process]) -> None:
    read, write = os.pipe()
    code = "import os, sys, time; os.close(int(sys.argv[1])); time.sleep(600)"
    try:
        started.append(start_process(python(code, str(write)), pass_fds=(write,)))
    finally:
        os.close(write)
    with os.fdopen(read, "rb") as pipe:
        assert pipe.read() == b""


def test_a_chain_of_processes_ends_with_the_first() -> None:
    inner = """
import sys
from stack_magic.machine import start_process
process = start_process([sys.executable, "-c", "import time; time.sleep(600)"])
print("ready", process.pid, sep="\\n", flush=True)
import time; time.sleep(600)
"""
    with holder(python(inner)) as (parent, leader):
        assert parent.stdout is not None
        innermost = int(parent.stdout.readline())
        parent.kill()
        assert group_ends(leader)
        assert group_ends(innermost)


def test_the_interpreter_is_no_matter_of_the_environment(started: list[Process]) -> None:
    environment = {"PYTHONHOME": "/nowhere", "PATH": os.environ["PATH"]}
    process = start_process(["echo", "here"], environment=environment, stdout=subprocess.PIPE)
    started.append(process)
    assert _line(process) == b"here"
