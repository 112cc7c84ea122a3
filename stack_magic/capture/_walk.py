"""What a walk over code found: each thing, by a name that a user would give it."""

from __future__ import annotations

import hashlib
import types
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ._instructions import instructions_text
from ._outside import UNKNOWN, Outside, seeds
from ._shared import shared_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._parts import Part

_SHOWN = (type(None), bool, int, float)
"""Values that are told: a text may be what nobody else should read."""
_FEW = 4
"""Characters of a text's digest that are kept: they tell a change, and confirm no guess."""
_BETWEEN = ("default ", "annotation ", "doc")


class Visit(NamedTuple):
    """One thing that was found.

    Attributes:
        thing: The thing.
        part: What it adds.
        texts: For each name of the part the value as text, None where it is visited itself.
        stamp: The objects that it holds, by which it is known to be unchanged.
        contents: Of these the plain data that can change within itself, with its text then.
    """

    thing: Any
    part: Part
    texts: tuple[str | None, ...]
    stamp: tuple[Any, ...] | None = None
    contents: tuple[tuple[Any, str], ...] = ()


class Walk:
    """All that was found from one thing on.

    Attributes:
        digest: SHA-256 of it all.
        visits: Each thing that was found, the first one is where the walk began.
    """

    def __init__(self, digest: str, visits: tuple[Visit, ...]) -> None:
        self.digest = digest
        self.visits = visits

    @cached_property
    def outside(self) -> tuple[Outside, ...]:
        """What it reads that is neither code nor an argument, each once."""
        return tuple(dict.fromkeys(one for visit in self.visits for one in visit.part.outside))

    @property
    def is_opaque(self) -> bool:
        """Whether something in it could not be read, and counts by its type alone."""
        return any(one.kind == UNKNOWN for one in self.outside)

    @property
    def functions(self) -> Iterator[types.FunctionType]:
        """The functions in it."""
        return (v.thing for v in self.visits if isinstance(v.thing, types.FunctionType))

    @cached_property
    def seeds(self) -> bool:
        """Whether some code in it gives a generator of random numbers its seed."""
        return any(seeds(function) for function in self.functions)

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """What it touches that all threads of the process share, each once."""
        visits = (v for v in self.visits if isinstance(v.thing, types.FunctionType))
        named = (n for v in visits for n in shared_by(v.thing, v.part.outside))
        return tuple(filter(None, dict.fromkeys(named)))

    @cached_property
    def parts(self) -> Mapping[str, str]:
        """For each thing that has a name its kind, and its digest or a number's value."""
        texts: dict[str, list[str]] = {}
        kinds: dict[str, str] = {}
        values: dict[str, str] = {}
        for label, visit in self._labelled():
            own = texts.setdefault(label, [])
            own.append(visit.part.own)
            kinds.setdefault(label, _kind_of(visit.thing))
            is_code = isinstance(visit.thing, types.FunctionType)
            for (name, value), text in zip(visit.part.names, visit.texts, strict=True):
                if text is not None and is_code and not name.startswith(_BETWEEN):
                    shown = f"= {value!r}" if type(value) in _SHOWN else _digest(text)[:_FEW]
                    values[name] = f"{_kind_of(value)} {shown}"
                elif text is not None:
                    own.append(f"{name}={text}")
        digests = {
            label: f"{kinds[label]} {_digest('|'.join(own))}" for label, own in texts.items()
        }
        return {**values, **digests}

    @cached_property
    def definitions(self) -> Mapping[str, Any]:
        """The functions and classes of the notebook and the project, by the same names."""
        kinds = (types.FunctionType, type)
        return {label: v.thing for label, v in self._labelled() if isinstance(v.thing, kinds)}

    @cached_property
    def identity(self) -> Mapping[str, str]:
        """For each thing its digest with what it names, by the same names.

        It is the same in another process that has the same definitions, whichever cell or
        file they are in.
        """
        labels = self._labels()
        for visit in self.visits:  # a module of the project is no part of a name: it goes along
            if isinstance(visit.thing, types.FunctionType | type) and _is_own(visit.part):
                labels[id(visit.thing)] = visit.thing.__qualname__.replace("<locals>.", "")
        texts: dict[str, list[str]] = {}
        for visit in self.visits:
            own = texts.setdefault(labels[id(visit.thing)], [])
            own.append(_own_text(visit))
            pairs = zip(visit.part.names, visit.texts, strict=True)
            own += [f"{name}={text or labels[id(value)]}" for (name, value), text in pairs]
        return {label: _digest("|".join(own)) for label, own in texts.items()}

    def _labelled(self) -> Iterator[tuple[str, Visit]]:
        labels = self._labels()
        return ((labels[id(visit.thing)], visit) for visit in self.visits)

    def _labels(self) -> dict[int, str]:
        """Return for each thing, by its id, the name that a user would give it."""
        labels: dict[int, str] = {}
        for visit in self.visits:
            label = labels.setdefault(id(visit.thing), _name_of(visit.thing) or "it")
            is_code = isinstance(visit.thing, types.FunctionType | types.ModuleType)
            for name, value in visit.part.names:
                named = (
                    name
                    if _is_own(visit.part) and is_code and not name.startswith(_BETWEEN)
                    else label
                )
                labels.setdefault(id(value), _name_of(value) or named)
        return labels


def _is_own(part: Part) -> bool:
    """Whether a part is of the notebook or the project, not of a package."""
    return not part.own.startswith("from ")


def _own_text(visit: Visit) -> str:
    is_code = isinstance(visit.thing, types.FunctionType) and visit.part.own.startswith("code ")
    return instructions_text(visit.thing.__code__) if is_code else visit.part.own


def _kind_of(thing: Any) -> str:
    kinds = {types.FunctionType: "function", type: "class", types.ModuleType: "module"}
    return next((kind for cls, kind in kinds.items() if isinstance(thing, cls)), "value")


def _name_of(thing: Any) -> str:
    """Return the name that a function, class or module has; empty for all else."""
    if isinstance(thing, types.ModuleType):
        return thing.__name__
    if not isinstance(thing, types.FunctionType | type):
        return ""
    name = thing.__qualname__.replace("<locals>.", "")
    return name if thing.__module__ in {"__main__", None} else f"{thing.__module__}.{name}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
