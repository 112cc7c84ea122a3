"""What changed the registry in this session, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stack_magic.display import Line, Preformatted, Table, Title

from ._answers import Answer, Change, counted, told
from ._command import line
from ._flavor_commands import DeleteFlavor, RegisterDefined, RegisterFlavor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from stack_magic.stack import Snapshot

    from ._command import Command
    from ._world import World

_FLAVORS = (RegisterFlavor, RegisterDefined)


class History:
    """The commands that changed something and were not undone."""

    def __init__(self) -> None:
        self._notes: list[tuple[Command]] = []  # each of its own: commands may be equal

    def note(self, command: Command, undo: Callable[[], None]) -> Callable[[], None]:
        """Keep *command*; return an *undo* that also forgets it."""
        note = (command,)
        self._notes.append(note)

        def undo_and_forget() -> None:
            undo()
            self._notes[:] = [kept for kept in self._notes if kept is not note]

        return undo_and_forget

    def commands(self) -> tuple[Command, ...]:
        """Return the commands that together make the registry what it is.

        A flavor that was defined again is registered once: its cell has the new class.
        """
        return tuple(_without_redefinitions([command for (command,) in self._notes]))


def _without_redefinitions(commands: Sequence[Command]) -> Iterator[Command]:
    seen: set[str] = set()
    for command in commands:
        if isinstance(command, DeleteFlavor):
            seen.clear()
        if isinstance(command, _FLAVORS):
            if str(command) in seen:
                continue
            seen.add(str(command))
        yield command


class ShowHistory(NamedTuple):
    """Show what changed the registry, by whatever door it came.

    Attributes:
        lines: Whether to show a cell to copy, instead of a table.
    """

    lines: bool = False

    def __str__(self) -> str:
        return " ".join([line("stack", "history"), *["--lines"] * self.lines])

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the lines; a literal secret that a form took is asked for anew."""
        typed = [str(command) for command in world.history()]
        if not typed:
            return Change(snapshot, told("nothing was registered or changed yet", value=[]))
        if self.lines:
            return Change(snapshot, Answer((Preformatted("\n".join(typed)),), value=typed))
        rows = tuple((str(number), text) for number, text in enumerate(typed, 1))
        table = Table(("", "line"), rows, "%stack history --lines has all")
        title = Title(f"History: {counted(len(typed), 'change')}")
        more = Line("%stack history --lines gives them as a cell")
        return Change(snapshot, Answer((title, table, more), value=typed))
