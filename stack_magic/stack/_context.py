"""Where code runs while a step does: the run, the step, the stack."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stack_magic.errors import StackMagicError
from stack_magic.machine import context_value

from ._inheritance import ContextInheritance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._stack import Stack


class Name(str):
    """A name that is also asked for as `.name`, as ZenML's contexts have it."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The same."""
        return str(self)


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

    def __post_init__(self) -> None:
        object.__setattr__(self, "pipeline", Name(self.pipeline))

    @property
    def pipeline_run(self) -> Name:
        """The run; its `.name` is the name."""
        return Name(self.run)

    @property
    def step_run(self) -> Name:
        """The step; its `.name` is the name."""
        return Name(self.step)

    @property
    def step_name(self) -> str:
        """The name of the step."""
        return self.step


class _Entered:
    """One step that runs; closed when it has ended, whatever threads of it still do."""

    def __init__(self, context: StepContext) -> None:
        self.context: StepContext | None = context


_RUNNING: ContextVar[_Entered | None] = ContextVar("step_context", default=None)


def current_step() -> StepContext | None:
    """Return the step that runs now, or None outside of steps."""
    entered = _RUNNING.get()
    return None if entered is None else entered.context


def get_step_context() -> StepContext:
    """Return the step that runs now, with its stack.

    Threads, pools and tasks that a step starts are in the step, until it ends.

    Raises:
        StackMagicError: No step runs.
    """
    context = current_step()
    if context is None:
        message = "no step is running here"
        hint = "call it in a function decorated with @step, while a pipeline runs it"
        raise StackMagicError(message, hint=hint)
    return context


@contextmanager
def in_step(context: StepContext) -> Iterator[None]:
    """Let the block, and the threads that it starts, be the step that runs now."""
    entered = _Entered(context)
    try:
        with context_value(_RUNNING, entered), _INHERITANCE.on():
            yield
    finally:
        entered.context = None


_INHERITANCE = ContextInheritance(lambda: current_step() is not None)
