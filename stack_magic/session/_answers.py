"""What a command answers: a value that shows itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from stack_magic.display import Command as CodeLine
from stack_magic.display import Document, Line, Shown
from stack_magic.enums import Severity
from stack_magic.stack import Diagnostic, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stack_magic.display import Block
    from stack_magic.errors import StackMagicError
    from stack_magic.stack import Snapshot

    from ._command import Command


@dataclass(frozen=True, repr=False)
class Answer(Shown):
    """What a command did or found.

    Attributes:
        blocks: What is shown.
        report: The findings on what the command touched.
        value: The answer as plain data: a name, a list of names.
        undo: Takes the change back; None where nothing changed.
    """

    blocks: tuple[Block, ...]
    report: Report = field(default_factory=lambda: Report(""))
    value: Any = None
    undo: Callable[[], None] | None = None

    def document(self) -> Document:
        """Return the blocks, then the findings."""
        return Document((*self.blocks, *self.report.blocks()))

    def followed_by(self, *more: Block) -> Answer:
        """Return the answer with more blocks at its end."""
        return replace(self, blocks=(*self.blocks, *more))


@dataclass(frozen=True)
class Change:
    """What a command would do: the snapshot after it, and what it answers.

    Attributes:
        again: The command that does the same again, where the line of the given one would
            be read as something else.
    """

    after: Snapshot
    answer: Shown
    again: Command | None = None

    @property
    def report(self) -> Report:
        """The findings on what the command touches."""
        if isinstance(self.answer, Report):
            return self.answer
        report = getattr(self.answer, "report", None)
        return report if isinstance(report, Report) else Report("")

    def answer_with(self, undo: Callable[[], None]) -> Shown:
        """Return the answer, with what takes the change back where it has a place for it."""
        return replace(self.answer, undo=undo) if isinstance(self.answer, Answer) else self.answer


def as_report(command: Command, error: StackMagicError) -> Report:
    """Return what refused *command* as a finding."""
    # Without the options: a value that was refused may be a secret.
    subject = str(command).partition(" --")[0]
    found = Diagnostic(
        type(error).__name__, Severity.ERROR, subject, error.message, error.hint or ""
    )
    return Report(subject, (found,))


def done(
    sentence: str,
    *more: Block,
    report: Report | None = None,
    value: Any = None,
) -> Answer:
    """Return the answer of a command that did what was asked."""
    blocks = (Line(sentence, mark="✓"), *more)
    return Answer(blocks, report or Report(""), value)


def undone_by(command: Command | str) -> CodeLine:
    """Return the end of an answer about what is gone: the line that brings it back."""
    return CodeLine(str(command), label="to undo:")


def told(sentence: str, *more: Block, value: Any = None) -> Answer:
    """Return an answer without a mark: nothing was done, something is said."""
    return Answer((Line(sentence), *more), value=value)


def listed(names: Iterable[str], most: int = 6) -> str:
    """Return names as prose: `a, b, c and 4 more`."""
    every = list(names)
    shown = ", ".join(every[:most])
    return f"{shown} and {len(every) - most} more" if len(every) > most else shown


def counted(number: int, noun: str) -> str:
    """Return `1 stack`, `2 stacks`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
