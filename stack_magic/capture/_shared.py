"""What code touches that all threads of a process share: side by side they disturb each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._outside import ENVIRONMENT, RANDOM, home_of, names_read, seeds
from ._tokens import OTHER

if TYPE_CHECKING:
    import types
    from collections.abc import Iterable, Iterator

    from ._outside import Outside

_GENERATORS = ("random.", "numpy.random.", "torch.")
"""The modules whose functions draw from one generator; others draw from the system's."""
_CALLS = {
    "contextlib": {"chdir", "redirect_stderr", "redirect_stdout"},
    "os": {"chdir", "fchdir", "putenv", "umask", "unsetenv"},
}


def shared_by(function: types.FunctionType, outside: Iterable[Outside]) -> Iterator[str]:
    """Yield what of the process a function touches, in words; some are empty.

    Args:
        function: A function of the notebook or of the project.
        outside: What it reads from outside.
    """
    yield from map(_words_of, outside)
    if seeds(function):
        yield "the seed of a generator"
    for code, chain, value in names_read(function):
        owner, name, _ = home_of(chain, value)
        following = code.tokens[chain.end : chain.end + 1]
        if name in _CALLS.get(owner, ()):
            yield f"{owner}.{name}"
        elif owner == "sys" and not name and following == ((OTHER, "STORE_ATTR"),):
            yield "what sys holds"


def _words_of(one: Outside) -> str:
    if one.kind == ENVIRONMENT:
        return "os.environ"
    return one.name if one.kind == RANDOM and one.name.startswith(_GENERATORS) else ""
