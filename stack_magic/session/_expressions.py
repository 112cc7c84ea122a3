"""Expressions in braces, as IPython's own magics take them: `{n + 1}`, `lake_{n:02d}`.

What is evaluated runs no call: names, attributes, items, and sums of numbers and texts. Braces
around what uses no name (`{2,3}` of a pattern, JSON) are text, and so is what is doubled.
"""

from __future__ import annotations

import ast
import operator
import re
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.errors import LineError, ReferenceRefusedError, did_you_mean
from stack_magic.secrets import SECRETS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
_WIDE = re.compile(r"\d{4}")
_OPERATORS: dict[type[ast.operator], Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
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
    *_OPERATORS,
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


def filled(text: str, field: str, namespace: Mapping[str, Any]) -> str:
    """Return *text* with the values of its expressions in their places.

    Raises:
        ReferenceRefusedError: An expression has no value, or a secret one.
    """
    return "".join(_written(piece, field, namespace) for piece in pieces(text))


def _written(piece: str | Braces, field: str, namespace: Mapping[str, Any]) -> str:
    if isinstance(piece, str):
        return piece
    said = f"{{{piece.text}}}"
    try:
        value = _evaluated(piece, field, namespace, said)
    except ReferenceRefusedError as error:
        hint = f"double the braces of a text: {{{{…}}}}; {error.hint or _ASSIGN}"
        raise ReferenceRefusedError(error.message, hint=hint) from None
    if isinstance(value, SECRETS):
        message = f"{field}: {said} is a secret, which can only be a value as a whole"
        raise ReferenceRefusedError(message, hint=f"--{field}=${piece.text}")
    if _WIDE.search(piece.spec):
        message = f"{field}: {said} asks for thousands of characters"
        raise ReferenceRefusedError(message, hint="give a width below 1000")
    convert: Any = {"r": repr, "a": ascii, "s": str, "": lambda same: same}[piece.conversion]
    try:
        return format(convert(value), piece.spec)
    except Exception as error:  # noqa: BLE001 - how a value is written is the user's code
        message = f"{field}: {said} cannot be written: {type(error).__name__}"
        raise ReferenceRefusedError(message, hint=_ASSIGN) from None


_ASSIGN = "assign it first: value = …, then $value"


def value_of(expression: str, field: str, namespace: Mapping[str, Any]) -> Any:
    """Return the value of an expression.

    Raises:
        LineError: It is none that a line evaluates.
        ReferenceRefusedError: A name is not there, or to evaluate it fails.
    """
    for piece in pieces(f"{{{expression}}}"):
        if isinstance(piece, Braces):
            shown = f"${expression}" if expression.isidentifier() else f"{{{expression}}}"
            return _evaluated(piece, field, namespace, shown)
    message = f"{field}: {expression!r} is no expression"
    raise LineError(message, hint="$name, {name}, {n + 1}")


def _evaluated(braces: Braces, field: str, namespace: Mapping[str, Any], shown: str) -> Any:
    said = f"{field}: {shown}"
    try:
        return _value(braces.node, namespace)
    except ReferenceRefusedError as error:
        message = f"{field}: {error.message} for {shown}"
        raise ReferenceRefusedError(message, hint=error.hint) from None
    except AttributeError as error:
        message = f"{said}: {braces.names[0]!r} has no attribute {error.name!r}"
        raise ReferenceRefusedError(message) from None
    except (KeyError, IndexError):
        message = f"{said}: there is no such item"
    except Exception as error:  # noqa: BLE001 - properties and items are the user's code
        message = f"{said} raised {type(error).__name__}"
    raise ReferenceRefusedError(message, hint=_ASSIGN)


def _value(node: ast.expr | None, names: Mapping[str, Any]) -> Any:
    match node:
        case ast.Name(id=name):
            return _variable(name, names)
        case ast.Attribute(value=inner, attr=name):
            return getattr(_value(inner, names), name)
        case ast.Subscript(value=inner, slice=item):
            return _value(inner, names)[_value(item, names)]
        case ast.Slice(lower=lower, upper=upper, step=step):
            return slice(*(_value(part, names) for part in (lower, upper, step)))
        case ast.BinOp() | ast.UnaryOp():
            return _sum(node, names)
        case _:
            return getattr(node, "value", None)  # a constant; None where a slice has no end


def _sum(node: ast.BinOp | ast.UnaryOp, names: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.UnaryOp):
        return -_number(_value(node.operand, names))
    left, right = _value(node.left, names), _value(node.right, names)
    if isinstance(node.op, ast.Add) and isinstance(left, str) and isinstance(right, str):
        return left + right
    return _OPERATORS[type(node.op)](_number(left), _number(right))


def _number(value: Any) -> Any:
    """Return a number as it is: what other objects add up is their code."""
    if type(value) in {int, float, bool}:
        return value
    message = f"a {type(value).__name__} is no number"
    raise ReferenceRefusedError(message, hint=_ASSIGN)


def _variable(name: str, names: Mapping[str, Any]) -> Any:
    if name in names:
        return names[name]
    near = did_you_mean(name, [known for known in names if not known.startswith("_")])
    message = f"the notebook has no variable {name!r}"
    hint = f"did you mean ${near}?" if near else f"assign it first: {name} = …"
    raise ReferenceRefusedError(message, hint=hint)


def names_read(text: str) -> Iterator[str]:
    """Yield the variables that the expressions in *text* read."""
    for piece in pieces(text):
        if isinstance(piece, Braces):
            yield from piece.names
