"""Flavors of installed packages: listed by their entry points, imported when asked for.

A package names each of its flavors under `[project.entry-points."stack_magic.flavors"]`, as
in `"artifact_store.lake" = "acme_lake:LakeStore"`: type and flavor, then module and class.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from stack_magic.enums import StackComponentType
from stack_magic.errors import FlavorFailedError, InvalidFlavorError, InvalidNameError
from stack_magic.stack import LazyFlavor, StackComponent, check_flavor, check_name

from ._types import base_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import EntryPoint

    from stack_magic.stack import Key

GROUP = "stack_magic.flavors"


def packaged_flavors() -> Iterator[LazyFlavor]:
    """Yield the flavors of installed packages, by the names of the packages.

    An entry point that names no type and flavor is left out, with a warning.
    """
    from importlib.metadata import entry_points

    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (_package(entry), entry.name)):
        key = _key(entry)
        if key is None:
            message = (
                f"entry point {entry.name!r} of {_package(entry)} is left out: its name is "
                'to be TYPE.FLAVOR, as in "artifact_store.lake"'
            )
            warnings.warn(message, stacklevel=2)
            continue
        class_name = entry.attr.rpartition(".")[2]
        yield LazyFlavor(key, partial(_class_of, entry, key), class_name, _package(entry))


def _package(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.module


def _key(entry: EntryPoint) -> Key | None:
    kind, _, flavor = entry.name.partition(".")
    with suppress(ValueError, InvalidNameError):
        return StackComponentType(kind), check_name(flavor)
    return None


def _class_of(entry: EntryPoint, key: Key) -> type[StackComponent]:
    """Import the class of an entry point.

    Raises:
        FlavorFailedError: It cannot be imported.
        InvalidFlavorError: It cannot be a flavor, or is another one than the entry says.
    """
    kind, flavor = key
    what = f"{kind} flavor {flavor!r} of package {_package(entry)}"
    try:
        thing: Any = entry.load()
    except Exception as error:
        message = f"{what} cannot be imported: {type(error).__name__}: {error}"
        raise FlavorFailedError(message, hint=_way_out(entry)) from error
    report = check_flavor(thing, base_of(kind))
    if not report.ok:
        message = f"{what} cannot be used:\n{report.as_message()}"
        raise InvalidFlavorError(message, report=report)
    if key != (thing.TYPE, thing.FLAVOR):
        message = (
            f"{what} cannot be used: its class {thing.__name__} says FLAVOR = {thing.FLAVOR!r}"
        )
        raise InvalidFlavorError(message, hint=_way_out(entry))
    return _of_type(thing)


def _of_type(thing: Any) -> type[StackComponent]:
    cls: type[StackComponent] = thing
    return cls


def _way_out(entry: EntryPoint) -> str:
    name = entry.dist.name if entry.dist else entry.module
    return f"%pip install --upgrade {name}, or %pip uninstall -y {name}"
