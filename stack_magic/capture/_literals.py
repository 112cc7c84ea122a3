"""Plain data as text that is the same in every process."""

from __future__ import annotations

import ast
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_ATOMS = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis))
_CONTAINERS = (list, tuple, dict, set, frozenset)


def literal_text(value: Any, depth: int = 20) -> str | None:
    """Return plain data as text, the same in every process; None for all else."""
    kind = type(value)
    if kind in _ATOMS:
        return hex(value) if kind is int else repr(value)  # repr has a limit of digits
    if kind not in _CONTAINERS or depth == 0:
        return None
    members = chain.from_iterable(value.items()) if kind is dict else value
    texts = []
    for member in members:
        text = literal_text(member, depth - 1)
        if text is None:
            return None
        texts.append(text)
    if kind in {set, frozenset}:
        texts.sort()
    return f"{kind.__name__}({', '.join(texts)})"


def texts_of(value: Any, depth: int = 20) -> Iterator[str]:
    """Yield the texts in plain data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, _CONTAINERS) and depth:
        for member in chain(value, value.values()) if isinstance(value, dict) else value:
            yield from texts_of(member, depth - 1)


def is_literal(value: Any) -> bool:
    """Whether the repr of plain data is read back as the same."""
    text = literal_text(value)
    try:
        return text is not None and literal_text(ast.literal_eval(repr(value))) == text
    except (ValueError, SyntaxError):  # `inf`, `set()`
        return False


def changeable_in(value: Any) -> Iterator[Any]:
    """Yield what plain data is made of and that can be changed, itself first."""
    if isinstance(value, list | dict | set):
        yield value
    if isinstance(value, _CONTAINERS):
        for member in (*value, *value.values()) if isinstance(value, dict) else value:
            yield from changeable_in(member)
