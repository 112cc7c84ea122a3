"""The nouns of what is shown: values on every floor describe themselves with these."""

from __future__ import annotations

from typing import NamedTuple

PAGE = 50
"""Rows of a table that are shown; the rest is counted."""


class Title(NamedTuple):
    """The first line of what is shown."""

    text: str


class Line(NamedTuple):
    """One line of prose; *mark* is a sign such as ✓ that comes before it."""

    text: str
    mark: str = ""
    indent: int = 0


class Command(NamedTuple):
    """Something to type."""

    line: str
    label: str = ""


class Fields(NamedTuple):
    """Labels with their values."""

    pairs: tuple[tuple[str, str], ...]


class Table(NamedTuple):
    """Rows under column heads; past a page, *more* says how to see the rest.

    *left_out* rows are not among *rows* at all, and are counted with the rest.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: str = ""
    left_out: int = 0

    @property
    def hidden(self) -> int:
        """How many rows are not shown."""
        return max(len(self.rows) - PAGE, 0) + self.left_out


class Preformatted(NamedTuple):
    """Text whose line breaks and columns matter: source, help, tracebacks."""

    text: str


class Picture(NamedTuple):
    """A drawing (SVG made by `draw_graph`); the blocks after it say the same in words."""

    svg: str


Block = Title | Line | Command | Fields | Table | Preformatted | Picture


class Document(NamedTuple):
    """Blocks from top to bottom."""

    blocks: tuple[Block, ...]
