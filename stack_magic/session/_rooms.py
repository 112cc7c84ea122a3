"""The ten rooms, each imported when it is first asked for."""

from __future__ import annotations

import inspect
from functools import partial
from importlib import import_module
from typing import Any

from stack_magic.enums import StackComponentType
from stack_magic.stack import (
    BuiltinFlavor,
    Contract,
    Flavor,
    Key,
    Registered,
    Slots,
    Snapshot,
    StackComponent,
)

BUILTIN: dict[StackComponentType, dict[str, str]] = {
    StackComponentType.ORCHESTRATOR: {"local": "LocalOrchestrator"},
    StackComponentType.ARTIFACT_STORE: {"local": "LocalArtifactStore"},
    StackComponentType.METADATA_STORE: {"sqlite": "SqliteMetadataStore"},
    StackComponentType.CONTAINER_REGISTRY: {"oci_layout": "OciLayoutContainerRegistry"},
    StackComponentType.SECRETS_MANAGER: {
        "local": "LocalSecretsManager",
        "env": "EnvSecretsManager",
    },
    StackComponentType.STEP_OPERATOR: {"subprocess": "SubprocessStepOperator"},
    StackComponentType.FEATURE_STORE: {"local": "LocalFeatureStore"},
    StackComponentType.MODEL_DEPLOYER: {"local": "LocalModelDeployer"},
    StackComponentType.EXPERIMENT_TRACKER: {"local": "LocalExperimentTracker"},
    StackComponentType.ALERTER: {"notebook": "NotebookAlerter"},
}
"""For each room, the names of the built-in flavors and their classes."""

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


def contract_of(kind: StackComponentType) -> Contract:
    """Return what the base of a type promises."""
    contract: Contract = import_module(f"stack_magic.{kind.plural}._contract").CONTRACT
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
        for name, class_name in class_names.items():
            flavor = BuiltinFlavor((kind, name), partial(_class_of, kind, class_name))
            flavors[flavor.key] = flavor
            if kind.is_required and kind not in slots:
                slots[kind] = DEFAULT
                components[kind, DEFAULT] = Registered(flavor.cls(name=DEFAULT), {})
    stacks: dict[str, Slots] = {DEFAULT: slots}
    return Snapshot(flavors, components, stacks, DEFAULT)


def _class_of(kind: StackComponentType, name: str) -> type[StackComponent]:
    cls: type[StackComponent] = getattr(room(kind), name)
    return cls
