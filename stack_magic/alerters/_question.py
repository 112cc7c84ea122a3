"""A question with two answers, and how it was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

from pydantic import Field, model_validator

from stack_magic.display import Document, Line, Title, printable

from ._choices import Choices

if TYPE_CHECKING:
    from stack_magic.display import Block

LONGEST = 7 * 24 * 3600
"""Seconds that a question may wait: a week."""


class Answer(NamedTuple):
    """Whether it was yes; *words* say how it came about, and *mark* is their sign."""

    yes: bool
    words: str
    mark: str


LATE = Answer(yes=False, words="no: nobody answered in time", mark="✕")
ALONE = Answer(yes=False, words="no: nobody can be asked here", mark="✕")
INTERRUPTED = Answer(yes=False, words="no: interrupted", mark="▲")


class QuestionChoices(Choices):
    """What a step may choose for one question."""

    timeout: float = Field(ge=0, le=LONGEST, allow_inf_nan=False)
    yes: str = Field(default="Yes", min_length=1, max_length=40)
    no: str = Field(default="No", min_length=1, max_length=40)

    @model_validator(mode="after")
    def _answers_differ(self) -> Self:
        words = {self.yes.strip().casefold(), self.no.strip().casefold()}
        if len(words) == 1 or "" in words:
            message = f"the answers {self.yes!r} and {self.no!r} must be two different words"
            raise ValueError(message)
        return self


class Question:
    """A question with what was chosen for it."""

    def __init__(self, text: str, choices: QuestionChoices) -> None:
        self.text = text
        self.yes, self.no = printable(choices.yes.strip()), printable(choices.no.strip())
        self.timeout = choices.timeout

    def answered(self, *, yes: bool) -> Answer:
        """Return the answer that a person gave."""
        word, label = ("yes", self.yes) if yes else ("no", self.no)
        words = word if label.casefold() == word else f"{word}: {label}"
        return Answer(yes, words, "✓" if yes else "✕")

    def understood(self, typed: str) -> bool | None:
        """Return whether *typed* means yes, or None when it means neither answer.

        An answer may be shortened as long as it is not the beginning of the other.
        """
        word = typed.strip().casefold()
        yes, no = self.yes.casefold(), self.no.casefold()
        if word in {yes, no}:
            return word == yes
        fits_yes, fits_no = yes.startswith(word), no.startswith(word)
        return None if fits_yes == fits_no else fits_yes

    @property
    def limit(self) -> str:
        """The time limit in words."""
        return f"no answer in {self.timeout:g} s is a no"

    @property
    def prompt(self) -> str:
        """The question as one asks for a typed answer."""
        return f"{printable(self.text)}\n{self.yes} or {self.no} ({self.limit}): "

    def document(self, *below: Block) -> Document:
        """Return the question as it is shown, with *below* under it."""
        first, *rest = self.text.replace("\r\n", "\n").split("\n")
        return Document((Title(first), *map(Line, rest), *below))

    def card(self, answer: Answer) -> Document:
        """Return the question with its answer."""
        return self.document(Line(answer.words, answer.mark, indent=1))
