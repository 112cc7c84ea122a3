"""Probes: questions to the outside world, asked side by side, each within a time limit."""

from __future__ import annotations

from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING

from stack_magic.enums import Severity
from stack_magic.errors import StackMagicError

from ._diagnostics import Diagnostic, Report
from ._lifecycle import State, state_of
from ._redaction import redacted, secrets_held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._component import StackComponent
    from ._stack import Stack

SECONDS = 5.0
"""How long one component may take to answer."""


def probe(
    stack: Stack,
    seconds: float = SECONDS,
    told: Callable[[StackComponent, str], object] | None = None,
) -> Report:
    """Ask every component of *stack* at once whether it can work now.

    One that has not answered in time is a finding; its thread is left behind, since a
    thread cannot be stopped.

    Args:
        stack: The stack, its references to secrets resolved.
        seconds: Time limit, the same for all.
        told: Is told that a component is asked, and what it answered.
    """
    tell = told or _nobody
    questions = [_Question(component) for component in stack.components.values()]
    deadline = monotonic() + seconds
    for question in questions:
        tell(question.component, "asking")
        question.start()
    found: list[Diagnostic] = []
    for question in questions:
        question.join(max(0.0, deadline - monotonic()))
        answer = question.answer(stack.name, seconds)
        tell(question.component, "fine" if not answer else "not fine")
        found += answer
    return Report.of(stack.name, found)


def _nobody(_: StackComponent, __: str) -> None:
    """Tell nobody."""


class _Question(Thread):
    def __init__(self, component: StackComponent) -> None:
        super().__init__(name=f"probe {component.name}", daemon=True)
        self.component = component
        self._found: list[Diagnostic] | None = None

    def run(self) -> None:
        self._found = list(_asked(self.component))

    def answer(self, stack: str, seconds: float) -> list[Diagnostic]:
        """Return what was found up to now, each under the component's slot."""
        component = self.component
        subject = f"{stack}.{component.TYPE}"
        found = self._found
        if found is None:
            message = f"{component.name} has not answered within {seconds:g} s"
            fix = f"%{component.TYPE} describe {component.name}"
            return [Diagnostic("probe-timeout", Severity.ERROR, subject, message, fix)]
        secrets = secrets_held([component])
        return [
            Diagnostic(d.code, d.severity, subject, redacted(d.message, secrets), d.fix)
            for d in found
        ]


def _asked(component: StackComponent) -> Iterator[Diagnostic]:
    name = component.name
    try:
        state = state_of(component)
        if state is not State.RUNNING:
            message = f"{name} is {state}"
            fix = f"%{component.TYPE} up {name}"
            yield Diagnostic("not-running", Severity.ERROR, name, message, fix)
            return
        yield from component.probe()
    except StackMagicError as error:
        yield Diagnostic("probe-failed", Severity.ERROR, name, error.message, error.hint or "")
    except Exception as error:  # noqa: BLE001 - the component's code is the user's
        message = f"{name} cannot be reached: {type(error).__name__}: {error}"[:400]
        yield Diagnostic("probe-failed", Severity.ERROR, name, message)
