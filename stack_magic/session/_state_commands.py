"""Commands that bring components and stacks up and down, and show their logs."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stack_magic.display import Line, Preformatted, Table, Title
from stack_magic.errors import FlavorFailedError, StorageError
from stack_magic.secrets import masked, masking
from stack_magic.stack import (
    Draft,
    State,
    bring_up,
    can_be_stopped,
    state_of,
    take_down,
)

from ._answers import Answer, Change, counted, done, listed, told
from ._command import line
from ._ready import ready_component, ready_stack, stopping_component, stopping_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stack_magic.enums import StackComponentType
    from stack_magic.stack import Snapshot, StackComponent

    from ._world import World


class ComponentUp(NamedTuple):
    """Provision and start what a component needs."""

    type: StackComponentType
    name: str | None = None

    def __str__(self) -> str:
        return line(self.type, "up", *_optional(self.name))

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Bring the component up, or leave it as it was."""
        component = ready_component(snapshot, self.type, self.name)
        if world.is_preview:
            return Change(snapshot, told(f"{self.type} {component.name} can be brought up"))
        changed = _up([component], f"{self.type} {component.name}", world)
        verb = "is running" if changed else "is running already"
        return Change(snapshot, done(f"{self.type} {component.name} {verb}", value=changed))


class ComponentDown(NamedTuple):
    """Stop a component; with *force* remove what is behind it."""

    type: StackComponentType
    name: str | None = None
    force: bool = False

    def __str__(self) -> str:
        return line(self.type, "down", *_optional(self.name), *["--force"] * self.force)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Suspend the component, or deprovision it: also one whose secrets are gone."""
        component = stopping_component(snapshot, self.type, self.name)
        subject = f"{self.type} {component.name}"
        world.refuse_running(subject, snapshot.stacks_with((self.type, component.name)))
        if world.is_preview:
            return Change(snapshot, told(f"{subject} can be taken down"))
        changed = _down([component], subject, world, force=self.force)
        if changed:
            return Change(snapshot, done(f"{subject} is {state_of(component)}", value=changed))
        answer = _nothing_to_take_down([component], subject, command=str(self), force=self.force)
        return Change(snapshot, answer)


class StackUp(NamedTuple):
    """Provision and start everything that a stack needs: all or nothing."""

    name: str | None = None

    def __str__(self) -> str:
        return line("stack", "up", *_optional(self.name))

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Bring every component up, or take those that were back."""
        stack = ready_stack(snapshot, self.name)
        if world.is_preview:
            return Change(snapshot, told(f"stack {stack.name} can be brought up"))
        components = list(stack.components.values())
        changed = _up(components, f"stack {stack.name}", world)
        verb = f"is running: {listed(changed)} started" if changed else "is running already"
        answer = done(f"stack {stack.name} {verb}", _states(components), value=changed)
        return Change(snapshot, answer)


class StackDown(NamedTuple):
    """Stop the components of a stack, the last first; with *force* remove what is behind."""

    name: str | None = None
    force: bool = False

    def __str__(self) -> str:
        return line("stack", "down", *_optional(self.name), *["--force"] * self.force)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Suspend every component, or deprovision it."""
        name = snapshot.chosen(self.name)
        subject = f"stack {name}"
        world.refuse_running(subject, _sharing(name, snapshot))
        if world.is_preview:
            return Change(snapshot, told(f"{subject} can be taken down"))
        stack = stopping_stack(snapshot, name)
        components = list(stack.components.values())
        changed = _down(components, subject, world, force=self.force)
        if not changed:
            answer = _nothing_to_take_down(components, subject, command=str(self), force=self.force)
            return Change(snapshot, answer)
        sentence = f"{subject} is down: {listed(changed)} stopped"
        return Change(snapshot, done(sentence, _states(components), value=changed))


class ComponentLogs(NamedTuple):
    """Show the end of a component's log.

    Attributes:
        tail: How many lines, at the most.
    """

    type: StackComponentType
    name: str | None = None
    tail: int = 100

    def __str__(self) -> str:
        more = [] if self.tail == 100 else ["--tail", str(self.tail)]  # noqa: PLR2004 - the default
        return line(self.type, "logs", *_optional(self.name), *more)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the last lines, secrets masked."""
        component = ready_component(snapshot, self.type, self.name)
        subject = f"{self.type} {component.name}"
        path = _log_of(component)
        if path is None:
            return Change(snapshot, told(f"{subject} keeps no log"))
        try:
            with Path(path).open(encoding="utf-8", errors="replace") as file:
                lines = list(deque(file, self.tail))
        except FileNotFoundError:
            return Change(snapshot, told(f"{subject} has written no log yet", value=[]))
        except (OSError, ValueError) as error:
            message = f"the log of {subject} cannot be read: {error}"
            raise StorageError(message) from None
        text = masked("".join(lines)).rstrip("\n")
        title = Title(f"{subject}: the last {counted(len(lines), 'line')} of its log")
        return Change(snapshot, Answer((title, Preformatted(text)), value=text.split("\n")))


def _optional(name: str | None) -> tuple[str, ...]:
    return () if name is None else (name,)


def _log_of(component: StackComponent) -> str | None:
    with masking():
        try:
            return component.log_file
        except Exception as error:
            cls = type(component).__name__
            message = f"{cls}.log_file raised {type(error).__name__}: {error}"
            raise FlavorFailedError(message, hint=f"mend {cls} and run its cell again") from error


def _sharing(name: str, snapshot: Snapshot) -> list[str]:
    """Return a stack and those that would lose a component when it is taken down."""
    components = Draft(name, snapshot.slots(name)).stack(snapshot).components
    lost = [(kind, c.name) for kind, c in components.items() if can_be_stopped(c)]
    return sorted({name, *(other for key in lost for other in snapshot.stacks_with(key))})


def _up(components: list[StackComponent], subject: str, world: World) -> list[str]:
    with _progress(f"bringing up {subject}", components, world) as told, masking():
        return [component.name for component in bring_up(components, told)]


def _down(
    components: list[StackComponent], subject: str, world: World, *, force: bool
) -> list[str]:
    with _progress(f"taking down {subject}", components, world) as told, masking():
        return [component.name for component in take_down(components, told, force=force)]


@contextmanager
def _progress(
    head: str, components: list[StackComponent], world: World
) -> Iterator[Callable[[StackComponent, str], None]]:
    names = {component.TYPE: f"{component.TYPE} {component.name}" for component in components}
    with world.progress(head, list(names.values())) as note:
        yield lambda component, words: note(names[component.TYPE], words)


def _nothing_to_take_down(
    components: list[StackComponent], subject: str, *, command: str, force: bool
) -> Answer:
    if force:
        return told(f"{subject} has nothing to take down", value=[])
    there = (c for c in components if can_be_stopped(c))
    is_there = any(state_of(component) is not State.NOT_PROVISIONED for component in there)
    more = [Line(f"{command} --force removes what is behind it", indent=1)] * is_there
    return told(f"{subject} has nothing to stop", *more, value=[])


def _states(components: list[StackComponent]) -> Table:
    rows = []
    for component in components:
        state = state_of(component)
        rows.append((component.TYPE.title, component.name, f"{state.mark} {state}"))
    return Table(("slot", "component", "state"), tuple(rows))
