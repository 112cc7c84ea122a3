"""The arguments of one step call: apart while the graph is made, together for the call."""

from __future__ import annotations

import copy
import inspect
from itertools import count, takewhile
from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidPipelineError

from ._placeholder import Placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._graph import Node
    from ._step import Step

_ATOMS = frozenset({type(None), bool, int, float, str, bytes})
_VARIADIC = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
_GROUPS: dict[str, type[list[Any] | tuple[Any, ...]]] = {"list": list, "tuple": tuple}
_GROUPED = frozenset(_GROUPS.values())


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


def ungroup(arguments: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return arguments with lists of outputs taken apart, and what each of those was."""
    apart: dict[str, Any] = {}
    groups: dict[str, str] = {}
    for name, value in arguments.items():
        kind = type(value)
        if kind in _GROUPED and any(isinstance(member, Placeholder) for member in value):
            groups[name] = kind.__name__
            apart |= zip(_members(name), value, strict=False)
        else:
            apart[name] = value
    return apart, groups


def call_with(node: Node, arguments: Mapping[str, Any]) -> Any:
    """Call the function of *node* with arguments that were taken apart."""
    left = dict(arguments)
    for name, kind in node.groups.items():
        left[name] = _GROUPS[kind](_taken(left, _members(name)))
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
    return node.step.function(*args, **kwargs, **left)


def plain_copy(value: Any, node: str, argument: str) -> Any:
    """Return a copy of a value that holds no output: what changes later changes no run.

    Raises:
        InvalidPipelineError: An output hides in it.
    """
    if type(value) in _ATOMS:
        return value
    _check_plain(value, node, argument)
    try:
        return copy.deepcopy(value)
    except Exception:  # noqa: BLE001 - any object may refuse, each in its own way
        return value


def _check_plain(value: Any, node: str, argument: str) -> None:
    """Refuse an output that hides in a container: it would never get its value."""
    for member in _inside(value):
        if isinstance(member, Placeholder):
            kind = type(value).__name__
            message = f"argument {argument!r} of step {node!r} is a {kind} with {member!r} inside"
            hint = "pass a list or a tuple of outputs, or each as an argument of its own"
            raise InvalidPipelineError(message, hint=hint)


def _many(signature: inspect.Signature, name: str) -> Iterator[str]:
    """Yield the names for the values of `*name`: never one that is declared."""
    numbered = (f"{name}_{number}" for number in count())
    return (one for one in numbered if one not in signature.parameters)


def _members(name: str) -> Iterator[str]:
    return (f"{name}[{number}]" for number in count())


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


def _inside(value: Any, depth: int = 8) -> Iterator[Any]:
    """Yield what a container holds, to some depth."""
    members = [*value, *value.values()] if isinstance(value, dict) else value
    if isinstance(members, list | tuple | set | frozenset) and depth:
        for member in members:
            yield member
            yield from _inside(member, depth - 1)
