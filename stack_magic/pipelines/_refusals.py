"""Why a step is not cached, and what it reads that does not count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.capture import Digester

from ._reasons import CONTEXT, ENVIRONMENT, NOTES, SOME_FILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stack_magic.capture import Outside, Walk

    from ._graph import Node
    from ._policy import CachePolicy


def unread_parameters(node: Node) -> Iterator[str]:
    """Yield the parameters that cannot be read as data: two of them might look the same."""
    for name, value in node.parameters.items():
        walk = Digester().walk(value)
        if walk.is_opaque:
            yield f"parameter {name!r} ({type(value).__name__}) cannot be read as data"
    if Digester().walk(node.arguments.plain).is_opaque:
        yield "a key of a dict of outputs cannot be read as data"


def unknown_reads(outside: Iterable[Outside], policy: CachePolicy, *, knows: bool) -> Iterator[str]:
    """Yield what is read, and that no policy says by what it is known."""
    if knows:
        return
    is_known = policy.cache_func is not None or policy.expires_after is not None
    for kind, name in outside:
        if kind == "environment" and name not in policy.environment and not is_known:
            yield f"{ENVIRONMENT}: {name}" if name else ENVIRONMENT
        elif kind == "context" and not is_known:
            yield f"{CONTEXT}: {name}"
        elif kind == "some file" and not (is_known or policy.file_dependencies):
            yield f"{SOME_FILES}: {name}()"
        elif kind == "unknown" and not (is_known or policy.source_dependencies):
            yield name


def uncounted_reads(walk: Walk) -> tuple[str, ...]:
    """Return what code reads that does not count: the clock, random numbers."""
    kinds = {kind for kind, _ in walk.outside}
    if walk.seeds:
        kinds -= {"random"}
    return tuple(text for kind, text in NOTES.items() if kind in kinds)
