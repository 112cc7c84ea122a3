"""Reads a pickle's objects as those of the classes that the notebook has now.

A class of a cell is written into the pickle, so its objects would come back with a class
of their own; when the cell ran again, `isinstance` would say no to the same class.
"""

from __future__ import annotations

import io
import pickle
import sys
from typing import TYPE_CHECKING, Any

from stack_magic.capture import Digester

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MAKERS = {"_make_skeleton_class": 1, "_make_skeleton_enum": 1}
"""What of cloudpickle makes a class, and which of its arguments is the name."""


def read_pickle(content: bytes) -> Any:
    """Return the value; a class that the notebook has unchanged is the notebook's."""
    reader = _Unpickler(content, {})
    value = reader.load()
    present = {}
    for name, made in reader.made.items():
        known = getattr(sys.modules["__main__"], name, None)
        if isinstance(known, type) and known is not made and _are_equal(known, made):
            present[name] = known
    return _Unpickler(content, present).load() if present else value


def _are_equal(one: type, other: type) -> bool:
    return Digester().digest(one) == Digester().digest(other)


class _Unpickler(pickle.Unpickler):
    """Notes the classes of cells that it makes, or takes the present ones instead."""

    def __init__(self, content: bytes, present: Mapping[str, type]) -> None:
        super().__init__(io.BytesIO(content))
        self.made: dict[str, type] = {}
        self._present = present

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        found = super().find_class(module_name, global_name)
        if not module_name.startswith("cloudpickle"):
            return found
        if global_name in _MAKERS:
            return self._maker(found, _MAKERS[global_name])
        return self._setter(found) if global_name == "_class_setstate" else found

    def _maker(self, make: Callable[..., type], position: int) -> Callable[..., type]:
        def noting(*arguments: Any) -> type:
            name = arguments[position]
            if name in self._present:
                return self._present[name]
            made = make(*arguments)
            if made.__module__ == "__main__":
                self.made[name] = made
            return made

        return noting

    def _setter(self, put: Callable[..., Any]) -> Callable[..., Any]:
        def putting(made: type, state: Any) -> Any:
            return made if made in self._present.values() else put(made, state)

        return putting
