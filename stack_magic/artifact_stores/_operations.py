"""The door of the 13 operations: whatever calls one, it is given full paths below the root.

So a store that is written as ZenML's documentation shows, over the paths that it is
given, keeps its files below its `path`.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._paths import Root

_ONE, _TWO = ("path",), ("src", "dst")

PATHS: dict[str, tuple[str, ...]] = {
    "open": ("name",),
    "copyfile": _TWO,
    "exists": _ONE,
    "glob": ("pattern",),
    "isdir": _ONE,
    "listdir": _ONE,
    "makedirs": _ONE,
    "mkdir": _ONE,
    "remove": _ONE,
    "rename": _TWO,
    "rmtree": _ONE,
    "stat": _ONE,
    "walk": ("top",),
}
"""The operations, and which of their parameters are paths: the first ones."""


def with_full_paths(name: str, operation: Callable[..., Any], root: Root) -> Callable[..., Any]:
    """Return *operation* of a store, as it can be called with keys, bytes and path objects."""
    names = PATHS[name]

    @wraps(operation)
    def called(*args: Any, **kwargs: Any) -> Any:
        # By position: a flavor may call its parameters as it likes.
        named = [kwargs.pop(word) for word in names[len(args) :] if word in kwargs]
        paths = [root.full(path) for path in [*args[: len(names)], *named]]
        return operation(*paths, *args[len(names) :], **kwargs)

    return called
