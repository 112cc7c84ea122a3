"""Commands on a stack as a whole: its name, and whether it is active or there at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stack_magic.errors import InUseError, NameTakenError
from stack_magic.stack import Draft, Snapshot, check_name, diagnose

from ._answers import Change, done, told, undone_by
from ._command import line
from ._stack_commands import RegisterStack

if TYPE_CHECKING:
    from ._world import World


class RenameStack(NamedTuple):
    """Give a stack another name; it stays active if it was."""

    old: str
    new: str

    def __str__(self) -> str:
        return line("stack", "rename", self.old, self.new)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Rename the stack at once."""
        slots = snapshot.slots(self.old)
        new = check_name(self.new)
        if new == self.old:
            return Change(snapshot, told(f"stack {new} keeps its name: old and new are the same"))
        _refuse_taken(snapshot, new)
        world.refuse_running(f"stack {self.old!r}", [self.old])
        after = snapshot.without_stack(self.old).with_stack(new, slots)
        if snapshot.active == self.old:
            after = replace(after, active=new)
        return Change(after, done(f"renamed stack {self.old} to {new}", value=new))


class CopyStack(NamedTuple):
    """Register the same choice of components under another name."""

    source: str
    target: str

    def __str__(self) -> str:
        return line("stack", "copy", self.source, self.target)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Copy the slots; the components are shared."""
        slots = snapshot.slots(self.source)
        target = check_name(self.target)
        _refuse_taken(snapshot, target)
        report = diagnose(Draft(target, slots), snapshot)
        sentence = f"copied stack {self.source} to {target}"
        answer = done(sentence, report=report, value=target)
        return Change(snapshot.with_stack(target, slots), answer)


def _refuse_taken(snapshot: Snapshot, name: str) -> None:
    if name in snapshot.stacks:
        message = f"stack {name!r} is already registered"
        raise NameTakenError(message, hint=f"choose another name, or %stack delete {name}")


class DeleteStack(NamedTuple):
    """Forget a stack; its components stay."""

    name: str

    def __str__(self) -> str:
        return line("stack", "delete", self.name)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Remove the stack, unless it is active or a run is under way on it."""
        slots = snapshot.slots(self.name)
        world.refuse_running(f"stack {self.name!r}", [self.name])
        if snapshot.active == self.name:
            others = [name for name in sorted(snapshot.stacks) if name != self.name]
            message = f"stack {self.name!r} is the active one"
            raise InUseError(message, hint=f"%stack set {others[0] if others else 'OTHER'}")
        sentence = f"deleted stack {self.name}; its components stay"
        answer = done(sentence, undone_by(RegisterStack(self.name, slots)))
        return Change(snapshot.without_stack(self.name), answer)


class ActivateStack(NamedTuple):
    """Make a stack the one that runs use when none is named."""

    name: str

    def __str__(self) -> str:
        return line("stack", "set", self.name)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Set the active stack and show its findings."""
        slots = snapshot.slots(self.name)
        report = diagnose(Draft(self.name, slots), snapshot)
        answer = done(f"stack {self.name} is active", report=report, value=self.name)
        return Change(replace(snapshot, active=self.name), answer)
