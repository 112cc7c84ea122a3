"""The seam to whoever knows stacks by name: the session seats itself here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from stack_magic.errors import StackMagicError

if TYPE_CHECKING:
    from ._pipeline import Pipeline
    from ._run import Run

Runner = Callable[["Pipeline", str | None, bool, Mapping[str, Any]], "Run"]
"""Runs a pipeline on the stack of a name (None: the active one); cache; parameters."""


class _Seat:
    runner: Runner | None = None


def install_runner(runner: Runner) -> Callable[[], None]:
    """Let *runner* do what `Pipeline.run` asks; returns the undo."""
    former, _Seat.runner = _Seat.runner, runner

    def undo() -> None:
        if _Seat.runner is runner:
            _Seat.runner = former

    return undo


def current_runner() -> Runner:
    """Return the installed runner.

    Raises:
        StackMagicError: None is installed.
    """
    if _Seat.runner is None:
        message = "no session is there to run a pipeline on a stack"
        raise StackMagicError(message, hint="%load_ext stack_magic")
    return _Seat.runner
