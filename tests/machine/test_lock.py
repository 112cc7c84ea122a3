"""A lock in a file has one holder at a time, and none when its holder dies."""

from __future__ import annotations

import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from stack_magic.errors import StorageError
from stack_magic.machine import locked

from .processes import LIMIT, python

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import sys
from pathlib import Path
from stack_magic.machine import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_threads_take_turns(tmp_path: Path) -> None:
    inside: list[int] = []

    def enter(number: int) -> None:
        with locked(tmp_path / "lock"):
            inside.append(number)
            assert inside == [number]
            inside.remove(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(enter, range(40)))


def test_what_another_process_holds_is_told_and_free_when_it_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    command = python(HOLD, os.fspath(file))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with (
            pytest.raises(StorageError, match=r"held by another process; nothing was changed"),
            locked(file, patience=0.05),
        ):
            pass
        other.send_signal(signal.SIGKILL)
        with locked(file, patience=LIMIT):
            pass


def test_an_error_in_the_block_lets_go(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError, match="by zero"), locked(tmp_path / "lock"):
        _ = 1 / 0
    with locked(tmp_path / "lock", patience=0):
        pass


def test_a_fork_does_not_keep_it(tmp_path: Path) -> None:
    with locked(tmp_path / "lock"):
        forked = os.fork()
        if forked == 0:
            signal.pause()
    try:
        with locked(tmp_path / "lock", patience=0):
            pass
    finally:
        os.kill(forked, signal.SIGKILL)
        os.waitpid(forked, 0)


def test_those_who_share_hold_it_at_once(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    with (
        locked(file, shared=True),
        locked(file, patience=0, shared=True),
        pytest.raises(StorageError, match="is held by another"),
        locked(file, patience=0.05),
    ):
        pass
    with locked(file, patience=0):
        pass
