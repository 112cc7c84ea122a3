"""A directed acyclic graph as SVG: layers from left to right, no colour carries meaning."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from ._escape import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BOX = (150, 44)
_GAP = (50, 18)
_MARGIN = 8
_LABEL = 20


@dataclass(frozen=True, slots=True)
class _Place:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Bend:
    """Where an edge passes through a layer that it skips."""

    start: str
    end: str
    layer: int


def draw_graph(upstream: Mapping[str, Sequence[str]], captions: Mapping[str, str]) -> str:
    """Return an SVG of the nodes in *upstream*, each with its caption below its name.

    Args:
        upstream: For each node, in a topological order, the nodes before it.
        captions: For each node, a short second line such as `✓ done`.
    """
    layers = _layers(upstream)
    places = _places(upstream, layers)
    width = max((p.x for p in places.values()), default=0) + _BOX[0] + _MARGIN
    height = max((p.y for p in places.values()), default=0) + _BOX[1] + _MARGIN
    edges = "".join(
        _edge([places[stop] for stop in _stops(before, node, layers)])
        for node, befores in upstream.items()
        for before in befores
    )
    # Text between elements is not drawn. Where a notebook is not trusted, the tags are
    # taken out and the text stays: the commas and spaces make it a sentence.
    boxes = ", ".join(_box(places[n], n, captions.get(n, "")) for n in upstream)
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    style = 'style="max-width:100%;height:auto;color:inherit"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} {style} '
        f'font-family="sans-serif" font-size="13">'
        f"<title>Graph of the steps</title>: {edges}{boxes}</svg>"
    )


def _layers(upstream: Mapping[str, Sequence[str]]) -> dict[str, int]:
    layers: dict[str, int] = {}
    for node, befores in upstream.items():
        layers[node] = 1 + max((layers[before] for before in befores), default=-1)
    return layers


def _stops(start: str, end: str, layers: Mapping[str, int]) -> list[str | _Bend]:
    """Return what an edge passes: it goes around the boxes of layers that it skips."""
    between = range(layers[start] + 1, layers[end])
    return [start, *(_Bend(start, end, layer) for layer in between), end]


def _places(
    upstream: Mapping[str, Sequence[str]], layers: Mapping[str, int]
) -> dict[str | _Bend, _Place]:
    bends = [
        stop
        for node, befores in upstream.items()
        for before in befores
        for stop in _stops(before, node, layers)[1:-1]
        if isinstance(stop, _Bend)
    ]
    filled: dict[int, int] = {}
    places: dict[str | _Bend, _Place] = {}
    stops: tuple[str | _Bend, ...] = (*upstream, *bends)
    for stop in stops:
        layer = stop.layer if isinstance(stop, _Bend) else layers[stop]
        row = filled.get(layer, 0)
        filled[layer] = row + 1
        places[stop] = _Place(
            _MARGIN + layer * (_BOX[0] + _GAP[0]),
            _MARGIN + row * (_BOX[1] + _GAP[1]),
        )
    return places


def _edge(stops: Sequence[_Place]) -> str:
    """Return a curve from the right of the first stop to an arrow at the last."""
    path = f"M{stops[0].x + _BOX[0]:g} {stops[0].y + _BOX[1] / 2:g}"
    for start, end in pairwise(stops):
        x1, y1 = start.x + _BOX[0], start.y + _BOX[1] / 2
        x2, y2 = end.x, end.y + _BOX[1] / 2
        middle = (x1 + x2) / 2
        path += f"C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}"
        if end is not stops[-1]:
            path += f"H{x2 + _BOX[0]:g}"
    x, y = stops[-1].x, stops[-1].y + _BOX[1] / 2
    return (
        f'<path d="{path}" fill="none" stroke="currentColor" stroke-opacity="0.55"/>'
        f'<path d="M{x - 7:g} {y - 4:g}L{x:g} {y:g}L{x - 7:g} {y + 4:g}z" '
        f'fill="currentColor" fill-opacity="0.55"/>'
    )


def _box(place: _Place, name: str, caption: str) -> str:
    label = name if len(name) <= _LABEL else f"{name[: _LABEL - 1]}…"
    middle = place.x + _BOX[0] / 2
    return (
        f'<rect x="{place.x:g}" y="{place.y:g}" width="{_BOX[0]}" height="{_BOX[1]}" '
        f'rx="6" fill="currentColor" fill-opacity="0.06" stroke="currentColor" '
        f'stroke-opacity="0.45"/>'
        f'<text x="{middle:g}" y="{place.y + 19:g}" text-anchor="middle" '
        f'font-weight="bold" fill="currentColor">{escape(printable(label))}</text> '
        f'<text x="{middle:g}" y="{place.y + 35:g}" text-anchor="middle" '
        f'font-size="12" fill="currentColor">{escape(printable(caption))}</text>'
    )
