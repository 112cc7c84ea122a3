"""Curves of a metric: drawn, and told in numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from stack_magic.display import MOST_CURVES, Line, Picture, Table, curve_words, draw_curves

from ._records import last_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stack_magic.display import Block

    from ._records import Point

MORE = "the answer's value has all"


def curve_blocks(metric: str, curves: Mapping[str, tuple[Point, ...]]) -> Iterator[Block]:
    """Yield the drawing of a metric's curves, and the same in words and numbers."""
    yield Line(f"{metric} by step")
    drawn = {label: [(p.step, p.value) for p in points] for label, points in curves.items()}
    yield Picture(draw_curves(metric, drawn))
    rows = tuple(_numbers(at, *curve) for at, curve in enumerate(curves.items()))
    columns = ("run", "drawn", "points", "steps", "first", "last", "lowest", "highest")
    yield Table(columns, rows, MORE)


def is_curve(points: tuple[Point, ...]) -> bool:
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
        number_text(first.value),
        number_text(last.value),
        *(f"{number_text(p.value)} at {p.step}" for p in _extremes(finite)),
        *(() if finite else ("none", "none")),
    )


def _extremes(finite: list[Point]) -> tuple[Point, ...]:
    if not finite:
        return ()
    return min(finite, key=lambda p: p.value), max(finite, key=lambda p: p.value)


def number_text(value: float) -> str:
    """Return a metric's value as it is shown: six digits."""
    return f"{value:.6g}"
