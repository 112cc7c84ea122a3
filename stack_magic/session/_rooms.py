"""The ten rooms, each imported when it is first asked for."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

from stack_magic.enums import Origin, StackComponentType
from stack_magic.stack import (
    Contract,
    Flavor,
    Key,
    Registered,
    Slots,
    Snapshot,
    StackComponent,
)

BUILTIN: dict[StackComponentType, tuple[str, ...]] = {
    StackComponentType.ORCHESTRATOR: ("LocalOrchestrator",),
    StackComponentType.ARTIFACT_STORE: ("LocalArtifactStore",),
    StackComponentType.METADATA_STORE: ("SqliteMetadataStore",),
}
"""The classes of the built-in flavors, by room."""

DEFAULT = "default"
"""Name of the stack that is there from the start, and of its three components."""


def room(kind: StackComponentType) -> Any:
    """Return the package of a type: `stack_magic.artifact_stores`."""
    return import_module(f"stack_magic.{kind.plural}")


def base_of(kind: StackComponentType) -> type[StackComponent]:
    """Return the abstract base of a type."""
    words = kind.value.split("_")
    base: type[StackComponent] = getattr(
        room(kind), "Base" + "".join(word.capitalize() for word in words)
    )
    return base


def contract_of(kind: StackComponentType) -> Contract | None:
    """Return what the base of a type promises, or None where that is not written yet."""
    try:
        module = import_module(f"stack_magic.{kind.plural}._contract")
    except ModuleNotFoundError:
        return None
    contract: Contract = module.CONTRACT
    return contract


def explanation_of(kind: StackComponentType) -> str:
    """Return what a type is for, as its room explains it."""
    return inspect.getdoc(room(kind)) or ""


def first_snapshot() -> Snapshot:
    """Return the built-in flavors and the stack `default`, active."""
    flavors: dict[Key, Flavor] = {}
    components: dict[Key, Registered] = {}
    slots: dict[StackComponentType, str] = {}
    for kind, class_names in BUILTIN.items():
        for class_name in class_names:
            flavor = Flavor(getattr(room(kind), class_name), Origin.BUILTIN)
            flavors[flavor.key] = flavor
            if kind not in slots:
                slots[kind] = DEFAULT
                components[kind, DEFAULT] = Registered(flavor.cls(name=DEFAULT), {})
    stacks: dict[str, Slots] = {DEFAULT: slots}
    return Snapshot(flavors, components, stacks, DEFAULT)
