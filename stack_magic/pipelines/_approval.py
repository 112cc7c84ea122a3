"""A step that asks a person before the steps after it begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.enums import StackComponentType
from stack_magic.errors import InvalidPipelineError, NotApprovedError
from stack_magic.stack import get_step_context

from ._step import step

if TYPE_CHECKING:
    from stack_magic.stack import Stack

    from ._graph import Graph


@step(cache=False)
def approval(question: str) -> bool:
    """Ask *question* by the stack's alerter; True, or the steps after it are skipped.

    Raises:
        NotApprovedError: The answer was no, or nobody answered in time.
        UnknownNameError: The stack has no alerter.
    """
    alerter = get_step_context().stack.component(StackComponentType.ALERTER)
    if alerter.ask(question, None):
        return True
    message = f"not approved: {question}"
    raise NotApprovedError(message)


def check_approvals(graph: Graph, stack: Stack) -> None:
    """Refuse steps that ask where nobody can be asked: before hours of training, not after.

    Raises:
        InvalidPipelineError: The stack has no alerter.
    """
    asking = [node.name for node in graph.nodes.values() if node.step is approval]
    if asking and stack.alerter is None:
        message = f"stack {stack.name!r} has no alerter to ask by: {', '.join(asking)}"
        raise InvalidPipelineError(message, hint=f"%stack update {stack.name} -al NAME")
