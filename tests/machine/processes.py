"""Processes that tests start, and how to await their end."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LIMIT = 30.0
"""Seconds that anything may take before the test fails."""

VANISHED = (FileNotFoundError, ProcessLookupError, PermissionError, psutil.Error)
"""What reading of a process raises if it ends between being listed and being read."""

HOLDER = """
import json, os, sys
from stack_magic.machine import Service, start_process
command, keep, folder = json.loads(sys.argv[1])
if folder:
    print(Service(folder).start(command, keep=keep), flush=True)
else:
    process = start_process(command, keep=keep, stdout=sys.stdout)
    os.write(1, b"%d\\n" % process.pid)  # at once: the command writes there too
sys.stdin.read()
"""


def python(code: str, *arguments: str) -> list[str]:
    """Return the command that runs *code* in this interpreter."""
    return [sys.executable, "-c", code, *arguments]


def ends(pid: int) -> bool:
    """Await the end of any process; return whether it came in time."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], LIMIT)[0])
    finally:
        os.close(process)


def shown_of(pid: int) -> list[bytes]:
    """Return what the system shows of a process: its arguments and first environment.

    Of one that has ended, or that is another user's, there is less or nothing.
    """
    shown = []
    for what in ("cmdline", "environ"):
        with suppress(*VANISHED):
            shown.append(Path("/proc", str(pid), what).read_bytes())
    return shown


def group_of(leader: int) -> set[int]:
    """Return the processes of a group that have not ended."""
    members = set()
    for process in psutil.process_iter():
        with suppress(*VANISHED):
            if os.getpgid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                members.add(process.pid)
    return members


def group_ends(leader: int) -> bool:
    """Await the end of all that is in a group; return whether it came in time.

    One that has only just been started adds its watchdog meanwhile.
    """
    limit = time.monotonic() + LIMIT
    while members := group_of(leader):
        if time.monotonic() > limit or not all(ends(pid) for pid in members):
            return False
    return True


@contextmanager
def holder(
    command: Sequence[str], *, keep: bool = False, folder: Path | None = None
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Start a process that starts *command*; give it, and the number of what it started.

    What the command prints comes from the holder's standard output, and `ready` is awaited;
    a service, which has a *folder*, prints into its log.
    """
    asked = json.dumps([list(command), keep, folder and os.fspath(folder)])
    with subprocess.Popen(
        python(HOLDER, asked), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in ("number", "ready")[: 1 if folder else 2]]
            yield process, next(int(line) for line in lines if line[:1].isdigit())
        finally:
            process.kill()
