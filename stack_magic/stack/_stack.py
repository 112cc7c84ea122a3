"""A named choice of components."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stack_magic.enums import StackComponentType
from stack_magic.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._component import StackComponent


@dataclass(frozen=True)
class Stack:
    """The components that a run uses, at most one a type.

    Attributes:
        name: Name of the stack.
        components: The filled slots, in the order of the types.
    """

    name: str
    components: Mapping[StackComponentType, StackComponent] = field(default_factory=dict)

    @classmethod
    def from_components(
        cls, name: str, components: Mapping[StackComponentType, StackComponent]
    ) -> Stack:
        """Return a stack of *components*, in the order of the types."""
        return cls(name, {t: components[t] for t in StackComponentType if t in components})

    def component(self, kind: StackComponentType) -> Any:
        """Return the component of a type.

        Typed as Any since the caller names the type: the rooms' bases are on the floor
        above this one.

        Raises:
            UnknownNameError: The slot is empty.
        """
        try:
            return self.components[kind]
        except KeyError:
            message = f"stack {self.name!r} has no {kind}"
            hint = f"%stack update {self.name} --{kind} NAME"
            raise UnknownNameError(message, hint=hint) from None

    @property
    def orchestrator(self) -> Any:
        """The component that runs pipelines."""
        return self.component(StackComponentType.ORCHESTRATOR)

    @property
    def artifact_store(self) -> Any:
        """The component that keeps artifacts."""
        return self.component(StackComponentType.ARTIFACT_STORE)

    @property
    def metadata_store(self) -> Any:
        """The component that keeps runs, steps and lineage."""
        return self.component(StackComponentType.METADATA_STORE)

    @property
    def container_registry(self) -> Any:
        """The component that keeps images, or None."""
        return self.components.get(StackComponentType.CONTAINER_REGISTRY)

    @property
    def secrets_manager(self) -> Any:
        """The component that keeps secrets, or None."""
        return self.components.get(StackComponentType.SECRETS_MANAGER)

    @property
    def step_operator(self) -> Any:
        """The component that runs single steps elsewhere, or None."""
        return self.components.get(StackComponentType.STEP_OPERATOR)

    @property
    def feature_store(self) -> Any:
        """The component that serves features, or None."""
        return self.components.get(StackComponentType.FEATURE_STORE)

    @property
    def model_deployer(self) -> Any:
        """The component that serves models, or None."""
        return self.components.get(StackComponentType.MODEL_DEPLOYER)

    @property
    def experiment_tracker(self) -> Any:
        """The component that keeps parameters and metrics, or None."""
        return self.components.get(StackComponentType.EXPERIMENT_TRACKER)

    @property
    def alerter(self) -> Any:
        """The component that tells and asks people, or None."""
        return self.components.get(StackComponentType.ALERTER)

    @property
    def requirements(self) -> set[str]:
        """The pip requirements of all components."""
        return {r for c in self.components.values() for r in c.requirements}

    @property
    def is_provisioned(self) -> bool:
        """Whether the resources of every component exist."""
        return all(c.is_provisioned for c in self.components.values())

    @property
    def is_running(self) -> bool:
        """Whether every component can be used now."""
        return all(c.is_running for c in self.components.values())
