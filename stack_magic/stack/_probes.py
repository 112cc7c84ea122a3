"""Probes: questions to the outside world, asked side by side, each within a time limit."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING

from stack_magic.enums import Severity
from stack_magic.errors import FlavorFailedError, StackMagicError

from ._diagnostics import Diagnostic, Report
from ._lifecycle import State, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._component import StackComponent
    from ._stack import Stack

SECONDS = 5.0
"""How long one component may take to answer."""

_MOST = 400
"""Characters of a finding: what a server answers may be a whole page."""

_MOST_FINDINGS = 100
"""Findings of one component: a probe may go on for ever."""


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
        self._found: list[Diagnostic] = []
        self._is_answered = False

    def run(self) -> None:
        for found in islice(_asked(self.component), _MOST_FINDINGS):
            self._found.append(found)
        self._is_answered = True

    def answer(self, stack: str, seconds: float) -> list[Diagnostic]:
        """Return what was found up to now, each under the component's slot."""
        component = self.component
        subject = f"{stack}.{component.TYPE}"
        is_late = not self._is_answered  # before it is read what it has found up to now
        found = list(self._found)
        if is_late:
            message = f"{component.name} has not answered within {seconds:g} s"
            fix = f"%{component.TYPE} describe {component.name}"
            found.append(Diagnostic("probe-timeout", Severity.ERROR, subject, message, fix))
        return [replace(d, subject=subject, message=_shortened(d.message)) for d in found]


def _asked(component: StackComponent) -> Iterator[Diagnostic]:
    name = component.name
    try:
        state = state_of(component)
        if state is not State.RUNNING:
            message = f"{name} is {state}"
            fix = f"%{component.TYPE} up {name}"
            yield Diagnostic("not-running", Severity.ERROR, name, message, fix)
            return
        for found in component.probe():
            if not isinstance(found, Diagnostic):
                message = f"{type(component).__name__}.probe yields {type(found).__name__}"
                raise FlavorFailedError(message, hint="yield Diagnostic(...)")  # noqa: TRY301 - told below, like what it raises
            yield found
    except GeneratorExit:
        raise
    except StackMagicError as error:
        yield Diagnostic("probe-failed", Severity.ERROR, name, error.message, error.hint or "")
    except BaseException as error:  # noqa: BLE001 - the user's code, in a thread that nobody hears
        message = f"{name} cannot be reached: {type(error).__name__}: {error}"
        yield Diagnostic("probe-failed", Severity.ERROR, name, message)


def _shortened(message: str) -> str:
    return message if len(message) <= _MOST else f"{message[: _MOST - 1]}…"
