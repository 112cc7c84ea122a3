"""Which process it is: known from every other, also from one that gets its number later."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Standing(StrEnum):
    """Where a process is, as far as this one can know."""

    HERE = "here"
    ALIVE = "alive"
    ENDED = "ended"
    ELSEWHERE = "elsewhere"


class ProcessIdentity(NamedTuple):
    """One process of one machine.

    Attributes:
        host: Name of the machine.
        boot: Which start of the machine it was; empty where the system does not tell.
        pid: Its number.
        began: When it began, as the system has it.
    """

    host: str
    boot: str
    pid: int
    began: str

    @classmethod
    def own(cls) -> ProcessIdentity:
        """Return this process."""
        pid = os.getpid()
        return cls(platform.node(), _boot(), pid, _own_beginning(pid))

    @property
    def standing(self) -> Standing:
        """Whether it is this process, lives beside it, has ended, or is of another machine."""
        own = ProcessIdentity.own()
        if self == own:
            return Standing.HERE
        if self.host != own.host:
            return Standing.ELSEWHERE
        is_alive = self.boot == own.boot and began(self.pid) == self.began
        return Standing.ALIVE if is_alive else Standing.ENDED


@cache
def _own_beginning(pid: int) -> str:
    return began(pid) or ""


@cache
def _boot() -> str:
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return ""  # pragma: no cover - another system


def began(pid: int) -> str | None:
    """Return when a process began, as the system has it; None for one that has ended.

    A number is given again after a while: with its beginning it names one process.
    """
    if Path("/proc/self/stat").exists():
        return _began_by_proc(Path(f"/proc/{pid}/stat"))
    return _began_by_ps(pid)  # pragma: no cover - macOS


def _began_by_proc(stat: Path) -> str | None:
    try:
        fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in {"Z", "X"} else fields[19]


def _began_by_ps(pid: int) -> str | None:  # pragma: no cover - macOS
    import subprocess

    found = subprocess.run(  # noqa: S603 - a number is the only argument
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or None
