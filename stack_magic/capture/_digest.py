"""One walk over code with all that it reads, and its digest.

A function counts by its compiled code, which knows no comments and no layout and is
what really runs, also when its file was edited since. What it reads is followed:
functions and classes of the notebook and the project, to any depth, cycles included.
The digest is that of the walk: each thing found, and which of the others it names.
"""

from __future__ import annotations

import hashlib
from types import FunctionType
from typing import Any

from ._class_members import subclasses_of
from ._installed import is_installed
from ._literals import literal_text
from ._parts import Part, part_of
from ._unchanged import KnownWalks, contents_of, stamp_of
from ._walk import Visit, Walk

_KNOWN = KnownWalks()


class Digester:
    """Walks; one instance looks at each thing once.

    Args:
        imports: Whether modules of the project that the code will import may be
            imported for their digest; else they make it opaque.
    """

    def __init__(self, *, imports: bool = False) -> None:
        self._imports = imports
        # The thing is kept with its part: its id stays its own.
        self._parts: dict[int, tuple[Any, Part]] = {}
        self._open_sets: set[int] = set()
        self._with_subclasses = False

    def digest(self, thing: Any) -> str:
        """Return the SHA-256 of *thing* with all it reads."""
        return self.walk(thing).digest

    def walk(self, thing: Any) -> Walk:
        """Return all that is found from *thing* on; what has not changed is not walked again."""
        if not isinstance(thing, FunctionType):
            return self._walked(thing)
        walk = _KNOWN.get(thing)
        if walk is None:
            walk = self._walked(thing)
            _KNOWN.keep(thing, walk)
        return walk

    def _walked(self, thing: Any) -> Walk:
        walk = self._walk(thing)
        if not any(visit.part.asks_subclasses for visit in walk.visits):
            return walk
        # Apart from this one: other code does not ask, and does not change with them.
        asking = Digester(imports=self._imports)
        asking._with_subclasses = True
        return asking._walk(thing)

    def _walk(self, thing: Any) -> Walk:
        places = {id(thing): 0}
        queue = [thing]
        sha = hashlib.sha256()
        visits: list[Visit] = []
        for present in queue:  # grows while it is walked
            part = self._part(present)
            texts: list[str | None] = []
            own = [f"[{part.own}"]
            for name, value in part.names:
                text = literal_text(value)
                texts.append(text)
                if text is None:
                    if id(value) not in places:
                        places[id(value)] = len(queue)
                        queue.append(value)
                    text = f"#{places[id(value)]}"
                own.append(f"{name}={text}")
            sha.update("|".join(own).encode(errors="surrogatepass"))
            stamp, contents = stamp_of(present, part), contents_of(part, texts)
            visits.append(Visit(present, part, tuple(texts), stamp, contents))
        return Walk(sha.hexdigest(), tuple(visits))

    def _part(self, thing: Any) -> Part:
        if id(thing) not in self._parts:
            make = self._of_set if type(thing) in {set, frozenset} else self._of_other
            self._parts[id(thing)] = (thing, make(thing))
        return self._parts[id(thing)][1]

    def _of_other(self, thing: Any) -> Part:
        part = part_of(thing, imports=self._imports)
        if self._with_subclasses and isinstance(thing, type) and not is_installed(thing.__module__):
            return part._replace(names=(*part.names, *subclasses_of(thing)))
        return part

    def _of_set(self, members: set[Any]) -> Part:
        """Return a set's part: the same in whatever order Python has its members."""
        name = type(members).__name__
        if id(members) in self._open_sets:
            return Part(f"{name} within itself")
        self._open_sets.add(id(members))
        walked = [self._walk(member) for member in members]
        self._open_sets.discard(id(members))
        digests = ", ".join(sorted(walk.digest for walk in walked))
        return Part(
            f"{name}({digests})",
            outside=tuple(one for walk in walked for one in walk.outside),
            places=tuple(p for walk in walked for v in walk.visits for p in v.part.places),
            asks_subclasses=any(v.part.asks_subclasses for walk in walked for v in walk.visits),
        )
