"""A definition together with the names it needs, and one digest of it all."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from ._digest import Digester
from ._installed import is_installed
from ._needs import needs_of, source_of, written

_POSTPONED = 0x1000000  # CO_FUTURE_ANNOTATIONS: annotations are texts


@dataclass(frozen=True)
class Need:
    """One name that a definition reads.

    Attributes:
        name: The name as the definition spells it.
        source: The code that makes it: an import, a definition, a literal or the statement
            that constructs it; None when it cannot be written as source.
        digest: Identifies its value.
    """

    name: str
    source: str | None
    digest: str


@dataclass(frozen=True)
class Captured:
    """The source of a class or function and all it needs.

    Attributes:
        name: The name of the class or function.
        definition: Its own source, decorators included; None when it is lost.
        needs: What it reads, each after what it needs itself.
        digest: SHA-256 of its code with all it reads.
        is_postponed: Whether annotations in it are texts, by `from __future__`.
    """

    name: str
    definition: str | None
    needs: tuple[Need, ...]
    digest: str
    is_postponed: bool

    @property
    def source(self) -> str | None:
        """One runnable text: the needs, then the definition; None if a part is lost."""
        parts = [*(need.source for need in self.needs), self.definition]
        if any(part is None for part in parts):
            return None
        head = ["from __future__ import annotations"] if self.is_postponed else []
        texts = [*head, *(part.rstrip("\n") for part in parts if part)]
        text = "\n\n".join(texts) + "\n"
        return text if _compiles(text) else None


def capture(thing: Any) -> Captured:
    """Return a class or function with everything of the notebook that it needs.

    Names of installed packages are needed as imports; what the notebook or a module
    of the project defines is followed, to any depth, each once. A step, or another
    wrapper of a function, stands for that function.
    """
    root = written(thing)
    digester = Digester()
    digest = digester.digest(root)
    needs = tuple(
        Need(found.name, found.source, digester.digest(found.value)) for found in needs_of(root)
    )
    functions = (f for f in digester.walk(root).functions if not is_installed(f.__module__))
    is_postponed = any(f.__code__.co_flags & _POSTPONED for f in functions)
    return Captured(root.__name__, source_of(root), needs, digest, is_postponed)


def _compiles(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True
