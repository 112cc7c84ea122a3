"""One digest of code with all it reads: what the cache compares.

A function counts by its compiled code, which knows no comments and no layout and is
what really runs, also when its file was edited since. What it reads is followed:
functions and classes of the notebook and the project, to any depth, cycles included.
The digest is that of the walk: each thing found, and which of the others it names.
"""

from __future__ import annotations

import hashlib
from typing import Any

from ._literals import literal_text
from ._parts import Part, part_of


class Digester:
    """Computes digests; one instance looks at each thing once.

    Args:
        imports: Whether modules of the project that the code will import may be
            imported for their digest; else they make it opaque.

    Attributes:
        is_opaque: Whether the last digest has a value that could not be read, and
            counts by its type alone.
    """

    def __init__(self, *, imports: bool = False) -> None:
        self.is_opaque = False
        self._imports = imports
        # The thing is kept with its part: its id stays its own.
        self._parts: dict[int, tuple[Any, Part]] = {}
        self._open_sets: set[int] = set()

    def digest(self, thing: Any) -> str:
        """Return the SHA-256 of *thing* with all it reads."""
        text, self.is_opaque = self._walk(thing)
        return text

    def _walk(self, thing: Any) -> tuple[str, bool]:
        places = {id(thing): 0}
        queue = [thing]
        sha = hashlib.sha256()
        is_opaque = False
        for present in queue:  # grows while it is walked
            part = self._part(present)
            is_opaque |= part.is_opaque
            sha.update(f"[{part.own}".encode(errors="surrogatepass"))
            for name, value in part.names:
                text = literal_text(value)
                if text is None:
                    if id(value) not in places:
                        places[id(value)] = len(queue)
                        queue.append(value)
                    text = f"#{places[id(value)]}"
                sha.update(f"|{name}={text}".encode(errors="surrogatepass"))
        return sha.hexdigest(), is_opaque

    def _part(self, thing: Any) -> Part:
        if id(thing) not in self._parts:
            make = self._of_set if type(thing) in {set, frozenset} else self._of_other
            self._parts[id(thing)] = (thing, make(thing))
        return self._parts[id(thing)][1]

    def _of_other(self, thing: Any) -> Part:
        return part_of(thing, imports=self._imports)

    def _of_set(self, members: set[Any]) -> Part:
        """Return a set's part: the same in whatever order Python has its members."""
        name = type(members).__name__
        if id(members) in self._open_sets:
            return Part(f"{name} within itself")
        self._open_sets.add(id(members))
        walked = [self._walk(member) for member in members]
        self._open_sets.discard(id(members))
        digests = ", ".join(sorted(text for text, _ in walked))
        return Part(f"{name}({digests})", is_opaque=any(opaque for _, opaque in walked))
