"""`output is None` in a pipeline's function: Python answers it, and no object can object."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidPipelineError

from ._step import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def check_none_comparisons(pipeline: str, function: Callable[..., Any]) -> None:
    """Refuse a comparison with None of what is always an output of a step.

    A name that is also given another value, such as None before a loop, may be compared.

    Raises:
        InvalidPipelineError: It names the line and what is compared.
    """
    tree = _tree_of(function)
    if tree is None:
        return
    named = inspect.getclosurevars(function)
    known = {**named.globals, **named.nonlocals}
    outputs = _always_outputs(tree, known)
    for compared in _compared_with_none(tree):
        is_name = isinstance(compared, ast.Name) and compared.id in outputs
        if is_name or _is_step_call(compared, known):
            line = ast.unparse(compared)
            message = (
                f"pipeline {pipeline!r} asks whether {line!r} is None: "
                f"it is an output of a step, which is only known while the pipeline is running"
            )
            raise InvalidPipelineError(message, hint="ask it inside a step")


def _tree_of(function: Callable[..., Any]) -> ast.AST | None:
    try:
        source = inspect.getsource(function)
        return ast.parse(textwrap.dedent(source)) if " is " in source else None
    except (OSError, SyntaxError, TypeError):  # it has no source
        return None


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
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return is_call and isinstance(known.get(node.func.id), Step)  # type: ignore[union-attr]


def _compared_with_none(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is | ast.IsNot):
            sides = (node.left, node.comparators[0])
            nones = [isinstance(s, ast.Constant) and s.value is None for s in sides]
            if any(nones):
                yield sides[nones.index(True) - 1]
