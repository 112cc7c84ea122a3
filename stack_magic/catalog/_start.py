"""What is registered before a user registers anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.stack import Registered, Snapshot

from ._builtin import builtin_flavors
from ._entry_points import packaged_flavors

if TYPE_CHECKING:
    from stack_magic.enums import StackComponentType
    from stack_magic.stack import Flavor, Key, Slots

DEFAULT = "default"
"""Name of the stack that is there from the start, and of its three components."""


def first_snapshot() -> Snapshot:
    """Return the flavors that are there, and the stack `default`, active.

    A built-in flavor keeps its name when a package has one of the same name; of two
    packages, the first by its name has it.
    """
    flavors: dict[Key, Flavor] = {}
    components: dict[Key, Registered] = {}
    slots: dict[StackComponentType, str] = {}
    for flavor in builtin_flavors():
        flavors[flavor.key] = flavor
        if flavor.type.is_required and flavor.type not in slots:
            slots[flavor.type] = DEFAULT
            components[flavor.type, DEFAULT] = Registered(flavor.cls(name=DEFAULT), {})
    for flavor in packaged_flavors():
        flavors.setdefault(flavor.key, flavor)
    stacks: dict[str, Slots] = {DEFAULT: slots}
    return Snapshot(flavors, components, stacks, DEFAULT)
