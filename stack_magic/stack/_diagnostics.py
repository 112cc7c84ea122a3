"""Findings as values: a diagnostic, and the report that holds those on one subject."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stack_magic.display import Command, Document, Line, Shown
from stack_magic.enums import Severity
from stack_magic.secrets import masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stack_magic.display import Block


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding; secrets that this process knows are masked in it.

    Attributes:
        code: A stable word for the kind of finding: `slot-empty`.
        severity: Errors stop apply and run; warnings and hints do not.
        subject: What it is about: `prod.artifact_store`.
        message: One sentence without the subject.
        fix: The line to type, or empty when there is none.
        place: Where in the subject, for a part of a field: `("retry", "attempts")`.
    """

    code: str
    severity: Severity
    subject: str
    message: str
    fix: str = ""
    place: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("code", "subject", "message", "fix"):
            object.__setattr__(self, name, masked(getattr(self, name)))
        object.__setattr__(self, "place", tuple(map(masked, self.place)))

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}"

    def blocks(self) -> Iterator[Block]:
        """Yield what is shown of it: a sign, the word, the sentence, the fix."""
        text = f"{self.severity.value}: {self.subject}: {self.message}"
        yield Line(text, mark=self.severity.mark)
        if self.fix:
            yield Command(self.fix, label="fix:")


@dataclass(frozen=True, repr=False)
class Report(Shown):
    """Every finding on one subject, errors first."""

    subject: str
    diagnostics: tuple[Diagnostic, ...] = ()

    @classmethod
    def of(cls, subject: str, found: Iterable[Diagnostic]) -> Report:
        """Return a report with each finding once, errors before warnings and hints."""
        order = list(Severity)
        unique = dict.fromkeys(found)
        return cls(subject, tuple(sorted(unique, key=lambda d: order.index(d.severity))))

    def masked(self) -> Report:
        """Return the report with what has become known as a secret since masked too."""
        return Report.of(self.subject, map(replace, self.diagnostics))

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not self.errors

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The findings that stop apply and run."""
        return tuple(d for d in self.diagnostics if d.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The findings that do not stop, but matter."""
        return tuple(d for d in self.diagnostics if d.severity is Severity.WARNING)

    @property
    def verdict(self) -> str:
        """The outcome in words: `valid, 1 warning`."""
        counts = [
            _counted(len(self.errors), "error"),
            _counted(len(self.warnings), "warning"),
        ]
        found = ", ".join(count for count in counts if count)
        word = "valid" if self.ok else "not valid"
        return f"{word}, {found}" if found else word

    def blocks(self) -> tuple[Block, ...]:
        """Return what is shown of the findings, without a heading."""
        return tuple(block for d in self.diagnostics for block in d.blocks())

    def document(self) -> Document:
        """Return the verdict and every finding with its fix."""
        mark = "✓" if self.ok else "✕"
        head = Line(f"{self.subject} is {self.verdict}", mark=mark)
        return Document((head, *self.blocks()))

    def as_message(self, *, with_warnings: bool = False) -> str:
        """Return the errors, and the warnings if asked, as the lines of an exception's message."""
        told = (*self.errors, *self.warnings) if with_warnings else self.errors
        return "\n".join(
            f"  - {found.message}" + (f"\n    fix: {found.fix}" if found.fix else "")
            for found in told
        )


def _counted(number: int, noun: str) -> str:
    if not number:
        return ""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def error_on(code: str, subject: str, message: str, fix: str = "") -> Diagnostic:
    """Return an error."""
    return Diagnostic(code, Severity.ERROR, subject, message, fix)
