"""A graph of steps as it is shown: each step by itself, or in a large one those alike together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ._blocks import PAGE, Line, Picture, Table
from ._boxes import MOST_STEPS, folded, is_large
from ._graph import draw_boxes, draw_graph
from ._standing import called_alike

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ._blocks import Block

_ROWS = 30
"""Rows of steps that are shown of a large graph."""

_FIRST = 10
"""Rows that are its first steps, however many others have something to tell."""

_END = 8
"""Characters of a name that share a line with another's."""

_NAMES = 3
"""Names of steps in one cell."""


class Folding:
    """A graph, folded where it is large; it does not depend on what became of the steps.

    Args:
        upstream: For each step, in a topological order, the steps before it.
        kinds: For each step, what it is a call of; by default its name tells.
    """

    def __init__(
        self, upstream: Mapping[str, Sequence[str]], kinds: Mapping[str, str] | None = None
    ) -> None:
        self._upstream = upstream
        self._kinds = called_alike(upstream) if kinds is None else kinds
        self._folded = folded(upstream, self._kinds) if is_large(upstream) else None
        self._ranges = self._folded.ranges() if self._folded is not None else {}

    def drawing(self, captions: Mapping[str, str], states: Mapping[str, str] | None = None) -> str:
        """Return the SVG.

        Args:
            captions: For each step, a short second line such as `✓ done 0.10 s`.
            states: For each step, what is counted where it shares a box; by default the
                captions.
        """
        if self._folded is None:
            return draw_graph(self._upstream, captions)
        counted = captions if states is None else states
        lines: dict[str, tuple[str, ...]] = {}
        for first, box in self._folded.boxes.items():
            if len(box.members) == 1:
                lines[first] = (captions.get(first, ""),)
            else:
                order = (box.order,) if box.order else ()
                lines[first] = (
                    *self._range_line(first),
                    *order,
                    *_counts(box.members, counted),
                )
        return draw_boxes(self._folded, lines)

    def blocks(
        self, captions: Mapping[str, str], states: Mapping[str, str] | None = None
    ) -> Iterator[Block]:
        """Yield the drawing, and where it is folded the same in words."""
        yield Picture(self.drawing(captions, states))
        if self._folded is None:
            return
        states = captions if states is None else states
        graph = self._folded
        titles = {first: self._title(first) for first in graph.boxes}
        columns = ("steps", "after", "outcome") if states else ("steps", "after")
        rows = (
            (
                titles[first],
                ", ".join(titles[before] for before in graph.upstream[first]),
                ", ".join(_counts(box.members, states)),
            )
            for first, box in graph.boxes.items()
        )
        yield Table(columns, tuple(row[: len(columns)] for row in rows))
        yield Line("One by one:")

    def _title(self, first: str) -> str:
        label = self._folded.boxes[first].label if self._folded is not None else first
        ends = self._ranges.get(first)
        return label if ends is None else f"{label} ({' … '.join(ends)})"

    def _range_line(self, first: str) -> tuple[str, ...]:
        ends = self._ranges.get(first)
        return () if ends is None else (" … ".join(_end_of(name) for name in ends),)

    def rows(
        self, outcomes: Mapping[str, str] | None = None, telling: Sequence[str] = ()
    ) -> list[str]:
        """Return the steps that a table has rows for, in the order of the graph.

        Of a large graph these are the first ones, and as far as there is room those with an
        outcome that is *telling*.

        Args:
            outcomes: For each step, how it ended.
            telling: Outcomes that are not left out, first those that matter most.
        """
        most = PAGE if len(self._upstream) <= MOST_STEPS else _ROWS
        if len(self._upstream) <= most:
            return list(self._upstream)
        ended = (outcomes or {}).items()
        told = [name for one in telling for name, outcome in ended if outcome == one]
        first = list(self._upstream)[:_FIRST]
        kept = set(list(dict.fromkeys((*first, *told, *self._upstream)))[:most])
        return [name for name in self._upstream if name in kept]

    def after(self, step: str) -> str:
        """Return what a step comes after, in words for one cell."""
        befores = self._upstream[step]
        if self._folded is None or len(befores) <= _NAMES:
            return ", ".join(befores)
        return named(befores, self._kinds)


def named(steps: Sequence[str], kinds: Mapping[str, str]) -> str:
    """Return the names of steps: many calls of one step as its name and their number."""
    calls: dict[str, list[str]] = {}
    for step in steps:
        calls.setdefault(kinds[step], []).append(step)
    if len(calls) > _NAMES:
        return listed_names(steps, _NAMES)
    return ", ".join(f"{k} × {len(c)}" if len(c) > 1 else c[0] for k, c in calls.items())


def listed_names(names: Sequence[str], most: int) -> str:
    """Return the first of the names, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" … and {rest} more" if rest > 0 else "")


def _counts(members: Iterable[str], states: Mapping[str, str]) -> tuple[str, ...]:
    """Return what is to be said of so many steps, a line for each state."""
    counts = Counter(states[member] for member in members if member in states)
    total = counts.total()
    return tuple(
        f"{counts[state]} {state}" if total > 1 else state
        for state in dict.fromkeys(states.values())
        if counts[state]
    )


def _end_of(name: str) -> str:
    """Return a name shortened in the middle: its number is at its end."""
    return name if len(name) <= _END else f"{name[: _END - 5]}…{name[-4:]}"
