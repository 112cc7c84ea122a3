"""From what a component's state is to what it should be: up, down, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from stack_magic.errors import FlavorFailedError, StackMagicError
from stack_magic.secrets import masking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._component import StackComponent

Told = Callable[["StackComponent", str], object]
"""Is told what is being done to a component: `provisioning`, `resuming` ..."""


class State(StrEnum):
    """What a component is, asked of the world."""

    RUNNING = "running"
    SUSPENDED = "suspended"
    NOT_PROVISIONED = "not provisioned"

    @property
    def mark(self) -> str:
        """The sign shown beside the word."""
        return {"running": "✓", "suspended": "○", "not provisioned": "○"}[self.value]


def state_of(component: StackComponent) -> State:
    """Return the state of *component* as it is now.

    Raises:
        FlavorFailedError: Its code raised.
    """
    with telling(component, "is_running"):
        if component.is_running:
            return State.RUNNING
        return State.SUSPENDED if component.is_provisioned else State.NOT_PROVISIONED


def can_be_stopped(component: StackComponent) -> bool:
    """Whether the flavor implements `suspend` or `deprovision`."""
    return _offers(component, "suspend") or _offers(component, "deprovision")


def is_up(component: StackComponent) -> bool:
    """Whether there is something that `take_down` with *force* would take down.

    What cannot tell its state cannot be taken down either.
    """
    if not can_be_stopped(component):
        return False
    try:
        state = state_of(component)
    except FlavorFailedError:
        return False
    is_there = state is not State.NOT_PROVISIONED and _offers(component, "deprovision")
    return is_there or (state is State.RUNNING and _offers(component, "suspend"))


def bring_up(components: Iterable[StackComponent], told: Told) -> list[StackComponent]:
    """Provision and resume what does not run; return those that were changed.

    All or nothing: when one cannot be brought up, those that were are taken down again
    to what they were, the last first; what could not be is in the error's notes.

    Raises:
        FlavorFailedError: One of them raised, or does not run although it was resumed.
    """
    undo: list[tuple[StackComponent, State]] = []
    try:
        for component in components:
            before = state_of(component)
            if before is not State.RUNNING:
                undo.append((component, before))
                _start(component, before, told)
    except BaseException as error:
        for component, before in reversed(undo):
            for failure in _taken_back(component, before, told):
                error.add_note(failure)
        raise
    return [component for component, _ in undo]


def _start(component: StackComponent, before: State, told: Told) -> None:
    if before is State.NOT_PROVISIONED:
        told(component, "provisioning")
        with telling(component, "provision"):
            component.provision()
    if state_of(component) is not State.RUNNING:
        told(component, "resuming")
        with telling(component, "resume"):
            component.resume()
    now = state_of(component)
    if now is not State.RUNNING:
        raise _in_vain(component, now, "resume")


def _taken_back(component: StackComponent, before: State, told: Told) -> Iterator[str]:
    """Bring a component back to what it was; yield what could not be done."""
    subject = f"{component.TYPE} {component.name!r}"
    try:
        told(component, "taking back")
        take_down([component], told, force=before is State.NOT_PROVISIONED)
        now = state_of(component)
        if now is not before:
            yield f"{subject} is {now} now, and was {before}"
    except StackMagicError as error:
        yield f"{subject} was not taken back: {error.message}"
    except BaseException as error:  # noqa: BLE001 - the others have their turn
        yield f"{subject} was not taken back: {type(error).__name__}"


def take_down(
    components: Iterable[StackComponent], told: Told, *, force: bool = False
) -> list[StackComponent]:
    """Suspend what runs, and with *force* deprovision what is there; return the changed.

    The last first. Whoever has nothing to suspend is left as it is.

    Raises:
        FlavorFailedError: Some raised, or are not down after all; the others are down all
            the same.
    """
    changed: list[StackComponent] = []
    failures: list[str] = []
    for component in reversed(list(components)):
        try:
            if _stop(component, told, force=force):
                changed.append(component)
        except StackMagicError as error:
            failures.append(error.message)
    if failures:
        raise FlavorFailedError("; ".join(failures))
    return changed


def _stop(component: StackComponent, told: Told, *, force: bool) -> bool:
    stopped = state_of(component) is State.RUNNING and _did(component, "suspend", told)
    if stopped and state_of(component) is State.RUNNING:
        raise _in_vain(component, State.RUNNING, "suspend")
    is_there = force and state_of(component) is not State.NOT_PROVISIONED
    removed = is_there and _did(component, "deprovision", told)
    if removed and (now := state_of(component)) is not State.NOT_PROVISIONED:
        raise _in_vain(component, now, "deprovision")
    return stopped or removed


_DOING = {"suspend": "suspending", "deprovision": "deprovisioning"}


def _did(component: StackComponent, verb: str, told: Told) -> bool:
    """Let a component stop or remove what it has; whether it offers to do so."""
    if not _offers(component, verb):
        return False
    told(component, _DOING[verb])
    try:
        with telling(component, verb):
            getattr(component, verb)()
    except FlavorFailedError as error:
        if isinstance(error.__cause__, NotImplementedError):
            return False
        raise
    return True


def _in_vain(component: StackComponent, now: State, verb: str) -> FlavorFailedError:
    message = f"{component.TYPE} {component.name!r} is {now} after {verb}()"
    return FlavorFailedError(message, hint=f"%{component.TYPE} logs {component.name}")


def _offers(component: StackComponent, verb: str) -> bool:
    """Whether the flavor implements a verb; the base's only says that it does not."""
    from ._component import StackComponent as Base

    return getattr(type(component), verb) is not getattr(Base, verb)


@contextmanager
def telling(component: StackComponent, member: str) -> Iterator[None]:
    """Let what *member* of a component raises be a FlavorFailedError, without its secrets."""
    with masking():
        try:
            yield
        except StackMagicError:
            raise
        except Exception as error:
            what = f"{component.TYPE} {component.name!r}: {member} raised {type(error).__name__}"
            message = f"{what}: {error}" if str(error) else what
            hint = f"mend {type(component).__name__} and run its cell again"
            raise FlavorFailedError(message, hint=hint) from error
