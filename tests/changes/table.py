"""What a row of the table is: cells, a change, and what must come of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

_MARK = re.compile(r"^# %%(?P<part>.*)\n", re.MULTILINE)
_PARTS = ("before", "change", "undo")
_STEP = "@step\ndef main_R():\n    return helper_R()\n"

Cells = tuple[str, ...]


class Expected(Enum):
    """How the step must end after the change."""

    RUNS = "it runs after the change, and is cached where nothing changed"
    CACHED = "it comes from the cache"
    UNCACHED = "it never comes from the cache"
    FRESH = "it runs after the change; where nothing changed either will do"
    EITHER = "it runs or is cached, as long as the value is right"

    @property
    def after_a_change(self) -> set[str]:
        """The outcomes that are right after the change."""
        return _AFTER[self]

    @property
    def of_the_same(self) -> set[str]:
        """The outcomes that are right where the same has run before."""
        return _SAME[self]


_AFTER = {
    Expected.RUNS: {"done"},
    Expected.CACHED: {"cached"},
    Expected.UNCACHED: {"done"},
    Expected.FRESH: {"done"},
    Expected.EITHER: {"done", "cached"},
}
_SAME = {
    Expected.RUNS: {"cached"},
    Expected.CACHED: {"cached"},
    Expected.UNCACHED: {"done"},
    Expected.FRESH: {"done", "cached"},
    Expected.EITHER: {"done", "cached"},
}

RUNS, CACHED, UNCACHED = Expected.RUNS, Expected.CACHED, Expected.UNCACHED
FRESH, EITHER = Expected.FRESH, Expected.EITHER


@dataclass(frozen=True)
class Row:
    """One change and what must come of it.

    `_R` at the end of a name becomes the row's own number, so that no row disturbs
    another. The step is `main_R`; where no cell has it, it returns `helper_R()`.

    Attributes:
        says: The row in a sentence; its id.
        expected: How the step must end after the change.
        first: What the plain call returns before the change.
        then: What the plain call returns after it.
        text: Cells, each after a line `# %%`; from `# %% change` on, those that change
            something; from `# %% undo` on, those that undo it: else the first ones, again.
        call: The call in the pipeline's function.
        call_then: That after the change, if it is another.
        plain: The expression that gives the value here; the call, as a rule; empty where
            a step alone can give it.
        told: A word that the reason must have when the step is not cached.
        whole: Whether the step goes into the module too when the row is asked by reloading.
        not_asked: Ways that make no sense for it.
    """

    says: str
    expected: Expected
    first: Any
    then: Any
    text: str
    call: str = "main_R()"
    call_then: str = ""
    plain: str | None = None
    told: str = ""
    whole: bool = False
    not_asked: frozenset[str] = frozenset()

    @property
    def before(self) -> Cells:
        """The cells that are run first."""
        cells = self._cells("before")
        return cells if any("@step" in cell for cell in cells) else (*cells, _STEP)

    @property
    def change(self) -> Cells:
        """The cells that change something."""
        return self._cells("change")

    @property
    def undo(self) -> Cells:
        """The cells that undo the change, as somebody at a notebook would."""
        given = self._cells("undo")
        if given:
            return given
        files = [cell for cell in self.before if cell.startswith("%%writefile")]
        others = [cell for cell in self.before if cell not in files]
        reloads = [line for cell in self.change for line in cell.split("\n") if _is_reload(line)]
        return (*files, *reloads, *others)

    def _cells(self, part: str) -> Cells:
        return tuple(cell for of, cell in _split(self.text) if of == part)


def _split(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    part, begin = "before", 0
    for mark in _MARK.finditer(text):
        found.append((part, text[begin : mark.start()]))
        named = mark["part"].strip()
        assert named in {"", *_PARTS}, f"no part of a row: {named!r}"
        part, begin = named or part, mark.end()
    found.append((part, text[begin:]))
    return [(of, cell.lstrip("\n")) for of, cell in found if cell.strip()]


def _is_reload(line: str) -> bool:
    return line.startswith(("importlib.reload(", "%autoreload"))
