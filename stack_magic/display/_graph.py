"""A directed acyclic graph as SVG: layers from left to right, no colour carries meaning."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from ._escape import printable
from ._standing import layers_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ._boxes import Box, Boxes

_BOX = (150, 44)
_GAP = (50, 18)
_MARGIN = 8
_LINE = 16
_LABEL = 20
_CAPTION = 22
_PASSAGE = 14


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
    height = _BOX[1]
    places, ways = _placed(upstream, height, height)
    edges = "".join(_line(_curve(way, height)) + _tip(_arrow(way, height)) for way in ways)
    boxes = ", ".join(_box(places[n], n, captions.get(n, "")) for n in upstream)
    return _svg(places, (height, height), edges, boxes)


def draw_boxes(graph: Boxes, captions: Mapping[str, Sequence[str]]) -> str:
    """Return an SVG of boxes, those of several steps as a pile, with lines below their names.

    Args:
        graph: The boxes and their order.
        captions: For each box, by its first member, lines such as `98 ✓ done`.
    """
    height = _BOX[1] + _LINE * (max(map(len, captions.values())) - 1)
    places, ways = _placed(graph.upstream, height, _PASSAGE)
    # All in one path: there may be many, and the page is to stay small.
    edges = _line("".join(_curve(way, height) for way in ways))
    edges += _tip("".join(_arrow(way, height) for way in ways))
    boxes = ", ".join(
        _pile(places[first], height, box, captions[first]) for first, box in graph.boxes.items()
    )
    return _svg(places, (height, _PASSAGE), edges if ways else "", boxes)


def _svg(
    places: Mapping[str | _Bend, _Place], heights: tuple[float, float], edges: str, boxes: str
) -> str:
    box, bend = heights
    bottoms = (
        p.y + (box + bend) / 2 if isinstance(stop, _Bend) else p.y + box
        for stop, p in places.items()
    )
    width = max((p.x for p in places.values()), default=0) + _BOX[0] + _MARGIN
    height = max(bottoms, default=box) + _MARGIN
    # Text between elements is not drawn. Where a notebook is not trusted, the tags are
    # taken out and the text stays: the commas and spaces make it a sentence.
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    style = 'style="max-width:100%;height:auto;color:inherit"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} {style} '
        f'font-family="sans-serif" font-size="13">'
        f"<title>Graph of the steps</title>: {edges}{boxes}</svg>"
    )


def _placed(
    upstream: Mapping[str, Sequence[str]], box: float, bend: float
) -> tuple[dict[str | _Bend, _Place], list[list[_Place]]]:
    """Return where each node is, and what each edge passes, for boxes and bends so high."""
    layers = layers_of(upstream)
    places = _places(upstream, layers, box, bend)
    ways = [
        [places[stop] for stop in _stops(before, node, layers)]
        for node, befores in upstream.items()
        for before in befores
    ]
    return places, ways


def _stops(start: str, end: str, layers: Mapping[str, int]) -> list[str | _Bend]:
    """Return what an edge passes: it goes around the boxes of layers that it skips."""
    between = range(layers[start] + 1, layers[end])
    return [start, *(_Bend(start, end, layer) for layer in between), end]


def _places(
    upstream: Mapping[str, Sequence[str]], layers: Mapping[str, int], box: float, bend: float
) -> dict[str | _Bend, _Place]:
    bends = [
        stop
        for node, befores in upstream.items()
        for before in befores
        for stop in _stops(before, node, layers)[1:-1]
        if isinstance(stop, _Bend)
    ]
    filled: dict[int, float] = {}
    places: dict[str | _Bend, _Place] = {}
    stops: tuple[str | _Bend, ...] = (*upstream, *bends)
    for stop in stops:
        layer, height = (stop.layer, bend) if isinstance(stop, _Bend) else (layers[stop], box)
        top = filled.get(layer, _MARGIN)
        filled[layer] = top + height + _GAP[1]
        # An edge passes a bend at half the height of a box below its place.
        places[stop] = _Place(_MARGIN + layer * (_BOX[0] + _GAP[0]), top - (box - height) / 2)
    return places


def _curve(stops: Sequence[_Place], height: float) -> str:
    """Return a curve from the right of the first stop to the left of the last."""
    path = f"M{stops[0].x + _BOX[0]:g} {stops[0].y + height / 2:g}"
    for start, end in pairwise(stops):
        x1, y1 = start.x + _BOX[0], start.y + height / 2
        x2, y2 = end.x, end.y + height / 2
        middle = (x1 + x2) / 2
        path += f"C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}"
        if end is not stops[-1]:
            path += f"H{x2 + _BOX[0]:g}"
    return path


def _arrow(stops: Sequence[_Place], height: float) -> str:
    x, y = stops[-1].x, stops[-1].y + height / 2
    return f"M{x - 7:g} {y - 4:g}L{x:g} {y:g}L{x - 7:g} {y + 4:g}z"


def _line(path: str) -> str:
    return f'<path d="{path}" fill="none" stroke="currentColor" stroke-opacity="0.55"/>'


def _tip(path: str) -> str:
    return f'<path d="{path}" fill="currentColor" fill-opacity="0.55"/>'


def _box(place: _Place, name: str, caption: str) -> str:
    return (
        f"{_frame(place, _BOX[1])}{_name(place, _cut(name, _LABEL))} {_caption(place, 0, caption)}"
    )


def _pile(place: _Place, height: float, box: Box, lines: Sequence[str]) -> str:
    """Return a box; one of several steps has the edges of others behind it."""
    label = _cut(box.name, _LABEL - len(box.count)) + box.count
    captions = ", ".join(
        _caption(place, at, _cut(line, _CAPTION)) for at, line in enumerate(lines) if line
    )
    behind = _behind(place, height) if len(box.members) > 1 else ""
    return f"{behind}{_frame(place, height)}{_name(place, label)} {captions}"


def _behind(place: _Place, height: float) -> str:
    sheets = (
        f"M{place.x + 4 * n:g} {place.y - 4 * n + 4:g}v-4h{_BOX[0]}v{height:g}h-4" for n in (1, 2)
    )
    return f'<path d="{"".join(sheets)}" fill="none" stroke="currentColor" stroke-opacity="0.45"/>'


def _frame(place: _Place, height: float) -> str:
    return (
        f'<rect x="{place.x:g}" y="{place.y:g}" width="{_BOX[0]}" height="{height:g}" '
        f'rx="6" fill="currentColor" fill-opacity="0.06" stroke="currentColor" '
        f'stroke-opacity="0.45"/>'
    )


def _name(place: _Place, label: str) -> str:
    return (
        f'<text x="{place.x + _BOX[0] / 2:g}" y="{place.y + 19:g}" text-anchor="middle" '
        f'font-weight="bold" fill="currentColor">{escape(printable(label))}</text>'
    )


def _caption(place: _Place, at: int, text: str) -> str:
    return (
        f'<text x="{place.x + _BOX[0] / 2:g}" y="{place.y + 35 + at * _LINE:g}" '
        f'text-anchor="middle" font-size="12" '
        f'fill="currentColor">{escape(printable(text))}</text>'
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
