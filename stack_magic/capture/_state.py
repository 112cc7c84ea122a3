"""What an object holds: by its attributes, or by its pickle where those do not tell."""

from __future__ import annotations

import hashlib
import io
import pickle
import threading
import types
from typing import Any

from ._installed import is_installed

_HEAP_TYPE = 1 << 9
"""The flag of classes that a class statement made."""

_TEXTS = (int, float, complex, str, bytes)
_CONTAINERS: tuple[type[Any], ...] = (list, tuple, dict, set, frozenset)
_WALKED = (
    types.FunctionType,
    types.MappingProxyType,
    types.ModuleType,
    set,
    frozenset,
    type(threading.Lock()),
    type(threading.RLock()),
)


def state_of(thing: Any) -> tuple[list[tuple[str, Any]], bool]:
    """Return what an object of the user's class holds, and whether there may be more."""
    plain: Any = thing  # a checker takes it for one of the classes asked about below
    names: list[tuple[str, Any]] = []
    if hasattr(thing, "__dict__"):
        names.append(("state", dict(vars(thing))))
    kind = type(thing)
    for base in kind.__mro__:
        for slot in _slots_of(base):
            names.extend((slot, m) for m in _read(base, slot, thing))
    if isinstance(thing, _TEXTS):
        names.append(("value", plain.__getnewargs__()))
    for container in _CONTAINERS:
        if isinstance(thing, container):
            held: Any = dict.items(plain) if container is dict else container.__iter__(plain)
            names.append(("members", container(held)))
    return names, _holds_more(kind)


def _slots_of(base: type) -> tuple[str, ...]:
    slots = vars(base).get("__slots__", ())
    named = (slots,) if isinstance(slots, str) else tuple(slots)
    return tuple(name for name in named if name not in {"__dict__", "__weakref__"})


def _read(base: type, slot: str, thing: Any) -> list[Any]:
    is_private = slot.startswith("__") and not slot.endswith("__")
    name = f"_{base.__name__.lstrip('_')}{slot}" if is_private else slot
    try:
        return [object.__getattribute__(thing, name)]
    except AttributeError:
        return []


def _holds_more(kind: type) -> bool:
    """Whether a class of C is below, or the class says itself how it is written."""
    known = {object, *_TEXTS, *_CONTAINERS, bool}
    if any(not base.__flags__ & _HEAP_TYPE and base not in known for base in kind.__mro__):
        return True
    written = (base for base in kind.__mro__ if not is_installed(base.__module__))
    return any({"__reduce__", "__reduce_ex__"} & vars(base).keys() for base in written)


def pickled(value: Any) -> tuple[str, list[Any]]:
    """Return the digest of a pickle, and what in it counts by more than its name.

    Equal values give equal digests, whichever of their equal parts are one object.

    Raises:
        Exception: Whatever the value raised: it cannot be read.
    """
    try:
        return _pickled(value, fast=True)
    except (ValueError, RecursionError):  # it is part of itself
        return _pickled(value, fast=False)


def _pickled(value: Any, *, fast: bool) -> tuple[str, list[Any]]:
    file = io.BytesIO()
    pickler = _Pickler(file, value)
    pickler.fast = fast
    pickler.dump(value)
    return hashlib.sha256(file.getvalue()).hexdigest(), list(pickler.walked.values())


class _Pickler(pickle.Pickler):
    """Leaves out what is walked: functions, classes, objects of the user's, sets."""

    def __init__(self, file: io.BytesIO, root: Any) -> None:
        super().__init__(file, protocol=5)
        self.walked: dict[int, Any] = {}
        self._root = root
        self._places: dict[int, int] = {}
        self._kinds: dict[type, bool] = {}

    def persistent_id(self, obj: Any) -> int | None:
        kind = type(obj)
        if kind not in self._kinds:
            is_walked = issubclass(kind, (*_WALKED, type)) or not is_installed(kind.__module__)
            self._kinds[kind] = is_walked
        if not self._kinds[kind] or obj is self._root:
            return None
        self.walked[id(obj)] = obj
        return self._places.setdefault(id(obj), len(self._places))
