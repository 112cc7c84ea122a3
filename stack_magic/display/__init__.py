"""One renderer: neutral blocks in, escaped HTML and plain text with the same words out."""

from ._blocks import (
    PAGE,
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
from ._boxes import MOST_STEPS
from ._escape import is_hidden, printable
from ._folding import Folding, listed_names
from ._graph import draw_graph
from ._html import prose_html, render_html, safe_html
from ._plot import MOST_CURVES, curve_words, draw_curves
from ._safe_repr import safe_repr
from ._shown import Shown
from ._standing import called_alike
from ._text import render_text

__all__ = [
    "MOST_CURVES",
    "MOST_STEPS",
    "PAGE",
    "Block",
    "Command",
    "Document",
    "Fields",
    "Folding",
    "Line",
    "Picture",
    "Preformatted",
    "Shown",
    "Table",
    "Title",
    "called_alike",
    "curve_words",
    "draw_curves",
    "draw_graph",
    "is_hidden",
    "listed_names",
    "printable",
    "prose_html",
    "render_html",
    "render_text",
    "safe_html",
    "safe_repr",
]
