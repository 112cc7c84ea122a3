"""Starts a process in a group of its own, which ends with this one unless it is kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LIFELINE = Path(__file__).with_name("_lifeline.py")
_HELD: set[int] = set()
"""The ends of the lifelines of what this process has started."""


def _let_go() -> None:
    """In a forked child: the lifelines are the parent's, and end with the parent."""
    for descriptor in _HELD:
        with suppress(OSError):
            os.close(descriptor)
    _HELD.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


class Process:
    """A running command and all that it starts.

    Attributes:
        popen: The process that leads the group.
    """

    def __init__(self, popen: subprocess.Popen[bytes], lifeline: int | None) -> None:
        self.popen = popen
        self._lifeline = lifeline

    @property
    def pid(self) -> int:
        """Number of the leading process, and of its group."""
        return self.popen.pid

    def give(self, data: bytes) -> None:
        """Let it read *data*, and nothing after it; for a process with a pipe as `stdin`."""
        stdin = self.popen.stdin
        assert stdin is not None  # noqa: S101 - the caller asked for a pipe
        with suppress(BrokenPipeError):  # it ended at once: its log says why
            stdin.write(data)
        with suppress(BrokenPipeError):
            stdin.close()

    def stop(self, patience: float = 5.0) -> None:
        """End the whole group: asked first, killed after *patience* seconds."""
        end_group(self.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.popen.wait(patience)
        self.kill()

    def kill(self) -> None:
        """Kill whatever of the group is left, and forget it."""
        end_group(self.pid, signal.SIGKILL)
        self.popen.wait()
        self.close()

    def close(self) -> None:
        """Let go of the lifeline."""
        lifeline, self._lifeline = self._lifeline, None
        if lifeline in _HELD:  # in a forked child it is not, and the number is free
            _HELD.discard(lifeline)
            os.close(lifeline)


def end_group(leader: int, how: signal.Signals) -> None:
    """Send a signal to a process group; one that is gone is fine."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, how)


def start_process(
    command: Sequence[str],
    *,
    keep: bool = False,
    environment: Mapping[str, str] | None = None,
    **streams: Any,
) -> Process:
    """Start *command* in a process group of its own, never through a shell.

    A command that cannot be run is one that ends: with exit code 127, and the reason on
    its standard error.

    Args:
        command: Program and arguments.
        keep: Let it outlive this process; otherwise the end of this process, however it
            comes, kills the whole group, and so does the end of the command.
        environment: All of its variables; None gives it those of this process.
        streams: `stdin`, `stdout`, `stderr`, `cwd`, `pass_fds` as `subprocess.Popen`
            takes them; streams that are not named lead nowhere.
    """
    nowhere = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    options: dict[str, Any] = {
        **nowhere,
        **streams,
        "env": None if environment is None else dict(environment),
        "start_new_session": True,
    }
    if keep:
        return Process(_run("-", command, options), None)
    read, write = os.pipe()
    _HELD.add(write)
    options["pass_fds"] = (*options.get("pass_fds", ()), read)
    try:
        return Process(_run(str(read), command, options), write)
    except BaseException:
        _HELD.discard(write)
        os.close(write)
        raise
    finally:
        os.close(read)


def _run(lifeline: str, command: Sequence[str], options: dict[str, Any]) -> subprocess.Popen[bytes]:
    bare = [sys.executable, "-I", "-S", os.fspath(_LIFELINE), lifeline]
    popen: Any = subprocess.Popen([*bare, *command], **options)  # noqa: S603 - no shell
    return cast("subprocess.Popen[bytes]", popen)
