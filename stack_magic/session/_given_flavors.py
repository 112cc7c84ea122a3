"""Flavors that are there from the start, whose place a class of the user's may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.display import Line
from stack_magic.enums import Origin
from stack_magic.errors import NameTakenError, StackMagicError

from ._answers import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.display import Block
    from stack_magic.stack import Flavor, Snapshot, StackComponent


def given_below(flavor: Flavor | None) -> Flavor | None:
    """Return the flavor, built in or of a package, that *flavor* is, or whose place it takes."""
    if flavor is None or flavor.origin in {Origin.BUILTIN, Origin.ENTRY_POINT}:
        return flavor
    return flavor.replaces


def class_of(flavor: Flavor) -> type[StackComponent] | None:
    """Return the class of a flavor, or None where a package's cannot be imported."""
    try:
        return flavor.cls
    except StackMagicError:
        return None


def whose(given: Flavor) -> str:
    """Return what a given flavor is called, `the built-in local` or `lake of acme 1.0`."""
    return f"{given.name} of {given.package}" if given.package else f"the built-in {given.name}"


def check_takes_place(cls: type[StackComponent], given: Flavor) -> None:
    """Refuse a class that takes the place of a given one by mistake.

    Raises:
        NameTakenError: It is the given class itself, or has only inherited its FLAVOR.
    """
    known = class_of(given)
    if cls is known:
        message = f"{cls.__name__} is the class of {whose(given)}"
        raise NameTakenError(message, hint=how_to_restore(given))
    says_flavor = next(each for each in cls.__mro__ if "FLAVOR" in vars(each))
    if says_flavor is known:
        message = f"{given.type} flavor {given.name!r} is already there: it is {whose(given)}"
        hint = (
            f'give {cls.__name__} another name: FLAVOR = "my_{given.name}"; '
            f'FLAVOR = "{given.name}" in it takes the place of {whose(given)}'
        )
        raise NameTakenError(message, hint=hint)


def how_to_restore(given: Flavor) -> str:
    """Return the line that gives a flavor its place again."""
    return f"%{given.type} flavor delete {given.name} brings it back"


def told_of_place(given: Flavor, snapshot: Snapshot) -> Iterator[Block]:
    """Yield what it means that a class takes the place of a given one."""
    text = f"takes the place of {whose(given)}; {how_to_restore(given)}"
    yield Line(text, indent=1)
    made = [registered.component.name for registered in snapshot.components_of(given.key)]
    if made:
        yield Line(f"made with {whose(given)}, which they keep: {listed(made)}", indent=1)
