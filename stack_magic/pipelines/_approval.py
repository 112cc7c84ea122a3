"""A step that asks a person before the steps after it begin."""

from __future__ import annotations

from stack_magic.enums import StackComponentType
from stack_magic.errors import NotApprovedError
from stack_magic.stack import get_step_context

from ._step import step


@step(cache=False)
def approval(question: str) -> bool:
    """Ask *question* by the stack's alerter; True, or the steps after it are skipped.

    Raises:
        NotApprovedError: The answer was no, or nobody answered in time.
        UnknownNameError: The stack has no alerter.
    """
    alerter = get_step_context().stack.component(StackComponentType.ALERTER)
    if alerter.ask(question):
        return True
    message = f"not approved: {question}"
    raise NotApprovedError(message)
