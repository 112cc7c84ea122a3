"""The arguments of one step call: apart while the graph is made, together for the call."""

from __future__ import annotations

import copy
import inspect
from itertools import count, takewhile
from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidPipelineError

from ._hidden_outputs import check_argument

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._graph import Node
    from ._step import Step

_ATOMS = frozenset({type(None), bool, int, float, str, bytes})
_VARIADIC = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}


def spread(step: Step[..., Any], bound: inspect.BoundArguments) -> dict[str, Any]:
    """Return the arguments by name; those of `*many` as many_0, many_1 ...

    Raises:
        InvalidPipelineError: A name of `**more` looks like one of `*many`.
    """
    arguments: dict[str, Any] = {}
    for name, value in bound.arguments.items():
        kind = step.signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            arguments |= zip(_many(step.signature, name), value, strict=False)
        elif kind is inspect.Parameter.VAR_KEYWORD:
            _check_free(step, value)
            arguments |= value
        else:
            arguments[name] = value
    return arguments


def together(node: Node, arguments: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Return what the function of *node* is called with, from arguments taken apart."""
    left: dict[str, Any] = node.arguments.made(arguments)
    signature = node.step.signature
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for name, parameter in signature.parameters.items():
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            args.extend(_taken(left, _many(signature, name)))
        elif parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            kwargs[name] = left.pop(name)
        elif parameter.kind not in _VARIADIC:
            args.append(left.pop(name))
    return args, {**kwargs, **left}


def plain_copy(value: Any, node: str, argument: str) -> Any:
    """Return a copy of a value that holds no output: what changes later changes no run.

    Raises:
        InvalidPipelineError: An output hides in it.
    """
    if type(value) in _ATOMS:
        return value
    check_argument(value, node, argument)
    try:
        return copy.deepcopy(value)
    except Exception:  # noqa: BLE001 - any object may refuse, each in its own way
        return value


def _many(signature: inspect.Signature, name: str) -> Iterator[str]:
    """Yield the names for the values of `*name`: never one that is declared."""
    numbered = (f"{name}_{number}" for number in count())
    return (one for one in numbered if one not in signature.parameters)


def _taken(left: dict[str, Any], names: Iterator[str]) -> list[Any]:
    return [left.pop(name) for name in takewhile(lambda name: name in left, names)]


def _check_free(step: Step[..., Any], named: Mapping[str, Any]) -> None:
    for name, parameter in step.signature.parameters.items():
        for given in named:
            stem, _, number = given.rpartition("_")
            is_many = parameter.kind is inspect.Parameter.VAR_POSITIONAL
            if is_many and stem == name and number.isdigit():
                message = f"step {step.name!r} cannot have an argument {given!r} beside *{name}"
                raise InvalidPipelineError(message, hint="give it another name")
