"""`output is None` in a pipeline's function: Python answers it, and no object can object."""

from __future__ import annotations

import ast
import inspect
import textwrap
import types
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from stack_magic.capture import is_installed
from stack_magic.errors import InvalidPipelineError
from stack_magic.machine import context_value

from ._step import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_ASKED: ContextVar[frozenset[types.FunctionType]] = ContextVar("asked", default=frozenset())
"""The functions whose returns are being looked at."""
_OTHER_RETURNS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Yield | ast.YieldFrom


def check_none_comparisons(pipeline: str, function: Callable[..., Any]) -> None:
    """Refuse a comparison with None of what is always an output of a step.

    A name that is also given another value, such as None before a loop, may be compared.
    The user's functions that *function* names are looked at too, and those that they name.

    Raises:
        InvalidPipelineError: It names the line and what is compared.
    """
    seen, queue = {id(function)}, [function]
    while queue:
        one = queue.pop()
        known = _names_in(one)
        compared = _compared_output(one, known)
        if compared:
            whose = "" if one is function else f"{one.__name__}() in "
            message = (
                f"{whose}pipeline {pipeline!r} asks whether {compared!r} is None: "
                f"it is an output of a step, which is only known while the pipeline is running"
            )
            raise InvalidPipelineError(message, hint="ask it inside a step")
        for called in filter(_is_users, known.values()):
            if id(called) not in seen:
                seen.add(id(called))
                queue.append(called)


def _names_in(function: Callable[..., Any]) -> dict[str, Any]:
    named = inspect.getclosurevars(function)
    return {**named.globals, **named.nonlocals}


def _is_users(thing: Any) -> bool:
    return isinstance(thing, types.FunctionType) and not is_installed(thing.__module__)


def _compared_output(function: Callable[..., Any], known: dict[str, Any]) -> str:
    """Return the first output that is compared with None, as it is written, or nothing."""
    tree = _tree_of(function, " is ")
    if tree is None:
        return ""
    outputs = _always_outputs(tree, known)
    for compared in _compared_with_none(tree):
        if _is_output(compared, known, outputs):
            return ast.unparse(compared)
    return ""


def _tree_of(function: Callable[..., Any], having: str) -> ast.Module | None:
    try:
        source = inspect.getsource(function)
        return ast.parse(textwrap.dedent(source)) if having in source else None
    except (OSError, SyntaxError, TypeError):  # it has no source
        return None


def _is_output(node: ast.AST | None, known: dict[str, Any], outputs: set[str]) -> bool:
    is_name = isinstance(node, ast.Name) and node.id in outputs
    return is_name or _is_step_call(node, known)


def _returns_output(function: types.FunctionType) -> bool:
    """Whether whatever way a function of the user's ends, it returns an output of a step."""
    asked = _ASKED.get()
    if function in asked:
        return False  # it calls itself: nobody knows
    with context_value(_ASKED, asked | {function}):
        return _all_returns_are_outputs(function)


def _all_returns_are_outputs(function: types.FunctionType) -> bool:
    tree = None if hasattr(function, "__wrapped__") else _tree_of(function, "return ")
    if tree is None or not isinstance(tree.body[0], ast.FunctionDef):
        return False
    inner = [n for n in ast.walk(tree) if isinstance(n, _OTHER_RETURNS) and n is not tree.body[0]]
    if inner or not isinstance(tree.body[0].body[-1], ast.Return):
        return False  # it may also end without a return, or a return may be another function's
    known = _names_in(function)
    outputs = _always_outputs(tree, known)
    returns = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return)]
    return all(_is_output(value, known, outputs) for value in returns)


def _always_outputs(tree: ast.AST, known: dict[str, Any]) -> set[str]:
    """Return the names that are given nothing but outputs of steps."""
    given: dict[str, bool] = {}
    for target, value in _assignments(tree):
        given[target] = given.get(target, True) and _is_step_call(value, known)
    return {name for name, is_output in given.items() if is_output}


def _assignments(tree: ast.AST) -> Iterator[tuple[str, ast.AST | None]]:
    """Yield each name that is assigned to, with the value where it is known."""
    simple: dict[int, ast.AST] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                simple |= {id(name): node.value for name in names}
        elif isinstance(node, ast.arg):
            yield node.arg, None
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, simple.get(id(node))


def _is_step_call(node: ast.AST | None, known: dict[str, Any]) -> bool:
    """Whether it is a call of a step, or of a function that returns what a step does."""
    if not isinstance(node, ast.Call):
        return False
    thing = _thing_at(node.func, known)
    return isinstance(thing, Step) or (_is_users(thing) and _returns_output(thing))


def _thing_at(node: ast.AST, known: dict[str, Any]) -> Any:
    """Return what a name, or one in a module or class, stands for, as far as it is plain."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if not isinstance(node, ast.Attribute):
        return None
    owner = _thing_at(node.value, known)
    if not isinstance(owner, types.ModuleType | type):
        return None
    thing = vars(owner).get(node.attr)
    return thing.__func__ if isinstance(thing, staticmethod) else thing


def _compared_with_none(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is | ast.IsNot):
            sides = (node.left, node.comparators[0])
            nones = [isinstance(s, ast.Constant) and s.value is None for s in sides]
            if any(nones):
                yield sides[nones.index(True) - 1]
