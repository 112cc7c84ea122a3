"""A job under way in a process of this machine, from its start to whatever ends it."""

from __future__ import annotations

import contextvars
import signal
import subprocess
from collections import deque
from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from typing import IO, TYPE_CHECKING

from stack_magic.display import printable
from stack_magic.errors import StepFailedError
from stack_magic.machine import private_file

from ._streams import Streams

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stack_magic.machine import Process

    from ._job import StepJob

_LAST_LINES = 20
_LAST_CHARACTERS = 300  # of each of them
_SHOWN = 1 << 16  # characters of a line that are logged
_LOOK = 0.1  # seconds between looks whether it is to be ended
_PATIENCE = 2.0  # seconds for a process that is killed to be gone


class Launch:
    """Runs a job to its end in a thread, which Ctrl-C does not reach.

    Args:
        job: What to run.
        timeout: Seconds after which it is ended, None for never.
        start: Starts the process, with unbuffered pipes for its three streams.
        log: File to which all that it says is added.
    """

    def __init__(
        self, job: StepJob, timeout: float | None, start: Callable[[], Process], log: Path
    ) -> None:
        self._job, self._timeout, self._start, self._log = job, timeout, start, log
        self._begun = monotonic()
        self._said: deque[str] = deque(maxlen=_LAST_LINES)
        self._abandoned, self._over = Event(), Event()
        self._answer = b""
        self._error: BaseException | None = None

    def result(self) -> bytes:
        """Return what the program wrote; when this raises, it has been ended.

        Raises:
            StepFailedError: It did not end well; the message says how.
        """
        # What a step says belongs to the cell that runs it.
        run = contextvars.copy_context().run
        Thread(target=run, args=(self._work,), name=self._job.step, daemon=True).start()
        try:
            while not self._over.wait(_LOOK):
                pass  # a bare wait is not interrupted by Ctrl-C on every platform
        except BaseException:
            self._abandoned.set()
            self._over.wait(_PATIENCE)  # also when Ctrl-C comes again, the thread ends it
            raise
        if self._error is not None:
            raise self._error
        return self._answer

    def _work(self) -> None:
        try:
            with private_file(self._log).open("a", encoding="utf-8") as file:
                self._answer = self._run(file)
        except BaseException as error:  # noqa: BLE001 - raised again by `result`
            self._error = error
        finally:
            self._over.set()

    def _run(self, file: IO[str]) -> bytes:
        process = self._start()
        streams = Streams(process.popen, self._job.payload, lambda line: self._say(line, file))
        try:
            reason = self._carry(process, streams)
        finally:
            process.kill()
            streams.close(_PATIENCE)
        if reason or process.popen.returncode:
            raise self._failure(reason or _why(process.popen.returncode, self._job))
        return bytes(streams.written)

    def _carry(self, process: Process, streams: Streams) -> str:
        """Wait for the end; return why it is to come now, or nothing when it came by itself."""
        while process.popen.poll() is None:
            if self._job.cancelled.is_set() or self._abandoned.is_set():
                return "was cancelled"
            if self._timeout is not None and monotonic() - self._begun > self._timeout:
                return f"did not end within {self._timeout:g} s and was killed"
            if streams.are_open:
                streams.carry(_LOOK)
            else:
                with suppress(subprocess.TimeoutExpired):
                    process.popen.wait(_LOOK)
        return ""

    def _say(self, said: str, file: IO[str]) -> None:
        line = self._job.mask(said)
        if len(line) > _SHOWN:
            line = f"{line[:_SHOWN]}…"
        self._said.append(line)
        file.write(f"{line}\n")
        file.flush()
        self._job.log(line)

    def _failure(self, reason: str) -> StepFailedError:
        said = (printable(line) for line in self._said)
        lines = (s if len(s) <= _LAST_CHARACTERS else f"{s[:_LAST_CHARACTERS]}…" for s in said)
        message = f"step {self._job.step!r} {reason}"
        return StepFailedError("\n  ".join((message, *lines)))


def _why(code: int, job: StepJob) -> str:
    """Return what an exit code means, in words."""
    if code > 0:
        return f"ended with exit code {code} and gave nothing back"
    memory = job.resources.memory
    limit = f"; its limit of memory is {memory}" if memory else ""
    try:
        name = signal.Signals(-code).name
    except ValueError:  # one of those without a name
        name = f"signal {-code}"
    if -code == signal.SIGKILL:
        return f"was killed ({name}), by the system for want of memory or by somebody{limit}"
    return f"crashed ({name}){limit}"
