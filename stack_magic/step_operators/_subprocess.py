"""Runs a step in a fresh interpreter of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, PositiveFloat, PrivateAttr, field_validator

from stack_magic.enums import Severity
from stack_magic.errors import InvalidConfigurationError
from stack_magic.machine import absolute_path, start_process
from stack_magic.stack import Diagnostic

from ._base import BaseStepOperator
from ._interpreter import check_interpreter
from ._launch import Launch
from ._limits import check_resources, enforce, variables_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stack_magic.machine import Process

    from ._job import StepJob


class SubprocessStepOperator(BaseStepOperator):
    """Runs each step in a process of its own, which ends with the kernel.

    Memory asked for is a limit of the step and of each process that it starts; processors
    asked for are those it may use; what a step says is shown and kept in a log.
    """

    FLAVOR: ClassVar[str] = "subprocess"

    python: str = Field(
        default="", description="Interpreter, of the same Python version; empty takes this one"
    )
    environment: dict[str, str] = Field(
        default={}, description="Variables to set beside those of this process"
    )
    timeout: PositiveFloat | None = Field(
        default=None, description="Seconds after which a step is ended, if it sets no own limit"
    )
    logs: str = Field(
        default=".stack_magic/logs", description="Folder that keeps what each step said"
    )

    # A relative path stays what it meant when the component was made.
    _made_in: str = PrivateAttr(default_factory=os.getcwd)
    _last_log: str | None = PrivateAttr(default=None)
    _checked: bool = PrivateAttr(default=False)

    @field_validator("environment")
    @classmethod
    def _variables_can_be_set(cls, environment: dict[str, str]) -> dict[str, str]:
        for name, value in environment.items():
            if not name or "=" in name or "\0" in f"{name}{value}":
                message = f"environment {name!r} is no variable: a name has no '=', neither a NUL"
                raise ValueError(message)
        return environment

    @property
    def log_file(self) -> str | None:
        """The log of the step that was run last."""
        return self._last_log

    @property
    def local_path(self) -> str | None:
        """The folder of the logs."""
        return os.fspath(self._folder)

    def probe(self) -> Iterator[Diagnostic]:
        """Ask the interpreter which Python it is."""
        try:
            self._check_python()
        except InvalidConfigurationError as error:
            yield Diagnostic("wrong-interpreter", Severity.ERROR, self.name, error.message)

    def command(self, job: StepJob) -> list[str]:
        """Return what is run, program and arguments; a flavor may put more before it."""
        return [self.python or sys.executable, *job.arguments]

    def launch(self, job: StepJob) -> bytes:
        """Run *job* in a new process and return what it wrote."""
        check_resources(job)
        self._check_python()
        log = self._folder / job.run / f"{job.step}.log"
        self._last_log = os.fspath(log)
        return Launch(job, job.timeout or self.timeout, partial(self._start, job), log).result()

    def _start(self, job: StepJob) -> Process:
        environment = {**os.environ, **variables_of(job.resources), **self.environment}
        process = start_process(
            self.command(job),
            environment=environment,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            enforce(job.resources, process.pid)
        except BaseException:
            with process.popen:  # closes its pipes
                process.kill()
            raise
        return process

    def _check_python(self) -> None:
        if self.python and not self._checked:
            check_interpreter(self.python)
            self._checked = True

    @property
    def _folder(self) -> Path:
        return absolute_path(self.logs, self._made_in)
