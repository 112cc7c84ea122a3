"""Built-in flavors whose place a class of the user's takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.display import Line
from stack_magic.enums import Origin
from stack_magic.errors import NameTakenError

from ._answers import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.display import Block
    from stack_magic.stack import Flavor, Snapshot, StackComponent


def builtin_below(flavor: Flavor | None) -> Flavor | None:
    """Return the built-in flavor that *flavor* is, or whose place it takes."""
    if flavor is None or flavor.origin is Origin.BUILTIN:
        return flavor
    return flavor.replaces


def check_takes_place(cls: type[StackComponent], builtin: Flavor) -> None:
    """Refuse a class that takes the place of a built-in one by mistake.

    Raises:
        NameTakenError: It is the built-in class itself, or has only inherited its FLAVOR.
    """
    if cls is builtin.cls:
        message = f"{cls.__name__} is the built-in {builtin.type} flavor {builtin.name!r}"
        raise NameTakenError(message, hint=how_to_restore(builtin))
    says_flavor = next(each for each in cls.__mro__ if "FLAVOR" in vars(each))
    if says_flavor is builtin.cls:
        message = f"{builtin.type} flavor {builtin.name!r} is already there, built in"
        hint = (
            f'give {cls.__name__} another name: FLAVOR = "my_{builtin.name}"; '
            f'FLAVOR = "{builtin.name}" in it takes the place of the built-in one'
        )
        raise NameTakenError(message, hint=hint)


def how_to_restore(builtin: Flavor) -> str:
    """Return the line that gives a built-in flavor its place again."""
    return f"%{builtin.type} flavor delete {builtin.name} brings it back"


def told_of_place(builtin: Flavor, snapshot: Snapshot) -> Iterator[Block]:
    """Yield what it means that a class takes the place of a built-in one."""
    text = f"takes the place of the built-in {builtin.name}; {how_to_restore(builtin)}"
    yield Line(text, indent=1)
    made = [registered.component.name for registered in snapshot.components_of(builtin.key)]
    if made:
        yield Line(f"made with the built-in class, which they keep: {listed(made)}", indent=1)
