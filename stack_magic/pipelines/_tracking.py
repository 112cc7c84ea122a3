"""What a step logs: passed on to the experiment tracker of its stack."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from stack_magic.errors import StackMagicError
from stack_magic.stack import current_step

from ._step import called_directly
from ._step_output import say

_HINTED: set[str] = set()
"""The runs in which the hint was given."""


def log_params(params: Mapping[str, Any] | Any = None, **more: Any) -> None:
    """Log what the step was given, as a mapping or by name; each value is kept whole.

    Without an experiment tracker in the stack nothing is logged; a run says so once.

    Raises:
        StackMagicError: No step is running, or a value cannot be kept whole.
    """
    tracker = _tracker("log_params")
    if tracker is not None:
        tracker.log_params(_named("params", params, more))


def log_metrics(
    metrics: Mapping[str, float] | float | None = None, *, step: int | None = None, **more: float
) -> None:
    """Log numbers, as a mapping or by name, each a point of a curve when *step* counts.

    Without an experiment tracker in the stack nothing is logged; a run says so once.

    Raises:
        StackMagicError: No step is running.
    """
    tracker = _tracker("log_metrics")
    if tracker is not None:
        tracker.log_metrics(_named("metrics", metrics, more), step)


def log_artifact(path: str | os.PathLike[str], name: str | None = None) -> None:
    """Keep a copy of the file at *path* with the run, under its own name or *name*.

    Without an experiment tracker in the stack nothing is kept; a run says so once.

    Raises:
        StackMagicError: No step is running, or *path* is none.
    """
    tracker = _tracker("log_artifact")
    if not isinstance(path, str | os.PathLike):
        message = f"log_artifact keeps a file, and {path!r:.80} is no path"
        raise StackMagicError(message, hint='log_artifact("plot.png"), after writing it')
    if tracker is not None:
        tracker.log_artifact(path, name)


def _named(word: str, given: Any, more: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is logged by name; `metrics=0.5` is a metric of that name."""
    if given is None or isinstance(given, Mapping):
        return {**(given or {}), **more}
    return {word: given, **more}


def _tracker(asked: str) -> Any:
    context = current_step()
    if context is None:
        directly = called_directly()
        if not directly:
            message = f"{asked} is called where no step is running: nothing would be kept"
            hint = "call it in a step, or in a thread that a step starts, before the step ends"
            raise StackMagicError(message, hint=hint)
        say(f"○ hint: {asked} keeps nothing: step {directly!r} is called, not run")
        return None
    tracker = context.stack.experiment_tracker
    if tracker is None and context.run not in _HINTED:
        _HINTED.add(context.run)
        stack = context.stack.name
        say(
            f"○ hint: stack {stack} has no experiment tracker, nothing is logged; "
            f"%stack update {stack} -e NAME"
        )
    return tracker
