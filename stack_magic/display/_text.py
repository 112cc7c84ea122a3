"""Blocks as plain text."""

from __future__ import annotations

import unicodedata
from functools import singledispatch
from itertools import starmap

from ._blocks import (
    PAGE,
    Command,
    Document,
    Fields,
    Line,
    Picture,
    Preformatted,
    Table,
    Title,
)
from ._escape import printable


def render_text(document: Document) -> str:
    """Return *document* as plain text without a trailing newline."""
    parts = (_text(block) for block in document.blocks)
    return "\n".join(part for part in parts if part)


@singledispatch
def _text(block: object) -> str:
    message = f"cannot show {type(block).__name__}"
    raise TypeError(message)


@_text.register
def _(block: Title) -> str:
    return printable(block.text)


@_text.register
def _(block: Line) -> str:
    mark = f"{block.mark} " if block.mark else ""
    return "  " * block.indent + mark + printable(block.text)


@_text.register
def _(block: Command) -> str:
    label = f"{printable(block.label)} " if block.label else ""
    return f"  {label}{printable(block.line)}"


@_text.register
def _(block: Fields) -> str:
    rows = [(printable(label), printable(value)) for label, value in block.pairs]
    width = max((_width(label) for label, _ in rows), default=0)
    return "\n".join(f"  {_pad(label, width)}  {value}".rstrip() for label, value in rows)


@_text.register
def _(block: Table) -> str:
    shown = [block.columns, *block.rows[:PAGE]]
    cells = [tuple(printable(cell).replace("\n", " ") for cell in row) for row in shown]
    widths = [max(_width(row[i]) for row in cells) for i in range(len(block.columns))]
    lines = ["  ".join(starmap(_pad, zip(row, widths, strict=True))).rstrip() for row in cells]
    lines.insert(1, "  ".join("-" * width for width in widths))
    if block.hidden:
        lines.append(printable(overflow(block)))
    return "\n".join(lines)


@_text.register
def _(block: Preformatted) -> str:
    return printable(block.text)


@_text.register
def _(_: Picture) -> str:
    return ""


def overflow(table: Table) -> str:
    """Return the line that counts the rows that are not shown."""
    advice = f"; {table.more}" if table.more else ""
    return f"… and {table.hidden} more of {len(table.rows) + table.left_out}{advice}"


def _width(text: str) -> int:
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
