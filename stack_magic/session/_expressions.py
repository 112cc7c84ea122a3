"""Expressions in braces, as IPython's own magics take them: `{n + 1}`, `lake_{n:02d}`.

What is evaluated runs no call: names, attributes, items, and sums of numbers and texts. Braces
around what uses no name (`{2,3}` of a pattern, JSON) are text, and so is what is doubled.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

from stack_magic.errors import LineError

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRING = r""""(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'"""
_DEEPEST = 6


def _content(levels: int) -> str:
    """Return the pattern of what braces and brackets hold, others inside of them to a depth."""
    inside = "" if levels == 0 else rf"|[{{\[]{_content(levels - 1)}[}}\]]"
    return rf"""(?:[^{{}}\[\]'"]++|{_STRING}{inside})*+"""


GROUPED = rf"\{{{_content(_DEEPEST)}\}}|\[{_content(_DEEPEST)}\]"
"""The pattern of balanced braces or brackets: blanks and quotes inside are of the value."""

_BRACES = re.compile(rf"\{{{_content(_DEEPEST)}\}}", re.DOTALL)
_LONGEST = 500
_DOUBLED = {"{{": "{", "}}": "}"}
_CONVERSION = re.compile(r"(.*)!([rsa])", re.DOTALL)
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)
_EVALUATED = (
    ast.Name,
    ast.Constant,
    ast.Attribute,
    ast.Subscript,
    ast.Slice,
    ast.BinOp,
    ast.UnaryOp,
    ast.USub,
    ast.Load,
    *OPERATORS,
)


class Braces(NamedTuple):
    """An expression in braces, with what says how it is written.

    Attributes:
        text: All of it, without the outer braces.
        node: The expression.
        conversion: `r`, `s` or `a`, or nothing.
        spec: The format, or nothing.
    """

    text: str
    node: ast.expr
    conversion: str = ""
    spec: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether the value is meant, and no text of it."""
        return not self.conversion and not self.spec

    @property
    def names(self) -> list[str]:
        """The variables that it reads."""
        return [node.id for node in ast.walk(self.node) if isinstance(node, ast.Name)]


def pieces(text: str) -> list[str | Braces]:
    """Return the literal parts of *text* and the expressions between them.

    Raises:
        LineError: Braces hold what no line evaluates, such as a call.
    """
    found: list[str | Braces] = [""]
    at = 0
    while at < len(text):
        doubled = _DOUBLED.get(text[at : at + 2])
        braces = None if doubled else _braces_at(text, at)
        if braces is not None:
            found += [braces, ""]
            at += len(braces.text) + 2
            continue
        found[-1] = f"{found[-1]}{doubled or text[at]}"
        at += 2 if doubled else 1
    return [piece for piece in found if piece]


def _braces_at(text: str, at: int) -> Braces | None:
    match = _BRACES.match(text, at, at + _LONGEST) if text[at] == "{" else None
    braces = None if match is None else _split(match[0][1:-1])
    if braces is None or not braces.names or isinstance(braces.node, ast.Tuple):
        return None
    nodes = list(ast.walk(braces.node))
    if "{" in braces.spec or not all(map(_is_evaluated, nodes)):
        raise _not_evaluated(braces)
    return braces


def _split(content: str) -> Braces | None:
    """Return what braces hold: an expression, and a format behind `!` or `:`."""
    colons = [place.start() for place in re.finditer(r":(?=\S)", content)]
    for end in (len(content), *colons):
        converted = _CONVERSION.fullmatch(content[:end])
        written, conversion = converted.groups() if converted else (content[:end], "")
        node = _parsed(written)
        if node is not None:
            return Braces(content, node, conversion, content[end + 1 :])
    return None


def _parsed(written: str) -> ast.expr | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        try:
            return ast.parse(written.strip(), mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None


def _is_evaluated(node: ast.AST) -> bool:
    """Whether a part of an expression is harmless: names of Python's own are near a call."""
    if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
        return False
    if isinstance(node, ast.Name) and node.id.startswith("__"):
        return False
    return isinstance(node, _EVALUATED)


def _not_evaluated(braces: Braces) -> LineError:
    message = f"{{{braces.text}}} is more than names, attributes, items and sums: no line runs it"
    hint = f"assign it first: value = {braces.text}, then $value; or {{{{…}}}} for braces"
    return LineError(message, hint=hint)


def doubled(text: str) -> str:
    """Return what `pieces` reads as *text* itself."""
    try:
        is_itself = pieces(text) == [text] or not text
    except LineError:
        is_itself = False
    return text if is_itself else text.replace("{", "{{").replace("}", "}}")


def names_read(text: str) -> Iterator[str]:
    """Yield the variables that the expressions in *text* read."""
    for piece in pieces(text):
        if isinstance(piece, Braces):
            yield from piece.names
