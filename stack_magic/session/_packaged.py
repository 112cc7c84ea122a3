"""A packaged pipeline in a fresh process: what goes in, and what comes back."""

from __future__ import annotations

import json
import subprocess
import sys
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.display import Line, Preformatted
from stack_magic.errors import RunFailedError, StackMagicError, StepFailedError

from ._answers import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

    from stack_magic.display import Shown
    from stack_magic.pipelines import Package
    from stack_magic.stack import Snapshot

RUNNER = "stack_magic.session.packaged"
"""The module that the fresh process runs."""


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


def run_packaged(package: Package, parameters: Mapping[str, str], *, cache: bool) -> PackagedRun:
    """Run *package* in a fresh process of this folder; what it says is printed.

    Raises:
        RunFailedError: The run failed; the message has the failures.
        StackMagicError: The package cannot be run here, or its process crashed.
    """
    from stack_magic.machine import start_process

    files = {name: content.decode() for name, content in package.to_files().items()}
    request = {"files": files, "parameters": dict(parameters), "cache": cache}
    process = start_process(
        [sys.executable, "-m", RUNNER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    popen = process.popen
    try:
        said: list[str] = []
        listener = Thread(target=_listen, args=(popen.stderr, said), daemon=True)
        listener.start()
        assert popen.stdin is not None and popen.stdout is not None  # noqa: S101, PT018 - pipes
        popen.stdin.write(json.dumps(request).encode())
        popen.stdin.close()
        written = popen.stdout.read()
        popen.wait()
        listener.join(5)
    finally:
        process.kill()
        for stream in (popen.stdout, popen.stderr):
            if stream is not None:
                stream.close()
    return _answer(written, said, popen.returncode, package)


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
        failed = RunFailedError if answer["failed"] else StackMagicError
        raise failed(str(answer["error"]))
    return PackagedRun(str(answer["run"]), str(answer["stack"]), str(answer["text"]))
