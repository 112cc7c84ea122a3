"""Tells people how a run ended, by the stack's alerter."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from stack_magic.enums import Outcome
from stack_magic.secrets import masked

from ._failure import describe_failure
from ._run_document import duration, failure_text
from ._step_output import say

if TYPE_CHECKING:
    from stack_magic.stack import Stack

    from ._pipeline import Pipeline
    from ._run import Run

Notice = bool | str | Callable[["Run"], Any]
"""What is posted: True for a sentence of ours, a text, or what a function of the run returns."""


class Announcer:
    """Posts how a run ended, also of one that was broken off."""

    def __init__(self, pipeline: Pipeline, stack: Stack) -> None:
        self._pipeline, self._stack = pipeline, stack

    def run_started(self, run: str, steps: tuple[str, ...], stack: str, /) -> None:
        """Nothing: the end is announced."""

    def step_started(self, step: str, /) -> None:
        """Nothing: the end is announced."""

    def step_ended(self, step: str, outcome: Outcome, seconds: float, /) -> None:
        """Nothing: the end is announced."""

    def run_ended(self, run: Run, /) -> None:
        """Post what the pipeline wants to be posted."""
        notify(run, self._pipeline, self._stack)


def notify(run: Run, pipeline: Pipeline, stack: Stack) -> None:
    """Post what *pipeline* wants to be posted of a run with this outcome.

    An alerter that fails is told of where the run's output goes: the run stays what it is.
    """
    notice = {
        Outcome.DONE: pipeline.on_success,
        Outcome.FAILED: pipeline.on_failure,
    }.get(run.outcome or Outcome.CANCELLED)
    if not notice:
        return
    try:
        message = _message(run, notice)
        if message:
            _post(message, stack)
    except Exception as error:  # noqa: BLE001 - a notice may raise anything, and so an alerter
        told = f"▲ run {run.name} could not be announced: {describe_failure(error)}"
        say(masked(told))


def _post(message: str, stack: Stack) -> None:
    message = masked(message)
    if stack.alerter is None:
        say(
            f"○ hint: stack {stack.name} has no alerter, nobody is told; "
            f"%stack update {stack.name} -al NAME"
        )
    elif not stack.alerter.post(message, None):
        say(f"▲ alerter {stack.alerter.name} did not send the message")


def _message(run: Run, notice: Notice) -> str:
    if callable(notice):
        said = notice(run)
        return said if isinstance(said, str) else ""
    if isinstance(notice, str):
        return notice
    head = f"run {run.name} on stack {run.stack}: {run.outcome} in {duration(run.seconds)}"
    failures = failure_text((s.name, s.error) for s in run.steps.values() if s.error)
    return f"{head}\n{failures}" if failures else head
