"""Commands that show stacks and change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stack_magic.stack import Draft, Snapshot, diagnose

from ._answers import Change, told
from ._cards import stack_card, stack_list
from ._command import line

if TYPE_CHECKING:
    from ._world import World


class GetStack(NamedTuple):
    """Show which stack is active."""

    def __str__(self) -> str:
        return line("stack", "get")

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the active stack's name."""
        if snapshot.active is None:
            return Change(snapshot, told("no active stack; %stack set NAME"))
        sentence = f"stack {snapshot.active} is active"
        return Change(snapshot, told(sentence, value=snapshot.active))


class ListStacks(NamedTuple):
    """Show the stacks."""

    def __str__(self) -> str:
        return line("stack", "list")

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the table of stacks."""
        return Change(snapshot, stack_list(snapshot))


class DescribeStack(NamedTuple):
    """Show a stack's ten slots and every finding with its fix."""

    name: str | None = None

    def __str__(self) -> str:
        return line("stack", "describe", *(() if self.name is None else (self.name,)))

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the stack's card."""
        return Change(snapshot, stack_card(snapshot.chosen(self.name), snapshot))


class ValidateStack(NamedTuple):
    """Check a stack and show the findings."""

    name: str | None = None

    def __str__(self) -> str:
        return line("stack", "validate", *(() if self.name is None else (self.name,)))

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the report of every check."""
        name = snapshot.chosen(self.name)
        return Change(snapshot, diagnose(Draft(name, snapshot.slots(name)), snapshot))
