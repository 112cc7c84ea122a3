"""A named choice of components."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from stack_magic.enums import StackComponentType
from stack_magic.errors import InvalidConfigurationError, UnknownNameError

from ._resolving import resolved, secret_references

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stack_magic.secrets import SecretReference

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

    def resolved(self) -> Stack:
        """Return the stack with the secrets that its components refer to.

        Raises:
            UnknownNameError: There is no secrets manager, or it lacks one of them.
            InvalidConfigurationError: A value does not fit its field.
        """
        if not any(map(secret_references, self.components.values())):
            return self
        keeper = self.component(StackComponentType.SECRETS_MANAGER)

        def value_of(reference: SecretReference) -> str:
            text: str = keeper.get_secret(reference.secret).value(reference.key).get_secret_value()
            return text

        made = {t: _resolved(c, value_of) for t, c in self.components.items()}
        return Stack(self.name, made)

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


def _resolved(
    component: StackComponent, value_of: Callable[[SecretReference], str]
) -> StackComponent:
    try:
        return resolved(component, value_of)
    except ValidationError as error:
        fields = sorted({str(found["loc"][0]) for found in error.errors() if found["loc"]})
        what = ", ".join(fields) or "its fields"
        message = (
            f"{component.TYPE} {component.name!r}: the value behind {what} does not fit; "
            "what is wrong is hidden, since it came from a secret"
        )
        hint = f"%{component.TYPE} flavor describe {component.FLAVOR}"
        raise InvalidConfigurationError(message, hint=hint) from None
