"""The built-in step operator keeps its contract, and the contract notices what is broken."""

from __future__ import annotations

import inspect
import os
import textwrap
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from stack_magic import step_operators
from stack_magic.errors import BrokenContractError, StepFailedError
from stack_magic.stack import check_flavor
from stack_magic.step_operators import BaseStepOperator, StepJob, SubprocessStepOperator
from stack_magic.testing import assert_contract, check_contract

if TYPE_CHECKING:
    from pathlib import Path


def test_the_built_in_flavor_keeps_its_contract(operator: SubprocessStepOperator) -> None:
    assert_contract(operator)


def test_the_built_in_flavor_has_no_findings() -> None:
    assert check_flavor(SubprocessStepOperator, BaseStepOperator).diagnostics == ()


def test_a_contract_leaves_no_logs(operator: SubprocessStepOperator, project: Path) -> None:
    check_contract(operator)
    assert not [path for path in project.rglob("*") if path.is_file()]
    assert not list((project / ".stack_magic" / "logs").iterdir())


def test_the_flavor_that_the_docstring_shows_keeps_the_contract() -> None:
    lines = inspect.cleandoc(step_operators.__doc__ or "").splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("    class NiceOperator"))
    last = next(n for n, line in enumerate(lines) if line.startswith("For another place"))
    names: dict[str, Any] = dict(vars(step_operators))
    exec(textwrap.dedent("\n".join(lines[first:last])), names)  # noqa: S102 - it is the docs' code
    assert check_flavor(names["NiceOperator"], BaseStepOperator).ok
    assert_contract(names["NiceOperator"](name="nice"))


class Cuts(SubprocessStepOperator):
    """Takes the first kilobyte of what is written."""

    FLAVOR: ClassVar[str] = "cuts"

    def launch(self, job: StepJob) -> bytes:
        return super().launch(job)[:1024]


class Here(SubprocessStepOperator):
    """Stays in this process."""

    FLAVOR: ClassVar[str] = "here"

    def launch(self, job: StepJob) -> bytes:
        if "getpid(), end" in job.arguments[1] and job.resources.empty:
            return str(os.getpid()).encode()
        return super().launch(job)


class Changed(SubprocessStepOperator):
    """Launches something else than the job that it was given."""

    FLAVOR: ClassVar[str] = "changed"

    _changes: ClassVar[dict[str, Any]] = {}

    def launch(self, job: StepJob) -> bytes:
        return super().launch(replace(job, **self._changes))


class Silent(Changed):
    _changes: ClassVar[dict[str, Any]] = {"log": lambda _: None}


class Frank(Changed):
    _changes: ClassVar[dict[str, Any]] = {"mask": str}


class Patient(Changed):
    _changes: ClassVar[dict[str, Any]] = {"timeout": None}


class Stubborn(Changed):
    _changes: ClassVar[dict[str, Any]] = {"cancelled": Event()}


class Generous(SubprocessStepOperator):
    """Asks for less than it is asked for."""

    FLAVOR: ClassVar[str] = "generous"

    _ignored: ClassVar[str] = "memory"

    def launch(self, job: StepJob) -> bytes:
        less = job.resources.model_copy(update={self._ignored: None})
        return super().launch(replace(job, resources=less))


class Boastful(Generous):
    _ignored: ClassVar[str] = "gpu_count"


class Mixed(SubprocessStepOperator):
    """Gives back what the program says, too."""

    FLAVOR: ClassVar[str] = "mixed"

    def launch(self, job: StepJob) -> bytes:
        lines: list[str] = []

        def log(line: str) -> None:
            lines.append(line)
            job.log(line)

        answer = super().launch(replace(job, log=log))
        return "\n".join(lines).encode() + answer


class Terse(SubprocessStepOperator):
    """Tells of failures without the last lines."""

    FLAVOR: ClassVar[str] = "terse"

    def launch(self, job: StepJob) -> bytes:
        try:
            return super().launch(job)
        except StepFailedError:
            message = "it failed"
            raise StepFailedError(message) from None


class Forgiving(SubprocessStepOperator):
    """Takes a killed program for one that had nothing to say."""

    FLAVOR: ClassVar[str] = "forgiving"

    def launch(self, job: StepJob) -> bytes:
        try:
            return super().launch(job)
        except StepFailedError as error:
            if "was killed (SIGKILL)" in error.message:
                return b""
            raise


@pytest.mark.parametrize(
    ("flavor", "broken"),
    [
        (Cuts, "gives the payload and returns what the program wrote"),
        (Here, "runs it in another process"),
        (Silent, "logs what it says, apart from what it writes"),
        (Mixed, "logs what it says, apart from what it writes"),
        (Frank, "masks what it logs"),
        (Terse, "tells of a failed program with its last lines"),
        (Forgiving, "tells of a program that was killed"),
        (Patient, "ends a program that is over its time"),
        (Stubborn, "ends a program when the run is cancelled"),
        (Generous, "holds a program to its memory"),
        (Boastful, "refuses resources that are not there"),
    ],
)
def test_a_broken_flavor_breaks_its_promise_only(
    flavor: type[BaseStepOperator], broken: str
) -> None:
    card = check_contract(flavor(name="broken"))
    assert card.broken == (broken,)
    with pytest.raises(BrokenContractError, match=broken):
        card.raise_if_broken()


class Lost(BaseStepOperator):
    """Raises what a flavor may not."""

    FLAVOR: ClassVar[str] = "lost"

    def launch(self, job: StepJob) -> bytes:
        message = "no route"
        raise ConnectionError(message)


def test_an_operator_that_cannot_reach_anything_keeps_no_promise() -> None:
    card = check_contract(Lost(name="lost"))
    assert len(card.broken) == len(card.verdicts)
    assert {verdict.evidence for verdict in card.verdicts} == {"ConnectionError: no route"}


class Idle(BaseStepOperator):
    """Fails every step as a failed step is told of, whatever its program would do."""

    FLAVOR: ClassVar[str] = "idle"

    def launch(self, job: StepJob) -> bytes:
        message = f"{job.step} failed: no interpreter there"
        raise StepFailedError(message)


def test_an_operator_that_starts_nothing_keeps_no_promise() -> None:
    card = check_contract(Idle(name="idle"))
    assert len(card.broken) == len(card.verdicts)
