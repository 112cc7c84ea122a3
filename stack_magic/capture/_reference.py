"""Functions, classes and modules by name, with the digest of what they were."""

from __future__ import annotations

import importlib
import sys
import types
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakValueDictionary

from ._digest import Digester
from ._installed import is_installed

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_NOTEBOOK = "__main__"


class Reference(NamedTuple):
    """A function, class or module of the notebook or of the project.

    Attributes:
        module: Name of its module.
        name: Its name there, with dots; empty for the module itself.
        digest: SHA-256 of its code when it was referred to.
    """

    module: str
    name: str
    digest: str = ""


_REFERRED: MutableMapping[tuple[str, str, str], Any] = WeakValueDictionary()
"""What was referred to here: it stays the same object, whatever its state is by now."""


def reference_to(thing: Any) -> Reference | None:
    """Return the reference to a thing of the notebook or the project that a name finds."""
    if isinstance(thing, types.ModuleType):
        is_found = sys.modules.get(thing.__name__) is thing and thing.__name__ != _NOTEBOOK
        return None if not is_found or is_installed(thing.__name__) else _made(thing.__name__, "")
    if not isinstance(thing, types.FunctionType | type) or is_installed(thing.__module__):
        return None
    return _made(thing.__module__, thing.__qualname__) if is_found_by_name(thing) else None


def _made(module: str, name: str) -> Reference:
    thing = _found(module, name)
    reference = Reference(module, name, Digester().digest(thing))
    if not isinstance(thing, types.ModuleType):
        _REFERRED[reference] = thing
    return reference


def is_found_by_name(thing: Any) -> bool:
    """Whether the module of a function or class has it under its name."""
    module = getattr(thing, "__module__", None) or ""
    return _found(module, str(getattr(thing, "__qualname__", ""))) is thing


def resolved(reference: Reference) -> Any:
    """Return what a reference stands for now, None for what the notebook has no more.

    Of the notebook only the same will do: the same object, or one of the same digest. What
    a module of the project has is taken as it is now, as Python's own pickles take it.

    Raises:
        ImportError: There is no such module.
        AttributeError: The module has nothing of this name.
    """
    module, name, digest = reference
    if module != _NOTEBOOK:
        found: Any = importlib.import_module(module)
        for attribute in name.split(".") if name else ():
            found = getattr(found, attribute)
        return found
    found = _found(module, name)
    is_same = found is not None and _REFERRED.get(reference) is found
    return found if is_same or (found and Digester().digest(found) == digest) else None


def _found(module: str, name: str) -> Any:
    found: Any = sys.modules.get(module)
    for attribute in name.split(".") if name else ():
        found = getattr(found, attribute, None)
    return found
