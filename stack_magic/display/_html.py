"""Blocks as HTML that survives JupyterLab's sanitiser: plain tags, few attributes."""

from __future__ import annotations

import re
from functools import singledispatch
from html import escape

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
from ._text import overflow

_LEFT = ' style="text-align:left"'
# Sanitised notebooks drop colours but keep these, so words never depend on them.
_CELL = ' style="text-align:left;padding:2px 12px 2px 0"'
# Between single backticks, as plain text has it; a backtick in a word is none.
_CODE = re.compile(r"(?<![\w`])`([^`\s](?:[^`\n]*[^`\s])?)`(?![\w`])")


def render_html(document: Document) -> str:
    """Return *document* as one HTML fragment."""
    return "<div>" + "".join(_html(block) for block in document.blocks) + "</div>"


@singledispatch
def _html(block: object) -> str:
    message = f"cannot show {type(block).__name__}"
    raise TypeError(message)


@_html.register
def _(block: Title) -> str:
    return f"<div><b>{prose_html(block.text)}</b></div>"


@_html.register
def _(block: Line) -> str:
    mark = f"{block.mark} " if block.mark else ""
    style = f' style="padding-left:{block.indent * 1.5}em"' if block.indent else ""
    return f"<div{style}>{mark}{prose_html(block.text)}</div>"


@_html.register
def _(block: Command) -> str:
    label = f"{prose_html(block.label)} " if block.label else ""
    return f'<div style="padding-left:1.5em">{label}<code>{safe_html(block.line)}</code></div>'


@_html.register
def _(block: Fields) -> str:
    rows = "".join(
        f"<tr><th{_CELL}>{prose_html(label)}</th><td{_CELL}>{prose_html(value)}</td></tr>"
        for label, value in block.pairs
    )
    return f"<table><tbody>{rows}</tbody></table>"


@_html.register
def _(block: Table) -> str:
    head = "".join(f"<th{_CELL}>{safe_html(column)}</th>" for column in block.columns)
    body = "".join(
        "<tr>" + "".join(f"<td{_CELL}>{prose_html(cell)}</td>" for cell in row) + "</tr>"
        for row in block.rows[:PAGE]
    )
    more = f"<div>{safe_html(overflow(block))}</div>" if block.hidden else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


@_html.register
def _(block: Preformatted) -> str:
    return f"<pre{_LEFT}>{safe_html(block.text)}</pre>"


@_html.register
def _(block: Picture) -> str:
    return block.svg


def safe_html(text: str) -> str:
    """Return *text* escaped, with what no screen shows spelled out."""
    return escape(printable(text))


def prose_html(text: str) -> str:
    """Return *text* escaped likewise, and what is between backticks as code."""
    return _CODE.sub(r"<code>\1</code>", safe_html(text))
