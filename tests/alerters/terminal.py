"""A program in a terminal of its own, and somebody who types."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.live_kernel import LIMIT, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A terminal hears Ctrl-C for the session that owns it.
OWN = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"


class Terminal:
    """What a person sees of a program, and types to it."""

    def __init__(self, screen: int) -> None:
        self._screen = screen
        self.seen = ""

    def type(self, keys: str) -> None:
        """Type *keys*; `\\x03` is Ctrl-C, `\\x04` Ctrl-D."""
        os.write(self._screen, keys.encode())

    def until(self, text: str) -> None:
        """Read until *text* is on the screen."""
        end = time.monotonic() + LIMIT
        while text not in self.seen:
            assert self._read(end - time.monotonic()), f"{text!r} is not in {self.seen!r}"

    def _read(self, seconds: float) -> bool:
        if not select.select([self._screen], [], [], max(0.0, seconds))[0]:
            return False
        try:
            more = os.read(self._screen, 65536)
        except OSError:  # the program has ended
            return False
        self.seen += more.decode().replace("\r\n", "\n")
        return bool(more)


@contextmanager
def terminal(program: str, folder: Path, *, own: bool = True) -> Iterator[Terminal]:
    """Run a Python *program*; *own* is whether the terminal is that of its session."""
    screen, inside = pty.openpty()
    environment = {
        **os.environ,
        "PYTHONPATH": os.fspath(ROOT),
        "HOME": os.fspath(folder),
        "IPYTHONDIR": os.fspath(folder / "ipython"),
        "TERM": "dumb",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", (OWN if own else "") + program],
        stdin=inside,
        stdout=inside,
        stderr=inside,
        start_new_session=True,
        cwd=folder,
        env=environment,
    )
    os.close(inside)
    try:
        yield Terminal(screen)
    finally:
        process.kill()
        process.wait()
        os.close(screen)
