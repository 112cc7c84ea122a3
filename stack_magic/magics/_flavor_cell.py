"""`%%flavor`: an ordinary cell whose flavor classes are registered at its end.

It is an input transformer, not a cell magic: the cell stays the cell that IPython runs,
with its line numbers, `await`, debugger and Run All.
"""

from __future__ import annotations

import ast
import re

from IPython.core.inputtransformer2 import TransformerManager

from stack_magic.errors import LineError

_HEAD = re.compile(r"%%flavor\s*")


def register_cell_flavors(lines: list[str]) -> list[str]:
    """Blank a first line `%%flavor` and append the line that registers the classes."""
    if not lines or not _HEAD.fullmatch(lines[0]):
        return lines
    body = lines[1:]
    if body and not body[-1].endswith("\n"):
        body[-1] += "\n"
    names = " ".join(_classes("".join(body)))
    call = f"get_ipython().run_line_magic('flavor', 'register {names}')\n"
    return ["\n", *body, call]


def _classes(cell: str) -> list[str]:
    try:
        tree = ast.parse(TransformerManager().transform_cell(cell))
    except SyntaxError:
        return []  # IPython tells, when it comes to run the cell
    return list(dict.fromkeys(n.name for n in tree.body if isinstance(n, ast.ClassDef)))


class FlavorCell:
    """Stands for `%%flavor` in help and completion; the transformer does its work."""

    __name__ = "flavor"
    __doc__ = """Run the cell, then register every flavor class that it defines.

    %%flavor
    class Lake(BaseArtifactStore):
        FLAVOR = "lake"
        SUPPORTED_SCHEMES = {"lake://"}
    """

    def __call__(self, line: str, cell: str) -> None:
        """Say how it is used: only a malformed first line gets here."""
        del cell
        message = f"%%flavor takes nothing on its line, not {line!r}"
        error = LineError(message, hint="the classes of the cell say what they are")
        raise error
