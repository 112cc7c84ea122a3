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
    """Blank a first line `%%flavor` and put in the call that registers the classes.

    It stands at the end, or before a last expression, whose value the cell shows.
    """
    if not lines or not _HEAD.fullmatch(lines[0]):
        return lines
    body = lines[1:]
    if body and not body[-1].endswith("\n"):
        body[-1] += "\n"
    statements = _statements("".join(body))
    classes = (node.name for node in statements if isinstance(node, ast.ClassDef))
    names = " ".join(dict.fromkeys(classes))
    call = f"get_ipython().run_line_magic('flavor', 'register {names}')"
    last = statements[-1] if statements else None
    if names and isinstance(last, ast.Expr):
        at = last.lineno - 1 + _leading_empty_lines(body)
        if _is_python(body[at : at + 1], last):
            body[at] = f"{call}; {body[at]}"
            return ["\n", *body]
    return ["\n", *body, f"{call}\n"]


def _statements(cell: str) -> list[ast.stmt]:
    try:
        return ast.parse(TransformerManager().transform_cell(cell)).body
    except SyntaxError:
        return []  # IPython tells, when it comes to run the cell


def _leading_empty_lines(body: list[str]) -> int:
    """Return how many lines IPython leaves out before it parses the cell."""
    return next((number for number, line in enumerate(body) if line.strip()), 0)


def _is_python(lines: list[str], statement: ast.stmt) -> bool:
    """Whether a statement stands in the cell as it was parsed: not a magic, not moved."""
    begins = ast.unparse(statement)[:1]
    return statement.col_offset == 0 and any(line[:1] == begins for line in lines)


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
