"""The flavors that are built in, each imported when it is first asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from stack_magic.enums import StackComponentType
from stack_magic.stack import LazyFlavor

from ._types import package_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.stack import StackComponent

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
"""For each type, the names of the built-in flavors and their classes."""


def builtin_flavors() -> Iterator[LazyFlavor]:
    """Yield the flavors that are built in."""
    for kind, class_names in BUILTIN.items():
        for name, class_name in class_names.items():
            load = partial(_class_of, kind, class_name)
            yield LazyFlavor((kind, name), load, class_name)


def _class_of(kind: StackComponentType, name: str) -> type[StackComponent]:
    cls: type[StackComponent] = getattr(package_of(kind), name)
    return cls
