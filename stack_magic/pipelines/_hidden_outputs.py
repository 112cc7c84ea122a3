"""Outputs of steps within other objects, where no run would put their values."""

from __future__ import annotations

import gc
import types
from typing import TYPE_CHECKING, Any

from stack_magic.capture import is_installed, reads_of
from stack_magic.errors import InvalidPipelineError

from ._placeholder import Unknown, any_is_alive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._graph import Graph

_MOST = 1_000_000
"""Objects that are looked at: whoever gives a step the whole kernel waits a second."""
_LEAVES = (types.ModuleType, types.CodeType, types.FrameType, types.BuiltinFunctionType)


def hidden_output(value: Any) -> Unknown | None:
    """Return an output of a step that *value* holds at any depth: in an object, a closure.

    The garbage collector tells what an object holds, whatever its class; no code of the
    object's runs.
    """
    if isinstance(value, Unknown):
        return value
    seen: dict[int, Any] = {id(value): value}
    queue = [value]
    while queue and len(seen) < _MOST:
        for held in _held_by(queue.pop()):
            if isinstance(held, Unknown):
                return held
            if id(held) not in seen and _may_hold(held):
                seen[id(held)] = held
                queue.append(held)
    return None


def check_nothing_hidden(graph: Graph) -> None:
    """Refuse steps whose code, or an argument, holds an output that is no argument.

    Raises:
        InvalidPipelineError: It names the step and where the output is.
    """
    if not any_is_alive():  # what no object holds is hidden nowhere
        return
    functions = {id(n.step.function): (n.name, n.step.function) for n in graph.nodes.values()}
    for name, function in functions.values():
        for read in (
            reads_of(function, imports=False) if isinstance(function, types.FunctionType) else ()
        ):
            found = hidden_output(read.value)
            if found is not None:
                message = f"step {name!r} reads {found!r} by the name {read.name!r}"
                hint = "give the step an argument for it, and pass the output in the pipeline"
                raise InvalidPipelineError(message, hint=hint)
    for node in graph.nodes.values():
        for argument, value in node.parameters.items():
            check_argument(value, node.name, argument)


def check_argument(value: Any, node: str, argument: str) -> None:
    """Refuse an output that hides in an argument: it would never get its value.

    Raises:
        InvalidPipelineError: It names the step and the argument.
    """
    found = hidden_output(value)
    if found is not None:
        kind = type(value).__name__
        message = f"argument {argument!r} of step {node!r} is a {kind} with {found!r} inside"
        hint = "pass lists, tuples and dicts of outputs, or each as an argument of its own"
        raise InvalidPipelineError(message, hint=hint)


def _may_hold(thing: Any) -> bool:
    return not isinstance(thing, _LEAVES) and (gc.is_tracked(thing) or _is_array(thing))


def _held_by(thing: Any) -> Iterable[Any]:
    if isinstance(thing, types.FunctionType):
        own = (thing.__closure__, thing.__defaults__, thing.__kwdefaults__, vars(thing))
        reads = () if is_installed(thing.__module__) else reads_of(thing, imports=False)
        return (*own, *(read.value for read in reads))
    if isinstance(thing, type):
        return () if is_installed(thing.__module__) else tuple(vars(thing).values())
    if _is_array(thing):  # the collector knows nothing of what it holds
        return list(thing.flat) if thing.dtype.hasobject else ()
    return gc.get_referents(thing)


def _is_array(thing: Any) -> bool:
    return type(thing).__name__ == "ndarray" and type(thing).__module__ == "numpy"
