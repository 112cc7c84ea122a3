"""How large a configuration may be: past these, a kernel or a browser would suffer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_VALUE = 64 * 1024
MAX_ENTRIES = 10_000
MAX_DEPTH = 32


def broken_limit(value: Any) -> str | None:
    """Return why *value* is too large or cyclic, or None when it is fine."""
    entries = 0
    characters = 0
    path: list[tuple[int, Iterator[Any]]] = [(0, iter((value,)))]
    while path:
        try:
            item = next(path[-1][1])
        except StopIteration:
            path.pop()
            continue
        entries += 1
        characters += _characters(item)
        if isinstance(item, dict | list | tuple | set | frozenset):
            if any(identity == id(item) for identity, _ in path):
                return "it contains itself: a cycle cannot be a value"
            path.append((id(item), iter(item.values() if isinstance(item, dict) else item)))
        reason = _over(entries, characters, len(path), item)
        if reason:
            return reason
    return None


def _characters(item: Any) -> int:
    """Return the length of a text, or of a mapping's keys."""
    if isinstance(item, dict):
        return sum(len(key) for key in item if isinstance(key, str | bytes))
    return len(item) if isinstance(item, str | bytes) else 0


def _over(entries: int, characters: int, depth: int, item: Any) -> str | None:
    is_collection = isinstance(item, dict | list | tuple | set | frozenset)
    if is_collection and len(item) > MAX_ENTRIES:
        return f"it has {len(item)} entries, the limit is {MAX_ENTRIES}"
    if characters > MAX_VALUE:
        return f"it is larger than the limit of {MAX_VALUE} characters"
    if entries > MAX_ENTRIES:
        return f"it has more entries than the limit of {MAX_ENTRIES}"
    if depth > MAX_DEPTH:
        return f"it is nested deeper than the limit of {MAX_DEPTH} levels"
    return None
