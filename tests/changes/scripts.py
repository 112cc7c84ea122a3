"""A row as the cells of each way in which it is asked."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .table import Cells, Row

HERE, OPERATOR, RELOAD = "here", "operator", "reload"
KERNEL, UNDO = "kernel", "undo"
WAYS = (HERE, OPERATOR, RELOAD, KERNEL, UNDO)

HEAD = """\
import abc, dataclasses, datetime, enum, functools, importlib, operator, os
import stack_magic, threading, types, typing
from datetime import timedelta
from pathlib import Path
from stack_magic import CachePolicy, get_step_context, log_metrics, log_params, step
"""
"""What every cell, and every module, may use."""

_NUMBERED = re.compile(r"_R(?![A-Za-z0-9])")
_STEP = re.compile(r"@step(?P<open>\(?)")


@dataclass(frozen=True)
class Script:
    """The cells of a row, as one way has them.

    Attributes:
        step: Name of the step.
        before: The cells that are run first.
        change: The cells that change something.
        undo: The cells that undo it.
        call: The call in the pipeline.
        call_then: The call after the change.
        plain: The expression that gives the value here; empty where none can.
        plain_then: That after the change.
    """

    step: str
    before: Cells
    change: Cells
    undo: Cells
    call: str
    call_then: str
    plain: str
    plain_then: str

    def numbered(self, number: int) -> dict[str, Any]:
        """Return the script with names of its own, as JSON has it."""
        return {key: _numbered(value, number) for key, value in asdict(self).items()}


def _numbered(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return _NUMBERED.sub(f"_{number}", value)
    return [_numbered(one, number) for one in value]


def script_of(row: Row, way: str) -> Script | None:
    """Return *row* as *way* asks it; None where that makes no sense."""
    if way in row.not_asked:
        return None
    plain, plain_then = row.plain or row.call, row.plain or row.call_then
    if plain == "none":
        plain = plain_then = ""
    calls = (row.call, row.call_then, plain, plain_then)
    script = Script("main_R", row.before, row.change, row.undo, *calls)
    if way == OPERATOR:
        return _by_the_operator(script)
    return _reloaded(script) if way == RELOAD else script


def _by_the_operator(script: Script) -> Script:
    def sent(cells: Cells) -> Cells:
        return tuple(_STEP.sub(_with_operator, cell) for cell in cells)

    return replace(
        script, before=sent(script.before), change=sent(script.change), undo=sent(script.undo)
    )


def _with_operator(match: re.Match[str]) -> str:
    return '@step(step_operator="sub"' + (", " if match["open"] else ")")


def _reloaded(script: Script) -> Script | None:
    """Return the row with its helpers, or all of it, in a module that is edited."""
    if any(cell.startswith("%%writefile") for cell in script.before):
        return _autoreloaded(script)
    steps = tuple(cell for cell in script.before if "@step" in cell)
    helpers = tuple(cell for cell in script.before if cell not in steps)
    names = _bound_in(helpers)
    split = bool(helpers) and not any("@step" in cell for cell in script.change)
    if not split or any(_has_in_text(cell, names) for cell in steps):
        steps, helpers, names = (), script.before, _bound_in((*script.before, *script.change))
    first, then = _module(helpers), _module((*helpers, *script.change))
    return Script(
        script.step,
        (first, "import part_R\n", *(_qualified(cell, names) for cell in steps)),
        (then, "importlib.reload(part_R)\n"),
        (first, "importlib.reload(part_R)\n"),
        *(
            _qualified(text, names)
            for text in (script.call, script.call_then, script.plain, script.plain_then)
        ),
    )


def _autoreloaded(script: Script) -> Script | None:
    """Return a row that reloads its modules as one in which IPython does."""
    if not any("importlib.reload(" in cell for cell in script.change):
        return None

    def followed(cells: Cells) -> Cells:
        texts = (re.sub(r"importlib\.reload\(.*\)", "%autoreload now", cell) for cell in cells)
        return tuple(text for text in texts if not text.startswith("%aimport -"))

    before, change, undo = map(followed, (script.before, script.change, script.undo))
    return replace(script, before=before, change=change, undo=undo)


def _module(cells: Cells) -> str:
    return f"%%writefile part_R.py\n{HEAD}" + "\n".join(cells)


def _bound_in(cells: Cells) -> frozenset[str]:
    """Return the names of the row that the cells bind."""
    nodes = [node for cell in cells for node in ast.walk(ast.parse(cell))]
    names = {node.id for node in nodes if isinstance(node, ast.Name) and _is_stored(node)}
    names |= {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    names |= {n.asname or n.name for n in nodes if isinstance(n, ast.alias)}
    return frozenset(name for name in names if name.endswith("_R"))


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    """Return the tokens of *text* after one that is none of it."""
    begin = tokenize.TokenInfo(tokenize.ENCODING, "", (0, 0), (0, 0), "")
    return [begin, *tokenize.generate_tokens(io.StringIO(text).readline)]


def _has_in_text(cell: str, names: frozenset[str]) -> bool:
    texts = [one.string for one in _tokens(cell) if one.type == tokenize.STRING]
    return any(name in text for text in texts for name in names)


def _qualified(text: str, names: frozenset[str]) -> str:
    """Return *text* with the names of the module asked of the module."""
    lines = text.split("\n")
    tokens = _tokens(text)
    for before, token in reversed(list(pairwise(tokens))):
        if token.type == tokenize.NAME and token.string in names and before.string != ".":
            (row, begin), (_, end) = token.start, token.end
            line = lines[row - 1]
            lines[row - 1] = f"{line[:begin]}part_R.{line[begin:end]}{line[end:]}"
    return "\n".join(lines)
