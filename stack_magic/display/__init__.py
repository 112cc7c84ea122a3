"""One renderer: neutral blocks in, escaped HTML and plain text with the same words out."""

from ._blocks import (
    Block,
    Command,
    Document,
    Fields,
    Line,
    Picture,
    Preformatted,
    Table,
    Title,
)
from ._escape import is_hidden, printable
from ._graph import draw_graph
from ._html import render_html, safe_html
from ._plot import MOST_CURVES, curve_words, draw_curves
from ._shown import Shown
from ._text import render_text

__all__ = [
    "MOST_CURVES",
    "Block",
    "Command",
    "Document",
    "Fields",
    "Line",
    "Picture",
    "Preformatted",
    "Shown",
    "Table",
    "Title",
    "curve_words",
    "draw_curves",
    "draw_graph",
    "is_hidden",
    "printable",
    "render_html",
    "render_text",
    "safe_html",
]
