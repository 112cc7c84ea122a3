"""The table of changes: rows are read from the texts in `rows/`, one file a family.

A row begins with its sentence, `#### a helper returns something else`, and says what it
expects, `#: runs: 1 -> 2`: how the step ends after the change, and what the plain call
returns before and after it. Its cells follow, parted by `# %%`; those after `# %% change`
change something, those after `# %% undo` undo it; else the first ones do, run once more. The
step is `main_R`; where no cell has it, it returns `helper_R()`. `_R` at the end of a name
becomes a number of the row's own: no row disturbs another. More lines `#: key: value` are
what `Row` has as attributes.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Cells = tuple[str, ...]

_FOLDER = Path(__file__).parent / "rows"
_FAMILIES = (
    "helper function",
    "class",
    "global value",
    "closure",
    "default",
    "decorator",
    "project module",
    "reload",
    "annotation and text",
    "context",
    "file and environment",
    "policy",
)
_FIRST_NUMBER = 100
_STEP = "@step\ndef main_R():\n    return helper_R()\n"
_MARK = re.compile(r"^# %%(?P<part>.*)\n", re.MULTILINE)
_SAYS = re.compile(r"^#: (?P<key>[^:\n]+): (?P<value>.*)\n", re.MULTILINE)


class Expected(Enum):
    """How the step must end."""

    RUNS = "it runs after the change, and is cached where nothing changed"
    CACHED = "it comes from the cache"
    UNCACHED = "it never comes from the cache"
    FRESH = "it runs after the change; where nothing changed either will do"
    EITHER = "it runs or is cached, as long as the value is right"

    @property
    def after_a_change(self) -> set[str]:
        """The outcomes that are right after the change."""
        return _OUTCOMES[self][0]

    @property
    def of_the_same(self) -> set[str]:
        """The outcomes that are right where the same has run before."""
        return _OUTCOMES[self][1]


_OUTCOMES: Mapping[Expected, tuple[set[str], set[str]]] = {
    Expected.RUNS: ({"done"}, {"cached"}),
    Expected.CACHED: ({"cached"}, {"cached"}),
    Expected.UNCACHED: ({"done"}, {"done"}),
    Expected.FRESH: ({"done"}, {"done", "cached"}),
    Expected.EITHER: ({"done", "cached"}, {"done", "cached"}),
}


@dataclass(frozen=True)
class Row:
    """One change and what must come of it.

    Attributes:
        says: The row in a sentence; its id.
        family: What is changed.
        number: What makes its names its own.
        expected: How the step must end.
        first: What the plain call returns before the change.
        then: What the plain call returns after it.
        before: The cells that are run first.
        change: The cells that change something.
        undo: The cells that undo it, as somebody at a notebook would.
        call: The call in the pipeline's function.
        call_then: That after the change.
        plain: The expression that gives the value here, if not the call; "none" where a
            step alone can give it.
        told: A word that the reason must have when the step is not cached.
        not_asked: Ways that make no sense for it. Where the way by the operator is left
            out, what travels is as in other rows: each needs two interpreters more.
        refused: Ways in which the step may fail: what it reads cannot be known, so it
            may not have travelled.
    """

    says: str
    family: str
    number: int
    expected: Expected
    first: Any
    then: Any
    before: Cells
    change: Cells
    undo: Cells
    call: str
    call_then: str
    plain: str
    told: str
    not_asked: frozenset[str]
    refused: frozenset[str]


def _row(family: str, number: int, text: str) -> Row:
    says, _, rest = text.partition("\n")
    options = {said["key"]: said["value"] for said in _SAYS.finditer(rest)}
    cells = _split(_SAYS.sub("", rest))
    kind = next(one for one in Expected if one.name.lower() in options)
    first, _, then = options.pop(kind.name.lower()).partition(" -> ")
    before, change = _cells(cells, "before"), _cells(cells, "change")
    if not any("@step" in cell for cell in before):
        before = (*before, _STEP)
    call = options.pop("call", "main_R()")
    row = Row(
        says=says,
        family=family,
        number=number,
        expected=kind,
        first=ast.literal_eval(first),
        then=ast.literal_eval(then or first),
        before=before,
        change=change,
        undo=_cells(cells, "undo") or _undo(before, change),
        call=call,
        call_then=options.pop("call then", call),
        plain=options.pop("plain", ""),
        told=options.pop("told", ""),
        not_asked=frozenset(options.pop("not asked", "").split(", ")),
        refused=frozenset(options.pop("refused", "").split(", ")),
    )
    assert not options, f"row {says!r} says what nobody reads: {options}"
    return row


def _split(text: str) -> list[tuple[str, str]]:
    """Return the cells of a row, each with the part that it belongs to."""
    found: list[tuple[str, str]] = []
    part, begin = "before", 0
    for mark in _MARK.finditer(text):
        found.append((part, text[begin : mark.start()]))
        part, begin = mark["part"].strip() or part, mark.end()
    found.append((part, text[begin:]))
    assert {part for part, _ in found} <= {"before", "change", "undo"}
    return [(part, cell.strip("\n") + "\n") for part, cell in found if cell.strip()]


def _cells(cells: list[tuple[str, str]], part: str) -> Cells:
    return tuple(cell for of, cell in cells if of == part)


def _undo(before: Cells, change: Cells) -> Cells:
    """Return the first cells, with the files loaded again as the change has loaded them."""
    files = [cell for cell in before if cell.startswith("%%writefile")]
    others = [cell for cell in before if cell not in files]
    lines = [line for cell in change for line in cell.splitlines()]
    reloads = [line for line in lines if line.startswith(("importlib.reload(", "%autoreload"))]
    return (*files, *reloads, *others)


def _rows() -> Iterator[Row]:
    number = _FIRST_NUMBER
    for family in _FAMILIES:
        text = (_FOLDER / f"{family.replace(' ', '_')}.txt").read_text(encoding="utf-8")
        for part in re.split(r"^#### ", text, flags=re.MULTILINE)[1:]:
            yield _row(family, number, part)
            number += 1


ALL = tuple(_rows())
ROWS: Mapping[str, Row] = {row.says: row for row in ALL}
FAMILIES: Mapping[str, int] = {f: sum(row.family == f for row in ALL) for f in _FAMILIES}
"""How many rows each family has."""
