"""Curves over whole steps as SVG: told apart by dashes and marks, colour is an extra."""

from __future__ import annotations

import math
from html import escape
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from ._escape import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Curve = Sequence[tuple[int, float]]

_SIZE = (420, 180)
_LEFT, _TOP, _RIGHT = 72, 10, 16
_AXIS = 24
_ROW = 18
_LABEL = 48
_MARKS = 8
"""How many marks a curve has at most: more would hide its dashes."""

# Each has at least 3:1 against white and against the black of dark themes; a test says so.
_STYLES: tuple[tuple[str, str, str, str], ...] = (
    ("#1a80c4", "solid", "", "circles"),
    ("#c2620c", "dashed", "8 4", "squares"),
    ("#2a8f5b", "dotted", "2 4", "diamonds"),
    ("#b0509a", "dash-dot", "9 3 2 3", "triangles"),
    ("#8a7a12", "solid", "", "crosses"),
    ("#6a6fd0", "dashed", "8 4", "circles"),
    ("#d0465a", "dotted", "2 4", "squares"),
    ("#5f7f8c", "dash-dot", "9 3 2 3", "diamonds"),
)

MOST_CURVES = len(_STYLES)
"""Curves that a drawing can tell apart."""

_SHAPES = {
    "circles": "M{l:g} {y:g}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z",
    "squares": "M{l:g} {t:g}h6v6h-6z",
    "diamonds": "M{x:g} {t:g}l3 3l-3 3l-3 -3z",
    "triangles": "M{x:g} {t:g}l3.5 6h-7z",
    "crosses": "M{l:g} {t:g}l6 6m0 -6l-6 6",
}


class _Scale(NamedTuple):
    """Lays values from *low* to *high* along an axis from *start* to *stop*."""

    low: float
    high: float
    start: float
    stop: float

    def place(self, value: float) -> float:
        # Divided first: the span of two floats may be no float.
        unit = max(abs(self.low), abs(self.high)) or 1.0
        span = self.high / unit - self.low / unit
        share = (value / unit - self.low / unit) / span if span else 0.5
        return self.start + share * (self.stop - self.start)

    @property
    def ticks(self) -> tuple[float, ...]:
        if self.low == self.high:
            return (self.low,)
        return (self.low, self.low / 2 + self.high / 2, self.high)


def curve_words(number: int) -> str:
    """Return how the curve of a number, counted from 0, looks: `dashed, squares`."""
    _, line, _, marks = _STYLES[number % MOST_CURVES]
    return f"{line}, {marks}"


def draw_curves(title: str, curves: Mapping[str, Curve]) -> str:
    """Return an SVG of the first eight *curves*, each with its name in a legend.

    Args:
        title: What is drawn.
        curves: For each name its points (step, value), in any order. What is not finite
            is a gap.
    """
    shown = {
        name: sorted(curve, key=itemgetter(0)) for name, curve in list(curves.items())[:MOST_CURVES]
    }
    finite = [p for curve in shown.values() for p in curve if math.isfinite(p[1])]
    if not finite:
        finite = [(0, 0.0)]
    steps, values = ([point[axis] for point in finite] for axis in (0, 1))
    right, bottom = _LEFT + _SIZE[0], _TOP + _SIZE[1]
    across = _Scale(min(steps), max(steps), _LEFT, right)
    upward = _Scale(min(values), max(values), bottom, _TOP)
    width, height = right + _RIGHT, bottom + _AXIS + _ROW * len(shown) + 8
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    style = 'style="max-width:100%;height:auto;color:inherit"'
    # Text between elements is not drawn: it makes a sentence where tags are taken out.
    legend = ", ".join(_legend(number, name) for number, name in enumerate(shown))
    drawn = "".join(
        _curve(number, curve, across, upward) for number, curve in enumerate(shown.values())
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} {style} '
        f'font-family="sans-serif" font-size="12">'
        f"<title>{_safe(title)} by step</title>: <desc>{_described(shown)}</desc>"
        f"; values {_value_axis(upward, right)}; steps {_step_axis(across, bottom)}; "
        f"{drawn}{legend}</svg>"
    )


def _described(shown: Mapping[str, Curve]) -> str:
    return f"{len(shown)} curve{'s' if len(shown) != 1 else ''}"


def _value_axis(scale: _Scale, right: float) -> str:
    labels = _labels(scale.ticks)
    return ", ".join(
        f'<path d="M{_LEFT} {scale.place(tick):g}H{right:g}" stroke="currentColor" '
        f'stroke-opacity="0.2"/>'
        f'<text x="{_LEFT - 6}" y="{scale.place(tick) + 4:g}" text-anchor="end" '
        f'fill="currentColor">{label}</text>'
        for tick, label in zip(scale.ticks, labels, strict=True)
    )


def _step_axis(scale: _Scale, bottom: float) -> str:
    ticks = dict.fromkeys(int(tick) for tick in scale.ticks)
    return ", ".join(
        f'<text x="{scale.place(tick):g}" y="{bottom + 16:g}" text-anchor="middle" '
        f'fill="currentColor">{tick}</text>'
        for tick in ticks
    )


def _labels(ticks: Sequence[float]) -> list[str]:
    """Return the ticks with as few digits as tell them apart."""
    labels: list[str] = []
    for digits in range(3, 18):
        labels = [f"{tick:.{digits}g}" for tick in ticks]
        if len(set(labels)) == len(labels):
            break
    return labels


def _curve(number: int, curve: Curve, across: _Scale, upward: _Scale) -> str:
    colour, _, dashes, marks = _STYLES[number]
    runs = [
        [(across.place(step), upward.place(value)) for step, value in run]
        for run in _unbroken(curve)
    ]
    path = "".join(_path(_thinned(run)) for run in runs)
    places = [place for run in runs for place in run]
    every = max(1, math.ceil(len(places) / _MARKS))
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.8"{dashed}/>'
        f'<path d="{"".join(_mark(marks, *place) for place in places[::every])}" '
        f'fill="{_filling(marks, colour)}" stroke="{colour}" stroke-width="1.5"/>'
    )


def _unbroken(curve: Curve) -> Iterator[list[tuple[int, float]]]:
    """Yield the parts of a curve between its gaps."""
    run: list[tuple[int, float]] = []
    for point in curve:
        if math.isfinite(point[1]):
            run.append(point)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _thinned(places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return places with, of each pixel across, the ends, the highest and the lowest."""
    columns: dict[int, list[tuple[float, float]]] = {}
    for place in places:
        columns.setdefault(int(place[0]), []).append(place)
    kept: list[tuple[float, float]] = []
    for column in columns.values():
        extremes = sorted(
            (
                min(range(len(column)), key=lambda i: column[i][1]),
                max(range(len(column)), key=lambda i: column[i][1]),
            )
        )
        kept += [column[i] for i in dict.fromkeys((0, *extremes, len(column) - 1))]
    return kept


def _path(places: Sequence[tuple[float, float]]) -> str:
    first, *rest = places
    drawn = "".join(f"L{x:.1f} {y:.1f}" for x, y in rest)
    # A point between two gaps is a dot.
    return f"M{first[0]:.1f} {first[1]:.1f}{drawn or 'h0.5'}"


def _mark(marks: str, x: float, y: float) -> str:
    x, y = round(x, 1), round(y, 1)
    return _SHAPES[marks].format(x=x, y=y, l=x - 3, t=y - 3)


def _filling(marks: str, colour: str) -> str:
    return "none" if marks == "crosses" else colour


def _legend(number: int, name: str) -> str:
    colour, _, dashes, marks = _STYLES[number]
    label = name if len(name) <= _LABEL else f"{name[: _LABEL - 1]}…"
    y = _TOP + _SIZE[1] + _AXIS + _ROW * number + 8
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="M{_LEFT} {y}h36" fill="none" stroke="{colour}" stroke-width="1.8"{dashed}/>'
        f'<path d="{_mark(marks, _LEFT + 18, y)}" fill="{_filling(marks, colour)}" '
        f'stroke="{colour}" stroke-width="1.5"/>'
        f'<text x="{_LEFT + 46}" y="{y + 4}" fill="currentColor">{_safe(label)} '
        f"({curve_words(number)})</text>"
    )


def _safe(text: str) -> str:
    return escape(printable(text))
