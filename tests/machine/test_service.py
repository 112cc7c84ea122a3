"""A service is known by its folder, and its state is asked of the system."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from stack_magic.machine import Service

from .processes import LIMIT, ends, group_ends, group_of, holder, python

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IDLE = python("import time; time.sleep(600)")
ECHO = python("import sys; print(sys.stdin.read()); print('last')")
PARENT = python(
    "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; "
    "time.sleep(600)']); print('started', flush=True); sys.stdin.read(); sys.exit(4)"
)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path / "deep" / "service")
    yield service
    service.stop(patience=0.1)


def test_a_folder_without_a_process_tells_so(service: Service, tmp_path: Path) -> None:
    assert service.pid is None
    assert not service.is_running
    assert service.log() == []
    service.stop()
    assert not list(tmp_path.iterdir())


def test_it_is_started_stopped_and_started_again(service: Service) -> None:
    first = service.start(IDLE)
    assert service.is_running
    assert service.pid == first
    service.stop()
    assert not service.is_running
    assert group_ends(first)
    second = service.start(IDLE)
    assert second != first
    assert service.pid == second


def test_its_folder_and_files_are_the_owners(service: Service) -> None:
    former = os.umask(0)
    try:
        service.start(IDLE)
    finally:
        os.umask(former)
    paths = [service.folder, *service.folder.iterdir()]
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in paths}
    assert modes == {"service": 0o700, "log": 0o600, "lock": 0o600, "process.json": 0o600}


def test_started_twice_it_is_one(service: Service) -> None:
    first = service.start(IDLE)
    assert service.start(IDLE) == first
    assert Service(service.folder).start(IDLE) == first


def test_threads_that_start_it_at_once_get_one(service: Service) -> None:
    before = len(psutil.Process().children())
    with ThreadPoolExecutor(8) as pool:
        numbers = set(pool.map(lambda _: Service(service.folder).start(IDLE), range(8)))
    assert len(numbers) == 1
    assert len(psutil.Process().children()) == before + 1


def test_another_object_finds_and_stops_it(service: Service) -> None:
    pid = service.start(IDLE)
    other = Service(os.fspath(service.folder))
    assert other.pid == pid
    other.stop()
    assert not service.is_running
    assert group_ends(pid)


def test_another_process_finds_and_stops_it(service: Service) -> None:
    with holder(IDLE, folder=service.folder) as (_, pid):
        assert service.pid == pid
        service.stop()
        assert not service.is_running
        assert group_ends(pid)


def test_deaf_to_another_process_it_is_killed(service: Service) -> None:
    deaf = python(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('deaf', flush=True); time.sleep(600)"
    )
    with holder(deaf, folder=service.folder) as (_, pid):
        _await_line(service, "deaf")
        service.stop(patience=0.05)
        assert group_ends(pid)


def test_it_ends_with_its_kernel(service: Service) -> None:
    with holder(IDLE, folder=service.folder) as (kernel, pid):
        kernel.kill()
        assert group_ends(pid)
        assert not service.is_running


def test_kept_it_is_found_by_the_next_kernel(service: Service) -> None:
    with holder(IDLE, keep=True, folder=service.folder) as (kernel, pid):
        kernel.kill()
        kernel.wait(LIMIT)
    assert service.pid == pid
    assert service.start(IDLE) == pid
    service.stop()
    assert not service.is_running
    assert group_ends(pid)


def _await_line(service: Service, line: str) -> None:
    """Follow the log until it has *line*."""
    follow = ["tail", "--lines=+1", "--follow", os.fspath(service.log_file)]
    with subprocess.Popen(follow, stdout=subprocess.PIPE, text=True) as tail:
        assert tail.stdout is not None
        while tail.stdout.readline() != f"{line}\n":
            pass
        tail.kill()


@pytest.mark.parametrize("keep", [True, False])
def test_a_crash_is_noticed(service: Service, *, keep: bool) -> None:
    pid = service.start(IDLE, keep=keep)
    os.kill(pid, signal.SIGKILL)
    assert ends(pid)
    assert not service.is_running
    assert service.start(IDLE) != pid
    assert service.is_running


def test_what_a_crashed_one_has_started_ends(service: Service) -> None:
    pid = service.start(PARENT, keep=True)
    assert ends(pid)
    assert not service.is_running
    assert group_ends(pid)


@pytest.mark.parametrize("keep", [True, False])
def test_one_that_ends_at_once_does_not_run(service: Service, *, keep: bool) -> None:
    for _ in range(3):
        pid = service.start(["/no/such/command"], keep=keep)
        assert ends(pid)
        assert not service.is_running
    assert len(service.log()) == 3
    assert service.log(1) == ["cannot run '/no/such/command': No such file or directory"]


def test_one_that_is_gone_before_it_is_recorded_does_not_run(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stack_magic.machine._service._began", lambda _: None)
    pid = service.start(IDLE)
    monkeypatch.undo()
    assert not service.is_running
    os.killpg(pid, signal.SIGKILL)
    assert group_ends(pid)


@pytest.mark.parametrize("began", ["1", None, 1])
def test_a_number_that_was_given_again_is_not_believed(service: Service, began: Any) -> None:
    service.folder.mkdir(parents=True)
    record = service.folder / "process.json"
    with subprocess.Popen(IDLE, start_new_session=True) as stranger:
        record.write_text(json.dumps({"pid": stranger.pid, "began": began}))
        assert not service.is_running
        service.stop(patience=0.1)
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("record", ["", "{", "[]", "3", '{"pid": "x"}', '{"pid": null}', "\0"])
def test_a_damaged_record_is_none(service: Service, record: str) -> None:
    service.folder.mkdir(parents=True)
    (service.folder / "process.json").write_text(record)
    assert not service.is_running
    service.start(IDLE)
    assert service.is_running


def test_a_record_that_cannot_be_written_leaves_nothing_running(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    before = set(psutil.Process().children())
    with monkeypatch.context() as patch:
        patch.setattr("stack_magic.machine._service.write_private", fail)
        with pytest.raises(OSError, match="No space left"):
            service.start(IDLE)
    assert set(psutil.Process().children()) == before


def test_it_reads_what_it_is_given_and_nothing_more(service: Service) -> None:
    pid = service.start(ECHO, stdin=b"hunter2")
    assert ends(pid)
    assert service.log() == ["hunter2", "last"]


def test_what_it_is_given_may_go_unread(service: Service) -> None:
    pid = service.start(["true"], stdin=b"x" * 1000)
    assert ends(pid)
    assert not service.is_running


def test_its_log_keeps_what_both_streams_said(service: Service) -> None:
    code = "import os; os.write(1, b'out\\n'); os.write(2, b'\\xff err\\n'); os.write(1, b'end')"
    for _ in range(2):
        assert ends(service.start(python(code)))
        assert not service.is_running
    assert service.log() == ["out", "\ufffd err", "endout", "\ufffd err", "end"]
    assert service.log(2) == ["\ufffd err", "end"]
    assert service.log(0) == []


def test_a_fork_that_asks_for_it_leaves_it_alone(service: Service) -> None:
    pid = service.start(IDLE)
    forked = os.fork()
    if forked == 0:
        os._exit(0 if service.is_running and service.pid == pid else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]) == 0
    assert service.is_running
    assert group_of(pid) >= {pid}


def test_many_services_leave_no_descriptors(tmp_path: Path) -> None:
    me = psutil.Process()
    before = me.num_fds()
    for number in range(10):
        service = Service(tmp_path / str(number))
        service.start(IDLE)
        service.stop()
    assert me.num_fds() == before
