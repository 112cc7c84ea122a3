"""The steps of a graph in few boxes: those that stand alike share one."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._standing import layers_of, standings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_STEPS = 60
"""Steps that are drawn one by one."""

_MOST_BOXES = 30
_MOST_LAYERS = 8
_MOST_LINES = 200
"""Pieces of edges, one for each layer that an edge passes, in a graph that is not folded."""
_MOST_FOLDED_LINES = 80
_BANDS = (8, 4)


@dataclass(frozen=True, slots=True)
class Box:
    """What one box stands for.

    Attributes:
        members: Its steps, in the order of the graph.
        kind: What the step is called of which they all are calls; empty for several.
        layers: In how many layers of the graph they are.
    """

    members: tuple[str, ...]
    kind: str
    layers: int = 1

    @property
    def name(self) -> str:
        """What the box is called, without the number of its members."""
        return self.kind if self.count else self.members[0]

    @property
    def count(self) -> str:
        """What stands behind the name: the number of members, if there are several."""
        if len(self.members) == 1:
            return ""
        return f" × {len(self.members)}" if self.kind else f"{len(self.members)} steps"

    @property
    def label(self) -> str:
        """Name and number: `fit × 100`, `125 steps`."""
        return self.name + self.count

    @property
    def order(self) -> str:
        """How the members follow each other; empty if none follows another."""
        if self.layers == 1:
            return ""
        alone = self.layers == len(self.members)
        return "one after another" if alone else f"in {self.layers} layers"


@dataclass(frozen=True, slots=True)
class Boxes:
    """A graph of boxes.

    Attributes:
        upstream: For each box, by its first member, the boxes before it.
        boxes: What each is, by its first member; in a topological order.
    """

    upstream: Mapping[str, tuple[str, ...]]
    boxes: Mapping[str, Box]

    def ranges(self) -> dict[str, tuple[str, str]]:
        """Return the first and the last step of boxes that their labels do not tell apart."""
        labels = Counter(box.label for box in self.boxes.values())
        return {
            first: (box.members[0], box.members[-1])
            for first, box in self.boxes.items()
            if len(box.members) > 1 and (labels[box.label] > 1 or not box.kind)
        }


def is_large(upstream: Mapping[str, Sequence[str]]) -> bool:
    """Whether a graph is too large to draw each step and each edge."""
    return len(upstream) > MOST_STEPS or _lines(upstream) > _MOST_LINES


def folded(upstream: Mapping[str, Sequence[str]], kinds: Mapping[str, str]) -> Boxes:
    """Return *upstream* in few boxes: the first way to put steps together that is enough."""
    layers = layers_of(upstream)
    for numbers in _ways(upstream, kinds, layers):
        boxes = _boxes(upstream, kinds, layers, numbers)
        if _fits(boxes.upstream, _MOST_FOLDED_LINES):
            return boxes
        if len(boxes.boxes) <= _MOST_BOXES:
            plainer = Boxes(_without_detours(boxes.upstream), boxes.boxes)
            if _fits(plainer.upstream, _MOST_FOLDED_LINES):
                return plainer
    message = f"{len(upstream)} steps in {max(layers.values()) + 1} layers cannot be folded"
    raise AssertionError(message)


def _ways(
    upstream: Mapping[str, Sequence[str]], kinds: Mapping[str, str], layers: Mapping[str, int]
) -> Iterator[dict[str, int]]:
    """Yield numbers for all steps, the same for those in one box."""
    all_standings = list(standings(upstream, kinds, layers))
    yield from all_standings
    for numbers in all_standings:
        yield _joined(numbers, _in_a_row(upstream, kinds, numbers))
    for bands in _BANDS:
        for numbers in all_standings:
            yield _joined(numbers, _in_a_band(upstream, layers, bands))


def _in_a_row(
    upstream: Mapping[str, Sequence[str]], kinds: Mapping[str, str], numbers: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    """Yield pairs of calls of one step of which one follows the other, and nothing else."""
    followers: dict[str, list[str]] = defaultdict(list)
    sizes: dict[int, int] = defaultdict(int)
    for node, befores in upstream.items():
        sizes[numbers[node]] += 1
        for before in befores:
            followers[before].append(node)
    for node, befores in upstream.items():
        if len(befores) == 1 and followers[befores[0]] == [node]:
            before = befores[0]
            is_alone = sizes[numbers[node]] == sizes[numbers[before]] == 1
            if is_alone and kinds[node] == kinds[before]:
                yield before, node


def _in_a_band(
    upstream: Mapping[str, Sequence[str]], layers: Mapping[str, int], bands: int
) -> Iterator[tuple[str, str]]:
    """Yield pairs of steps with an edge between them in one of so many bands of layers."""
    height = max(layers.values()) + 1
    for node, befores in upstream.items():
        for before in befores:
            if layers[node] * bands // height == layers[before] * bands // height:
                yield before, node


def _joined(numbers: Mapping[str, int], pairs: Iterator[tuple[str, str]]) -> dict[str, int]:
    """Return *numbers* in which those of each pair, and all like them, are one."""
    roots: dict[int, int] = {}

    def root(number: int) -> int:
        while roots.get(number, number) != number:
            roots[number] = number = roots.get(roots[number], roots[number])
        return number

    for one, other in pairs:
        first, second = root(numbers[one]), root(numbers[other])
        roots[second] = first
    return {node: root(number) for node, number in numbers.items()}


def _boxes(
    upstream: Mapping[str, Sequence[str]],
    kinds: Mapping[str, str],
    layers: Mapping[str, int],
    numbers: Mapping[str, int],
) -> Boxes:
    members: dict[int, list[str]] = defaultdict(list)
    for node in upstream:
        members[numbers[node]].append(node)
    # An edge leads to a box whose first layer is a later one.
    ordered = sorted(members, key=lambda number: min(layers[n] for n in members[number]))
    firsts = {number: members[number][0] for number in ordered}
    befores: dict[int, dict[str, None]] = {number: {} for number in ordered}
    for node, before_all in upstream.items():
        own = befores[numbers[node]]
        own.update((firsts[numbers[b]], None) for b in before_all if numbers[b] != numbers[node])
    return Boxes(
        {firsts[number]: tuple(befores[number]) for number in ordered},
        {firsts[number]: _box(members[number], kinds, layers) for number in ordered},
    )


def _box(members: Sequence[str], kinds: Mapping[str, str], layers: Mapping[str, int]) -> Box:
    different = {kinds[member] for member in members}
    kind = different.pop() if len(different) == 1 else ""
    return Box(tuple(members), kind, len({layers[member] for member in members}))


def _fits(upstream: Mapping[str, Sequence[str]], lines: int) -> bool:
    if len(upstream) > _MOST_BOXES:
        return False
    return max(layers_of(upstream).values()) < _MOST_LAYERS and _lines(upstream) <= lines


def _lines(upstream: Mapping[str, Sequence[str]]) -> int:
    layers = layers_of(upstream)
    return sum(layers[n] - layers[b] for n, befores in upstream.items() for b in befores)


def _without_detours(upstream: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the graph without edges between boxes that others already put in order."""
    reached: dict[str, set[str]] = {}
    for node, befores in upstream.items():
        reached[node] = set(befores).union(*(reached[before] for before in befores))
    return {
        node: tuple(
            b for b in befores if not any(b in reached[other] for other in befores if other != b)
        )
        for node, befores in upstream.items()
    }
