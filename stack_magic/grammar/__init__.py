"""The grammar: a line in, a frozen command out. It knows no shell."""

from ._completion import Completion, Completions, complete
from ._parse import help_text, parse
from ._tree import MAGICS, tree

__all__ = [
    "MAGICS",
    "Completion",
    "Completions",
    "complete",
    "help_text",
    "parse",
    "tree",
]
