"""Runs a command that ends with whoever holds the other end of a pipe.

`python _lifeline.py FD COMMAND ...`, run as a file by a bare interpreter: it leaves a
watchdog behind and becomes the command; `-` for FD leaves none. When the pipe FD is closed
(its holder may have been killed with signal 9) or the command has ended, the watchdog
kills the whole process group, also one that is busy in C code or ignores signals.
"""

from __future__ import annotations

import os
import select
import signal
import sys

_LOOK = 0.5
"""Seconds between looks at a command where the system does not tell of its end."""


def main(lifeline: str, command: list[str]) -> None:
    """Leave the watchdog behind, then become *command*."""
    if lifeline != "-":
        _leave_watchdog(int(lifeline))
        os.close(int(lifeline))
    try:
        os.execvp(command[0], command)  # noqa: S606 - no shell is the point
    except OSError as error:
        sys.stderr.write(f"cannot run {command[0]!r}: {error.strerror}\n")
        sys.stderr.flush()
        os._exit(127)


def _leave_watchdog(lifeline: int) -> None:
    """Fork twice: the command shall not find a child that it has not made."""
    leader = os.getpid()
    between = os.fork()
    if between == 0:
        if os.fork() == 0:
            _watch(lifeline, leader)
        os._exit(0)
    os.waitpid(between, 0)


def _watch(lifeline: int, leader: int) -> None:
    # What the leader's group is sent is not meant for its watchdog.
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    # It keeps nothing of the command's open, else readers would wait for it.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.closerange(3, lifeline)
    os.closerange(lifeline + 1, os.sysconf("SC_OPEN_MAX"))
    _await_end(lifeline, leader)
    os.killpg(0, signal.SIGKILL)


def _await_end(lifeline: int, leader: int) -> None:
    """Return when the pipe is closed or the leader has ended."""
    try:
        # The number is the leader's as long as its group has a member, which this is.
        end = os.pidfd_open(leader)
    except (AttributeError, OSError):  # another system, or the leader has ended
        while not select.select([lifeline], [], [], _LOOK)[0]:
            try:
                os.kill(leader, 0)
            except OSError:
                return
    else:
        select.select([lifeline, end], [], [])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
