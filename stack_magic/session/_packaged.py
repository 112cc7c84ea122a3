"""A packaged pipeline in a fresh process: what goes in, and what comes back."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic import errors
from stack_magic.display import Line, Preformatted
from stack_magic.errors import MissingDependencyError, StackMagicError, StepFailedError

from ._answers import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import IO

    from stack_magic.display import Shown
    from stack_magic.pipelines import Package
    from stack_magic.stack import Snapshot

RUNNER = "stack_magic.session.packaged"
"""The module that the fresh process runs."""

_PATIENCE = 10.0
"""Seconds for an interrupted run to clean up."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class PackagedRun(NamedTuple):
    """A run of a package, as its process told it.

    Attributes:
        run: Name of the run.
        stack: Name of the stack that it ran on.
        text: What the run looks like.
    """

    run: str
    stack: str
    text: str

    def shown(self, snapshot: Snapshot) -> Shown:
        """Return the run itself where this session has its stack, else what it looked like."""
        from stack_magic.pipelines import Run

        from ._ready import STORES, ready_parts

        try:
            return Run.load(ready_parts(snapshot, STORES, self.stack), self.run)
        except StackMagicError:
            done = Line(f"run {self.run} on stack {self.stack}", mark="✓")
            return Answer((done, Preformatted(self.text)), value=self.run)


def run_packaged(
    package: Package, parameters: Mapping[str, Any], typed: Sequence[str], *, cache: bool
) -> PackagedRun:
    """Run *package* in a fresh process of this folder; what it says is printed.

    Args:
        package: The package.
        parameters: Values for the pipeline's parameters, as JSON has them.
        typed: The names of those that are texts of a line.
        cache: Whether unchanged steps are taken from the cache.

    Raises:
        RunFailedError: The run failed; the message has the failures.
        RunCancelledError: It was interrupted.
        MissingDependencyError: Packages that it needs are not installed.
        StackMagicError: The package cannot be run here, or its process crashed.
    """
    from stack_magic.machine import start_process

    _check_installed(package)
    files = {name: content.decode() for name, content in package.to_files().items()}
    given = {"parameters": dict(parameters), "typed": list(typed)}
    request = {"files": files, **given, "cache": cache}
    process = start_process(
        [sys.executable, "-m", RUNNER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    popen = process.popen
    said: list[str] = []
    try:
        listener = Thread(target=_listen, args=(popen.stderr, said), daemon=True)
        listener.start()
        process.give(json.dumps(request).encode())
        written = _heard(popen)
        listener.join(5)
    finally:
        process.kill()
        for stream in (popen.stdout, popen.stderr):
            if stream is not None:
                stream.close()
    return _answer(written, said, popen.returncode, package)


def _check_installed(package: Package) -> None:
    missing = [r for r in package.requirements if not _is_installed(r)]
    if missing:
        message = f"pipeline {package.pipeline!r} needs what is not installed: {', '.join(missing)}"
        raise MissingDependencyError(message, hint=f"%pip install {' '.join(missing)}")


def _is_installed(requirement: str) -> bool:
    """Whether there is some version of what a pinned requirement names."""
    from importlib import metadata

    name = _NAME.match(requirement)
    try:
        return name is None or bool(metadata.version(name[0]))
    except metadata.PackageNotFoundError:
        return False


def _heard(popen: subprocess.Popen[bytes]) -> bytes:
    """Return all that a process writes until it ends; Ctrl-C ends its run first."""
    assert popen.stdout is not None  # noqa: S101 - a pipe
    try:
        written = popen.stdout.read()
        popen.wait()
    except KeyboardInterrupt:
        # It records that its run was cancelled, cleans up, and says so.
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            popen.send_signal(signal.SIGINT)
            popen.wait(_PATIENCE)
            return popen.stdout.read()
        raise
    return written


def _listen(stream: IO[bytes], said: list[str]) -> None:
    for raw in stream:
        line = raw.decode(errors="replace").rstrip("\n")
        said.append(line)
        print(line)  # noqa: T201 - as the prints of a run in this process


def _answer(written: bytes, said: list[str], code: int, package: Package) -> PackagedRun:
    try:
        answer: dict[str, Any] = json.loads(written)
    except ValueError:
        last = "\n".join(f"  {line}" for line in said[-20:])
        message = f"the process of {package.pipeline!r} ended with exit code {code}\n{last}"
        raise StepFailedError(message.rstrip()) from None
    if "error" in answer:
        raise _error(answer)
    return PackagedRun(str(answer["run"]), str(answer["stack"]), str(answer["text"]))


def _error(answer: Mapping[str, Any]) -> StackMagicError:
    """Return the error of the other process; a class that is not ours is our family's."""
    kind = getattr(errors, str(answer["error"]), None)
    if not (isinstance(kind, type) and issubclass(kind, StackMagicError)):
        kind = StackMagicError
    hint = answer.get("hint")
    return kind(str(answer["message"]), hint=None if hint is None else str(hint))
