"""Every answer is shown: also of lines that are not the last of their cell.

IPython shows the value of a cell's last expression only, so that of three registrations
two would be silent, and a `%stack list` in a loop would show nothing.
"""

from __future__ import annotations

import ast

from stack_magic.enums import MAGICS


class ShowEveryAnswer(ast.NodeTransformer):
    """Wraps our magics' calls in `display`, but for a cell's last expression."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Leave the last expression alone: IPython shows it itself."""
        last = node.body[-1] if node.body else None
        if isinstance(last, ast.Expr):
            node.body[:-1] = [self.visit(statement) for statement in node.body[:-1]]
            return node
        self.generic_visit(node)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        """Wrap the call of one of our magics."""
        if _calls_our_magic(node.value):
            display = ast.parse("__import__('IPython').display.display", mode="eval").body
            shown = ast.Call(func=display, args=[node.value], keywords=[])
            return ast.fix_missing_locations(ast.copy_location(ast.Expr(shown), node))
        return node


def _calls_our_magic(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "run_line_magic"
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value in MAGICS
    )
