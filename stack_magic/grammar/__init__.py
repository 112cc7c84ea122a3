"""The grammar: a line in, a frozen command out. It knows no shell."""

from ._completion import Completion, Completions, complete
from ._parse import help_text, parse
from ._tree import tree

__all__ = [
    "Completion",
    "Completions",
    "complete",
    "help_text",
    "parse",
    "tree",
]
