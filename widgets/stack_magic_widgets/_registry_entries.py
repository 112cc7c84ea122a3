"""What is registered as entries of a list, and what can be done with each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.enums import StackComponentType
from stack_magic.session import (
    ActivateStack,
    DeleteComponent,
    DeleteFlavor,
    DeleteStack,
    DescribeComponent,
    DescribeFlavor,
    DescribeStack,
    OpenComposer,
    OpenForm,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.session import Command
    from stack_magic.stack import Snapshot


class Entry(NamedTuple):
    """One thing that is registered: its kind, its key, and the words to find it by."""

    kind: str
    type: StackComponentType | None
    name: str
    words: str


def entries_of(snapshot: Snapshot) -> Iterator[Entry]:
    """Yield components, flavors and stacks, each in order."""
    users: dict[Any, list[str]] = {}
    for stack, slots in snapshot.stacks.items():
        for key in slots.items():
            users.setdefault(key, []).append(stack)
    for kind, name in sorted(snapshot.components, key=_in_order):
        flavor = snapshot.components[kind, name].flavor_key[1]
        stacks = users.get((kind, name))
        yield _entry("components", kind, name, flavor, f"in {', '.join(stacks)}" if stacks else "")
    for kind, name in sorted(snapshot.flavors, key=_in_order):
        yield _entry("flavors", kind, name, snapshot.flavors[kind, name].origin)
    for name in sorted(snapshot.stacks):
        active = "active" if name == snapshot.active else ""
        yield _entry("stacks", None, name, active)


_ORDER = list(StackComponentType)


def _in_order(key: tuple[StackComponentType, str]) -> tuple[int, str]:
    return _ORDER.index(key[0]), key[1]


def _entry(kind: str, type: StackComponentType | None, name: str, *more: str) -> Entry:
    words = " · ".join(word for word in (name, type, *more) if word)
    return Entry(kind, type, name, words)


def describing(entry: Entry) -> Command:
    """Return the command that shows an entry."""
    if entry.type is None:
        return DescribeStack(entry.name)
    if entry.kind == "flavors":
        return DescribeFlavor(entry.type, entry.name)
    return DescribeComponent(entry.type, entry.name)


def actions_on(entry: Entry) -> Iterator[tuple[str, Command]]:
    """Yield the words of each button, with its command."""
    yield "Describe", describing(entry)
    if entry.type is None:
        yield "Edit", OpenComposer(entry.name)
        yield "Set active", ActivateStack(entry.name)
        yield "Delete", DeleteStack(entry.name)
    elif entry.kind == "flavors":
        yield "New component", OpenForm(entry.type, flavor=entry.name)
        yield "Delete", DeleteFlavor(entry.type, entry.name)
    else:
        yield "Edit", OpenForm(entry.type, entry.name)
        yield "Delete", DeleteComponent(entry.type, entry.name)
