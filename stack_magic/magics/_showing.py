"""Every answer is shown: also of lines that are not the last of their cell.

IPython shows the value of a cell's last expression only, so that of three registrations
two would be silent, and a `%stack list` in a loop would show nothing.
"""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING, TypeGuard

from stack_magic.enums import MAGICS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from IPython.core.interactiveshell import InteractiveShell


class ShowEveryAnswer(ast.NodeTransformer):
    """Wraps our magics' calls in `display`, but for a cell's last expression."""

    def visit(self, node: ast.AST) -> ast.AST:
        """Return the cell with every answer shown."""
        for statement, call in list(_hidden_answers(node)):
            display = ast.parse("__import__('IPython').display.display", mode="eval").body
            shown = ast.Call(func=display, args=[call], keywords=[])
            statement.value = ast.fix_missing_locations(ast.copy_location(shown, statement))
        return node


class LoadingCell:
    """The cell with the `%load_ext`: it was read before answers could be wrapped."""

    def __init__(self, shell: InteractiveShell) -> None:
        cells = shell.user_ns.get("In") or [""]
        try:
            module = ast.parse(shell.transform_cell(cells[-1]))
        except SyntaxError:
            module = ast.Module([], [])
        calls = [call for _, call in _hidden_answers(module)]
        self._lines = Counter(ast.dump(ast.Tuple(call.args, ast.Load())) for call in calls)

    def shows(self, magic: str, line: str) -> bool:
        """Whether the answer to a line has to be shown by the line itself."""
        if not self._lines:
            return False
        args = ast.dump(ast.parse(repr((magic, line)), mode="eval").body)
        if not self._lines[args]:
            return False
        self._lines[args] -= 1
        return True

    def ends(self, *_: object) -> None:
        """From the next cell on, answers are wrapped."""
        self._lines.clear()


def _hidden_answers(node: ast.AST) -> Iterator[tuple[ast.Expr, ast.Call]]:
    """Yield the statements whose answer IPython would not show, with their calls."""
    body = getattr(node, "body", [])
    last = body[-1] if body else None
    for statement in ast.walk(node):
        if statement is last or not isinstance(statement, ast.Expr):
            continue
        if _calls_our_magic(statement.value):
            yield statement, statement.value


def _calls_our_magic(node: ast.expr) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "run_line_magic"
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value in MAGICS
    )
