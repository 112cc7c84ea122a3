"""What changed the registry in this session, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from stack_magic.display import Line, Preformatted, Table, Title

from ._answers import Answer, Change, counted, told
from ._command import line
from ._flavor_commands import DeleteFlavor, RegisterDefined, RegisterFlavor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from stack_magic.stack import Snapshot

    from ._command import Command
    from ._world import World

_FLAVORS = (RegisterFlavor, RegisterDefined)


@dataclass(frozen=True, eq=False)
class _Note:
    """One command, as its line: the command itself would keep every class there ever was.

    Attributes:
        line: What does it again.
        registers: Whether it registers a flavor.
        deletes: Whether it deletes one.
    """

    line: str
    registers: bool
    deletes: bool


class History:
    """The commands that changed something and were not undone."""

    def __init__(self) -> None:
        self._notes: list[_Note] = []  # each is another one: lines may be equal

    def note(self, command: Command, undo: Callable[[], None]) -> Callable[[], None]:
        """Keep the line of *command*; return an *undo* that also forgets it."""
        note = _Note(str(command), isinstance(command, _FLAVORS), isinstance(command, DeleteFlavor))
        self._notes.append(note)

        def undo_and_forget() -> None:
            undo()
            self._notes[:] = [kept for kept in self._notes if kept is not note]

        return undo_and_forget

    def lines(self) -> tuple[str, ...]:
        """Return the lines that together make the registry what it is.

        A flavor that was defined again is registered once: its cell has the new class.
        """
        return tuple(note.line for note in _without_redefinitions(self._notes))


def _without_redefinitions(notes: Iterable[_Note]) -> Iterator[_Note]:
    seen: set[str] = set()
    for note in notes:
        if note.deletes:
            seen.clear()
        if note.registers:
            if note.line in seen:
                continue
            seen.add(note.line)
        yield note


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
        typed = list(world.history())
        if not typed:
            return Change(snapshot, told("nothing was registered or changed yet", value=[]))
        if self.lines:
            return Change(snapshot, Answer((Preformatted("\n".join(typed)),), value=typed))
        rows = tuple((str(number), text) for number, text in enumerate(typed, 1))
        table = Table(("", "line"), rows, "%stack history --lines has all")
        title = Title(f"History: {counted(len(typed), 'change')}")
        more = Line("%stack history --lines gives them as a cell")
        return Change(snapshot, Answer((title, table, more), value=typed))
