"""Runs side by side: params that differ, last values, curves."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stack_magic.display import (
    MOST_CURVES,
    Document,
    Line,
    Picture,
    Shown,
    Table,
    Title,
    curve_words,
    draw_curves,
)

from ._records import last_of, shown_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stack_magic.display import Block

    from ._records import Point, TrackedRun

MOST_COLUMNS = 8
_CELL = 40
_MORE = "the answer's value has all"


@dataclass(frozen=True, repr=False)
class RunComparison(Shown):
    """Runs side by side.

    Attributes:
        runs: The newest first.
        metrics: Names of those that are shown; all when empty.
    """

    runs: tuple[TrackedRun, ...]
    metrics: tuple[str, ...] = ()

    def document(self) -> Document:
        """Return a table of all, then for each metric with a curve a plot and its numbers."""
        if not self.runs:
            return Document((Line("no runs are tracked"),))
        return Document((Title("Runs, the newest first"), *self._table(), *self._plots()))

    def _shown(self) -> list[str]:
        names = (name for run in reversed(self.runs) for name in run.metrics)
        return list(dict.fromkeys(self.metrics or names))

    def _table(self) -> Iterator[Block]:
        same, differing = self._params()
        params, metrics = differing[:MOST_COLUMNS], self._shown()
        columns = [self._values(metric) for metric in metrics[:MOST_COLUMNS]]
        rows = tuple(
            (
                label,
                *(_cut(_param(run, name)) for name in params),
                *(column[at] for column in columns),
            )
            for at, (label, run) in enumerate(zip(self.labels(), self.runs, strict=True))
        )
        yield Table(("run", *params, *metrics[:MOST_COLUMNS]), rows, _MORE)
        if same:
            what = "same in all runs" if len(self.runs) > 1 else "params"
            pairs = (f"{name}={_cut(value)}" for name, value in same.items())
            yield Line(f"{what}: {', '.join(pairs)}")
        if len(differing) > MOST_COLUMNS:
            yield Line(f"these params differ too: {', '.join(differing[MOST_COLUMNS:])}")
        if len(metrics) > MOST_COLUMNS:
            rest = ", ".join(metrics[MOST_COLUMNS:])
            yield Line(f"there are more metrics, which --metric=NAME shows: {rest}")

    def _plots(self) -> Iterator[Block]:
        labels = self.labels()
        for metric in self._shown()[:MOST_COLUMNS]:
            curves = {
                label: run.metrics[metric]
                for label, run in zip(labels, self.runs, strict=True)
                if run.metrics.get(metric)
            }
            if any(_is_curve(points) for points in curves.values()):
                yield from _plot(metric, curves)

    def labels(self) -> list[str]:
        """Return what each run is called; of several that are called alike, a number too."""
        seen: Counter[str] = Counter()
        labels: list[str] = []
        for run in reversed(self.runs):
            seen[run.label] += 1
            number = f" ({seen[run.label]})" if seen[run.label] > 1 else ""
            labels.append(run.label + number)
        return labels[::-1]

    def _params(self) -> tuple[dict[str, str], list[str]]:
        """Return the params that are the same, with their values, and the others.

        A step that never logs a param does not make it differ.
        """
        same: dict[str, str] = {}
        differing: list[str] = []
        for name in dict.fromkeys(name for run in reversed(self.runs) for name in run.params):
            steps = {run.step for run in self.runs if name in run.params}
            values = {_param(run, name) for run in self.runs if run.step in steps}
            if len(values) == 1:
                same[name] = values.pop()
            else:
                differing.append(name)
        return same, differing

    def _values(self, metric: str) -> list[str]:
        """Return for each run the metric's last value; the lowest and highest say so."""
        last = [last_of(run.metrics.get(metric, ())) for run in self.runs]
        finite = [p.value for p in last if p is not None and math.isfinite(p.value)]
        differ = len(set(finite)) > 1
        marks = {min(finite): " lowest", max(finite): " highest"} if differ else {}
        return ["" if p is None else _number(p.value) + marks.get(p.value, "") for p in last]


def _plot(metric: str, curves: Mapping[str, tuple[Point, ...]]) -> Iterator[Block]:
    """Yield the drawing of a metric's curves, and the same in words and numbers."""
    yield Line(f"{metric} by step")
    drawn = {label: [(p.step, p.value) for p in points] for label, points in curves.items()}
    yield Picture(draw_curves(metric, drawn))
    rows = tuple(_numbers(at, *curve) for at, curve in enumerate(curves.items()))
    columns = ("run", "drawn", "points", "steps", "first", "last", "lowest", "highest")
    yield Table(columns, rows, _MORE)


def _is_curve(points: tuple[Point, ...]) -> bool:
    return len({point.step for point in points if math.isfinite(point.value)}) > 1


def _numbers(at: int, label: str, points: tuple[Point, ...]) -> tuple[str, ...]:
    """Return a curve in words and numbers: what its drawing shows."""
    finite = [point for point in points if math.isfinite(point.value)]
    first, last = min(points, key=lambda p: p.step), last_of(points) or points[0]
    odd = len(points) - len(finite)
    return (
        label,
        curve_words(at) if at < MOST_CURVES else "not drawn",
        f"{len(points)}, {odd} not finite" if odd else str(len(points)),
        f"{first.step} to {last.step}",
        _number(first.value),
        _number(last.value),
        *(f"{_number(p.value)} at {p.step}" for p in _extremes(finite)),
        *(() if finite else ("none", "none")),
    )


def _extremes(finite: list[Point]) -> tuple[Point, ...]:
    if not finite:
        return ()
    return min(finite, key=lambda p: p.value), max(finite, key=lambda p: p.value)


def _number(value: float) -> str:
    """Return a metric's value as it is shown: six digits."""
    return f"{value:.6g}"


def _param(run: TrackedRun, name: str) -> str:
    """Return a param's value on one line; empty where the run has none."""
    return " ".join(shown_value(run.params[name]).split()) if name in run.params else ""


def _cut(text: str) -> str:
    return text if len(text) <= _CELL else f"{text[: _CELL - 1]}…"
