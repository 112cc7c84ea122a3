"""Where code runs while a step does: the run, the step, the stack."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stack_magic.errors import StackMagicError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._stack import Stack


@dataclass(frozen=True)
class StepContext:
    """The step that runs now, as its code and the stack's components see it.

    Attributes:
        pipeline: Name of the pipeline.
        run: Name of the run.
        step: Name of the step in the run.
        stack: The stack, its references to secrets resolved.
    """

    pipeline: str
    run: str
    step: str
    stack: Stack


_RUNNING: ContextVar[StepContext | None] = ContextVar("step_context", default=None)


def current_step() -> StepContext | None:
    """Return the step that runs now, or None outside of steps."""
    return _RUNNING.get()


def get_step_context() -> StepContext:
    """Return the step that runs now, with its stack.

    Threads that a step starts are not in the step: give them what this returns.

    Raises:
        StackMagicError: No step runs.
    """
    context = current_step()
    if context is None:
        message = "no step is running here"
        hint = "call it in a function decorated with @step, and give what it returns to threads"
        raise StackMagicError(message, hint=hint)
    return context


@contextmanager
def in_step(context: StepContext) -> Iterator[None]:
    """Let the block be the step that runs now."""
    token = _RUNNING.set(context)
    try:
        yield
    finally:
        _RUNNING.reset(token)
