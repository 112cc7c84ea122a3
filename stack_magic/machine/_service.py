"""A background process known by a folder: found again after a restart, probed, stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from ._identity import began
from ._json_file import json_object, number_in
from ._lock import locked
from ._private import private_file, write_private
from ._process import Process, end_group, start_process

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STARTED: dict[int, Process] = {}
"""What this process has started: its children, which it must reap."""

_PAUSE = 0.02
"""Seconds between looks at what is no child: the system tells of children only."""

if hasattr(os, "register_at_fork"):
    # They are the parent's children: a forked one would take them for ended.
    os.register_at_fork(after_in_child=_STARTED.clear)


class Service:
    """A process whose number and log are kept in *folder*; its state is asked of the system.

    Args:
        folder: Made when the service starts, for its owner only.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    @property
    def log_file(self) -> Path:
        """Where the process writes what it says."""
        return self.folder / "log"

    @property
    def pid(self) -> int | None:
        """Number of the process, or None when it does not run."""
        pid, recorded = self._recorded()
        now = _began(pid)
        return pid if now is not None and now == recorded else None

    @property
    def is_running(self) -> bool:
        """Whether the process runs now."""
        return self.pid is not None

    def start(
        self,
        command: Sequence[str],
        *,
        keep: bool = False,
        environment: Mapping[str, str] | None = None,
        stdin: bytes = b"",
    ) -> int:
        """Start *command* unless it runs already; return its process number.

        Args:
            command: Program and arguments.
            keep: Let it outlive this kernel.
            environment: All of its variables; None gives it those of this process.
            stdin: What it reads, a few kilobytes; the way for a secret, which arguments
                would show.

        Raises:
            StorageError: Another process is about to start it, and takes too long.
        """
        with locked(self._lock_file):
            running = self.pid
            return self._start(command, keep, environment, stdin) if running is None else running

    def stop(self, patience: float = 5.0) -> None:
        """End it with all it started: asked first, killed after *patience* seconds."""
        pid = self.pid
        if pid is None:
            self._record_file.unlink(missing_ok=True)
            return
        process = _STARTED.get(pid)
        if process is not None:
            process.stop(patience)
            _STARTED.pop(pid, None)
        else:
            _stop_foreign(pid, patience)
        with locked(self._lock_file):
            if self.pid is None:  # nobody has started it again meanwhile
                self._record_file.unlink(missing_ok=True)

    def log(self, lines: int | None = None) -> list[str]:
        """Return what it has said: all, or the last *lines*."""
        try:
            with self.log_file.open(encoding="utf-8", errors="replace") as file:
                return [line.rstrip("\n") for line in deque(file, lines)]
        except FileNotFoundError:
            return []

    @property
    def _record_file(self) -> Path:
        return self.folder / "process.json"

    @property
    def _lock_file(self) -> Path:
        return self.folder / "lock"

    def _start(
        self,
        command: Sequence[str],
        keep: bool,  # noqa: FBT001 - as `start` was given it
        environment: Mapping[str, str] | None,
        stdin: bytes,
    ) -> int:
        with private_file(self.log_file).open("ab") as log:
            process = start_process(
                command,
                keep=keep,
                environment=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            record = {"pid": process.pid, "began": _began(process.pid)}
            write_private(self._record_file, json.dumps(record).encode())
            process.give(stdin)
        except BaseException:
            with process.popen:  # closes its pipe
                process.kill()  # nobody would find it again
            raise
        _STARTED[process.pid] = process
        return process.pid

    def _recorded(self) -> tuple[int, str | None]:
        """Return the number and the beginning of the process that was started last."""
        record = json_object(self._record_file)
        beginning = record.get("began")
        return number_in(record, "pid") or 0, beginning if isinstance(beginning, str) else None


def _stop_foreign(pid: int, patience: float) -> None:
    """End a process that an earlier kernel started: it is not ours to wait for."""
    beginning = _began(pid)
    for how in (signal.SIGTERM, signal.SIGKILL):
        end_group(pid, how)
        deadline = time.monotonic() + patience
        while _began(pid) == beginning and time.monotonic() < deadline:
            time.sleep(_PAUSE)


def _began(pid: int) -> str | None:
    """Return when a process began; one of ours that has ended is forgotten."""
    process = _STARTED.get(pid)
    if process is not None and process.popen.poll() is not None:
        _STARTED.pop(pid, None)
        process.kill()  # what it started goes with it
        return None
    return began(pid)
