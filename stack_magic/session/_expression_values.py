"""What the expressions in braces stand for: values of the notebook, and texts made of them."""

from __future__ import annotations

import ast
import operator
import re
from typing import TYPE_CHECKING, Any

from stack_magic.errors import LineError, ReferenceRefusedError, did_you_mean
from stack_magic.secrets import SECRETS

from ._expressions import OPERATORS, Braces, pieces

if TYPE_CHECKING:
    from collections.abc import Mapping

_ASSIGN = "assign it first: value = …, then $value"
_WIDE = re.compile(r"\d{4}")
_OPERATORS: dict[type[ast.operator], Any] = dict(
    zip(
        OPERATORS,
        (
            operator.add,
            operator.sub,
            operator.mul,
            operator.truediv,
            operator.floordiv,
            operator.mod,
        ),
        strict=True,
    )
)


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
