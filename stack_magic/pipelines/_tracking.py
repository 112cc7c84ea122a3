"""What a step logs: passed on to the experiment tracker of its stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stack_magic.stack import current_step

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

_HINTED: set[str] = set()
"""The runs in which the hint was given."""


def log_params(params: Mapping[str, Any] | None = None, **more: Any) -> None:
    """Log what the step was given, as a mapping or by name.

    Without an experiment tracker in the stack, and outside of runs, nothing is logged; a
    run says so once.
    """
    tracker = _tracker()
    if tracker is not None:
        tracker.log_params({**(params or {}), **more})


def log_metrics(
    metrics: Mapping[str, float] | None = None, *, step: int | None = None, **more: float
) -> None:
    """Log numbers, as a mapping or by name, each a point of a curve when *step* counts.

    Without an experiment tracker in the stack, and outside of runs, nothing is logged; a
    run says so once.
    """
    tracker = _tracker()
    if tracker is not None:
        tracker.log_metrics({**(metrics or {}), **more}, step)


def log_artifact(path: str | os.PathLike[str], name: str | None = None) -> None:
    """Keep a copy of the file at *path* with the run, under its own name or *name*.

    Without an experiment tracker in the stack, and outside of runs, nothing is kept; a
    run says so once.
    """
    tracker = _tracker()
    if tracker is not None:
        tracker.log_artifact(path, name)


def _tracker() -> Any:
    context = current_step()
    if context is None:
        return None
    tracker = context.stack.experiment_tracker
    if tracker is None and context.run not in _HINTED:
        _HINTED.add(context.run)
        stack = context.stack.name
        # Said where the step's own prints go.
        print(  # noqa: T201
            f"○ hint: stack {stack} has no experiment tracker, nothing is logged; "
            f"%stack update {stack} -e NAME"
        )
    return tracker
