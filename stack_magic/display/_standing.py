"""How the nodes of a graph stand: in which layer, after what, before what."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence


def layers_of(upstream: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return for each node the length of the longest way to it."""
    layers: dict[str, int] = {}
    for node, befores in upstream.items():
        layers[node] = 1 + max((layers[before] for before in befores), default=-1)
    return layers


def called_alike(names: Iterable[str]) -> dict[str, str]:
    """Return for each name the one that it is a further call of: `fit` for `fit_2`."""
    known = dict.fromkeys(names)
    return {name: _first_call(name, known) for name in known}


def _first_call(name: str, known: Mapping[str, None]) -> str:
    stem, _, number = name.rpartition("_")
    is_further = stem in known and number.isdecimal() and number.lstrip("0") == number != "1"
    return stem if is_further else name


def standings(
    upstream: Mapping[str, Sequence[str]], kinds: Mapping[str, str], layers: Mapping[str, int]
) -> Iterator[dict[str, int]]:
    """Yield for each node the number of those that it stands like: ever more in one.

    Those of one number are all in one layer.
    """
    forward, backward = _seen_from(upstream, kinds)
    yield _numbered({node: (forward[node], backward[node]) for node in upstream})
    yield forward
    yield _numbered({node: (kinds[node], layers[node]) for node in upstream})
    forward, backward = _seen_from(upstream, dict.fromkeys(upstream, ""))
    yield _numbered({node: (forward[node], backward[node]) for node in upstream})
    yield dict(layers)


def _seen_from(
    upstream: Mapping[str, Sequence[str]], kinds: Mapping[str, str]
) -> tuple[dict[str, int], dict[str, int]]:
    """Return numbers by what is before a node, all the way, and by what is after it."""
    downstream: dict[str, list[str]] = {node: [] for node in reversed(list(upstream))}
    for node, befores in upstream.items():
        for before in befores:
            downstream[before].append(node)
    return _seen(upstream, kinds), _seen(downstream, kinds)


def _seen(neighbours: Mapping[str, Sequence[str]], kinds: Mapping[str, str]) -> dict[str, int]:
    numbers: dict[Hashable, int] = {}
    seen: dict[str, int] = {}
    for node, others in neighbours.items():
        key = (kinds[node], frozenset(seen[other] for other in others))
        seen[node] = numbers.setdefault(key, len(numbers))
    return seen


def _numbered(keys: Mapping[str, Hashable]) -> dict[str, int]:
    numbers: dict[Hashable, int] = {}
    return {node: numbers.setdefault(key, len(numbers)) for node, key in keys.items()}
