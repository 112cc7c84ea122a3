"""Which runs are wanted: `auc > 0.9 and optimizer == "adam"`, read and never run as code."""

from __future__ import annotations

import ast
import operator
import re
from typing import TYPE_CHECKING, Any

from stack_magic.display import listed_names
from stack_magic.errors import LineError, UnknownNameError, did_you_mean

from ._compared_runs import METRICS, PARAMS, json_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ._compared_runs import ComparedRun

_LONGEST = 1_000
_FEW = 12
_EXAMPLE = """--where 'auc > 0.9 and optimizer == "adam"'"""
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`([^`]+)`""")
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Is: operator.eq,
    ast.IsNot: operator.ne,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda member, members: member in members,
    ast.NotIn: lambda member, members: member not in members,
}
_SLIPS = (
    (re.compile(r"&&|(?<!&)&(?!&)"), "and"),
    (re.compile(r"\|\|?"), "or"),
    (re.compile(r"(?<![=<>!])=(?!=)"), "=="),
)
"""What other languages have, and what it is called here."""


class RunFilter:
    """An expression over params and metrics that a run matches or does not.

    It has comparisons, `in`, `and`, `or`, `not`, parentheses, numbers, texts, lists, `True`,
    `False` and `None`; a name with other signs than those of Python is between backticks.
    A run without the value has None there, which equals only None and is neither lower nor
    higher than anything; a metric counts by its last value.

    Args:
        text: The expression.

    Raises:
        LineError: It is none.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._backticked: list[str] = []
        self._source = _QUOTED.sub(self._plain, text).strip()
        self._tree = self._parsed()
        self.names: list[str] = []
        self._check(self._tree)

    def matches(self, run: ComparedRun) -> bool:
        """Whether a run is wanted."""
        return bool(self._value(self._tree, run))

    def _parsed(self) -> ast.expr:
        if len(self.text) > _LONGEST:
            too_long = f"it has more than {_LONGEST} characters"
            raise self._refused(too_long)
        try:
            return ast.parse(self._source, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            bare = _QUOTED.sub("", self.text)
            slip = next(((m[0], word) for p, word in _SLIPS if (m := p.search(bare))), None)
            why = f"write {slip[1]} for {slip[0]}" if slip else "it is no comparison of values"
            raise self._refused(why) from None

    def _plain(self, match: re.Match[str]) -> str:
        """Return a name between backticks as one that Python reads."""
        if match[1] is None:
            return match[0]
        self._backticked.append(match[1])
        return f"_backticked_{len(self._backticked) - 1}"

    def _check(self, node: ast.expr) -> None:
        """Refuse what is not among the few things that an expression has; note the names."""
        name = self._name(node)
        if name is not None:
            self.names.append(name)
            return
        if _is_constant(node):
            return
        parts = _parts(node)
        if parts is None:
            what = ast.get_source_segment(self._source, node)
            why = f"{what} is no comparison; a name with such signs is in backticks: `{what}`"
            raise self._refused(why)
        for part in parts:
            self._check(part)

    def _name(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Name):
            _, _, number = node.id.partition("_backticked_")
            return self._backticked[int(number)] if number.isdecimal() else node.id
        if isinstance(node, ast.Attribute):
            before = self._name(node.value)
            return None if before is None else f"{before}.{node.attr}"
        return None

    def _value(self, node: ast.expr, run: ComparedRun) -> Any:
        name = self._name(node)
        if name is not None:
            return run.value(name)
        if isinstance(node, ast.BoolOp):
            values = (bool(self._value(part, run)) for part in node.values)
            return all(values) if isinstance(node.op, ast.And) else any(values)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return not self._value(node.operand, run)
        if isinstance(node, ast.Compare):
            return self._compared(node, run)
        if isinstance(node, ast.List | ast.Tuple):
            return [self._value(part, run) for part in node.elts]
        return ast.literal_eval(node)

    def _compared(self, node: ast.Compare, run: ComparedRun) -> bool:
        values = [self._value(part, run) for part in (node.left, *node.comparators)]
        pairs = zip(node.ops, values, values[1:], strict=False)
        return all(_holds(_COMPARISONS[type(op)], left, right) for op, left, right in pairs)

    def _refused(self, why: str) -> LineError:
        return LineError(f"{self.text[:200]!r} says not which runs: {why}", hint=_EXAMPLE)


def _parts(node: ast.expr) -> Sequence[ast.expr] | None:
    """Return what an allowed expression is made of; None for another."""
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [node.operand]
    if isinstance(node, ast.Compare) and all(type(op) in _COMPARISONS for op in node.ops):
        return [node.left, *node.comparators]
    if isinstance(node, ast.List | ast.Tuple):
        return node.elts
    return None


def _is_constant(node: ast.expr) -> bool:
    """Whether it is a text, a number, one with a sign, a truth value or None."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = node.operand
        return isinstance(inner, ast.Constant) and type(inner.value) in {int, float}
    kinds = {int, float, str, bool, type(None)}
    return isinstance(node, ast.Constant) and type(node.value) in kinds


def _holds(comparison: Callable[[Any, Any], Any], left: Any, right: Any) -> bool:
    try:
        return bool(comparison(left, right))
    except TypeError:  # a text is neither lower nor higher than a number, nor is None
        return False


def check_known(names: Iterable[str], runs: Sequence[ComparedRun]) -> None:
    """Check that each name is a param or a metric of some run.

    Args:
        names: `auc`, `fit.loss`, `params.C`.
        runs: The runs, at least one.

    Raises:
        UnknownNameError: One is not; it names the nearest.
    """
    known = known_names(runs)
    for name in names:
        kind, _, rest = name.partition(".")
        held = {PARAMS: "params", METRICS: "metrics"}.get(kind)
        if name in known or (held and any(rest in getattr(run, held) for run in runs)):
            continue
        near = did_you_mean(name, known)
        listed = listed_names(known, _FEW) if known else "none"
        hint = f"did you mean {near!r}?" if near else f"known: {listed}"
        message = f"no param or metric of these runs is called {name!r}"
        raise UnknownNameError(message, hint=hint)


def known_names(runs: Sequence[ComparedRun]) -> list[str]:
    """Return the names of the metrics and params of runs, those of the newest first."""
    names = [name for run in runs for name in run.metrics]
    return list(dict.fromkeys([*names, *(name for run in runs for name in run.params)]))


def sorted_runs(runs: Sequence[ComparedRun], name: str, *, descending: bool) -> list[ComparedRun]:
    """Return runs sorted by a metric's last value or a param; those without it come last.

    Numbers come before texts, and texts before all else; of equal ones the order stays.
    """
    have = [run for run in runs if not _is_missing(run.value(name))]
    ranked = sorted(have, key=lambda run: _rank(run.value(name)), reverse=descending)
    return [*ranked, *(run for run in runs if _is_missing(run.value(name)))]


def _is_missing(value: Any) -> bool:
    return value is None or value != value  # noqa: PLR0124 - nan is in no order


def _rank(value: Any) -> tuple[int, Any]:
    if isinstance(value, int | float):
        return (0, value)
    return (1, value) if isinstance(value, str) else (2, json_text(value))
