"""What every step operator promises."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Timer
from typing import TYPE_CHECKING
from uuid import uuid4

from stack_magic.errors import InvalidConfigurationError, StepFailedError
from stack_magic.stack import Contract, Promise, expect, expect_raises

from ._job import StepJob
from ._resources import ResourceConfiguration

if TYPE_CHECKING:
    from ._base import BaseStepOperator

_REVERSE = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])"
_SPEAK = "import sys; print('one\\ntwo', file=sys.stderr); print('no log', end='')"
_FAIL = "import sys; print('last words', file=sys.stderr); sys.exit(3)"
_DIE = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
_WHO = "import os; print(os.getpid(), end='')"
_SLOW = "import time; time.sleep(6)"  # it ends, for an operator that does not end it
_LONG = 60.0
"""Seconds in which a harmless program has ended wherever it runs."""

_HUNGRY = "data = bytearray(400 * 1024 * 1024); print(len(data))"


def _job(program: str, payload: bytes = b"") -> StepJob:
    return StepJob("contract", f"contract-{uuid4().hex}", "step", ("-c", program), payload)


def _launch(operator: BaseStepOperator, job: StepJob) -> bytes:
    """Return what the program writes; remove the log, if the run has one of its own."""
    try:
        return operator.launch(job)
    finally:
        log = Path(operator.log_file or "")
        if log.parent.name == job.run:
            log.unlink(missing_ok=True)
            with suppress(OSError):
                log.parent.rmdir()


def _works(operator: BaseStepOperator, job: StepJob) -> None:
    """See that it is its program that makes *job* fail: a harmless one runs."""
    _launch(operator, replace(job, arguments=_job(_WHO).arguments, timeout=job.timeout and _LONG))


def _fails(operator: BaseStepOperator, job: StepJob, what: str) -> str:
    """Return the message with which *job* fails."""
    try:
        _launch(operator, job)
    except StepFailedError as error:
        return error.message
    expect(kept=False, evidence=f"{what} is no StepFailedError")
    return ""


def _carries_bytes(operator: BaseStepOperator) -> None:
    payload = bytes(range(256)) * 4096
    answer = _launch(operator, _job(_REVERSE, payload))
    expect(answer == payload[::-1], f"gave back {len(answer)} bytes of {len(payload)}")


def _elsewhere(operator: BaseStepOperator) -> None:
    answer = _launch(operator, _job(_WHO))
    expect(int(answer) != os.getpid(), "ran it in the process of the notebook")


def _logs(operator: BaseStepOperator) -> None:
    lines: list[str] = []
    answer = _launch(operator, replace(_job(_SPEAK), log=lines.append))
    said = [line for line in lines if line in {"one", "two"}]
    expect(said == ["one", "two"], f"logged {lines}")
    expect(answer == b"no log", f"gave back {answer!r}")


def _masks(operator: BaseStepOperator) -> None:
    lines: list[str] = []
    job = replace(_job(_SPEAK), log=lines.append, mask=lambda text: text.replace("two", "***"))
    _launch(operator, job)
    expect("two" not in lines, f"logged {lines} without masking it")


def _tells_of_failure(operator: BaseStepOperator) -> None:
    told = _fails(operator, _job(_FAIL), "exit code 3")
    expect("last words" in told, f"said {told!r}, without the last lines")


def _tells_of_death(operator: BaseStepOperator) -> None:
    job = _job(_DIE)
    _works(operator, job)
    _fails(operator, job, "a killed program")


def _keeps_time(operator: BaseStepOperator) -> None:
    job = replace(_job(_SLOW), timeout=0.5)
    _works(operator, job)
    _fails(operator, job, "a program over its time")


def _is_cancelled(operator: BaseStepOperator) -> None:
    job = replace(_job(_SLOW), cancelled=Event())
    _works(operator, job)
    timer = Timer(0.3, job.cancelled.set)
    timer.start()
    try:
        _fails(operator, job, "a cancelled job")
    finally:
        timer.cancel()


def _limits_memory(operator: BaseStepOperator) -> None:
    job = replace(_job(_HUNGRY), resources=ResourceConfiguration(memory="200MiB"))
    _works(operator, job)
    told = _fails(operator, job, "400 MiB in 200")
    expect(told, "gave no reason")


def _refuses(operator: BaseStepOperator) -> None:
    job = _job(_WHO)
    _works(operator, job)
    too_many = ResourceConfiguration(gpu_count=10_000)
    with expect_raises(InvalidConfigurationError, deed="a step that asks for 10,000 GPUs"):
        _launch(operator, replace(job, resources=too_many))


CONTRACT = Contract(
    (
        Promise("gives the payload and returns what the program wrote", _carries_bytes),
        Promise("runs it in another process", _elsewhere),
        Promise("logs what it says, apart from what it writes", _logs),
        Promise("masks what it logs", _masks),
        Promise("tells of a failed program with its last lines", _tells_of_failure),
        Promise("tells of a program that was killed", _tells_of_death),
        Promise("ends a program that is over its time", _keeps_time),
        Promise("ends a program when the run is cancelled", _is_cancelled),
        Promise("holds a program to its memory", _limits_memory),
        Promise("refuses resources that are not there", _refuses),
    )
)
