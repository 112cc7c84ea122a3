"""The nouns of what is shown: values on every floor describe themselves with these."""

from __future__ import annotations

from dataclasses import dataclass, field

PAGE = 50
"""Rows of a table that are shown; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Title:
    """The first line of what is shown."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of prose; *mark* is a sign such as ✓ that comes before it."""

    text: str
    mark: str = ""
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Command:
    """Something to type."""

    line: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Fields:
    """Labels with their values."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column heads; past a page, *more* says how to see the rest."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Preformatted:
    """Text whose line breaks and columns matter: source, help, tracebacks."""

    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing (SVG made by `draw_graph`); the blocks after it say the same in words."""

    svg: str = field(repr=False)


Block = Title | Line | Command | Fields | Table | Preformatted | Picture


@dataclass(frozen=True, slots=True)
class Document:
    """Blocks from top to bottom."""

    blocks: tuple[Block, ...]
