"""The base of every stack component."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, model_serializer

from stack_magic.capture import remember_definition
from stack_magic.display import safe_repr
from stack_magic.enums import StackComponentType
from stack_magic.errors import ReferenceRefusedError
from stack_magic.secrets import (
    field_holds_literal,
    is_secret_by_name,
    masked,
    refuse_pickled_secrets,
)

from ._component_class import ComponentClass
from ._resolving import let_references_pass
from ._schemas import with_lists

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from pydantic import SerializationInfo, SerializerFunctionWrapHandler

    from stack_magic.enums import Reach

    from ._diagnostics import Diagnostic
    from ._stack import Stack
    from ._validator import StackValidator


class StackComponent(BaseModel, metaclass=ComponentClass):
    """A configured place in a stack: a frozen pydantic model with hooks.

    A flavor is a subclass with a `FLAVOR`; its fields are the configuration. Fields
    whose name starts with an underscore are private: mutable, and never serialised.
    The members are those of ZenML 0.12's class of this name.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        validate_default=True,
        arbitrary_types_allowed=True,
    )

    name: str = Field(description="Name of the component")
    uuid: UUID = Field(default_factory=uuid4, description="Identifies the component")

    TYPE: ClassVar[StackComponentType]
    FLAVOR: ClassVar[str]

    _shown_as: dict[str, str] = PrivateAttr(default_factory=dict)
    _resolved: tuple[dict[str, Any], StackComponent] | None = PrivateAttr(default=None)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return let_references_pass(with_lists(handler(source)), cls)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        remember_definition(cls)

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Refuse to pickle a component that holds a secret: pickles show it in clear."""
        refuse_pickled_secrets(self)
        return super().__reduce_ex__(protocol)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, some fields with other values, which are taken as they are.

        Raises:
            ReferenceRefusedError: A plain text would stand in the place of a secret.
        """
        fields = type(self).model_fields
        for name, value in (update or {}).items():
            if name in fields and field_holds_literal(type(self), name, value):
                message = f"{name} is a secret, and a copy would hold it as plain text"
                raise ReferenceRefusedError(message, hint=f'update={{"{name}": SecretStr(...)}}')
        return super().model_copy(update=update, deep=deep)

    @model_serializer(mode="wrap")
    def _with_references(
        self, handler: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, Any]:
        """Dump references in the place of the values that came by them.

        A text that is secret by the name of its field is dumped as pydantic's secrets are.
        """
        dumped: dict[str, Any] = handler(self)
        for name, value in dumped.items():
            if value and is_secret_by_name(type(self), name) and isinstance(value, str):
                dumped[name] = str(SecretStr(value)) if info.mode == "json" else SecretStr(value)
        return dumped | {k: text for k, text in self._shown_as.items() if k in dumped}

    def show_as(self, references: Mapping[str, str]) -> None:
        """Show these texts in the place of fields whose values came by reference."""
        self._shown_as.update(references)

    @property
    def shown_as(self) -> Mapping[str, str]:
        """For each field whose value came by reference, the reference: shown instead."""
        return self._shown_as

    def resolved_as(self, values: Mapping[str, Any]) -> StackComponent | None:
        """Return the component that was made of these values of secrets, if one was."""
        known = self._resolved
        return known[1] if known is not None and known[0] == values else None

    def keep_resolved(self, values: Mapping[str, Any], made: StackComponent) -> None:
        """Keep what was made of these values of secrets, for the next use."""
        self._resolved = (dict(values), made)

    def take_over(self, former: StackComponent) -> None:
        """Go on with what *former* keeps in memory: it is this one as it was before.

        Its name may have been another, and its class: of that, what both have is kept.
        """
        mine, kept = self.__pydantic_private__ or {}, former.__pydantic_private__ or {}
        bases = StackComponent.__private_attributes__
        mine.update((k, v) for k, v in kept.items() if k in mine and k not in bases)
        if former._resolved is not None and type(self) is type(former):
            values, made = former._resolved
            self.keep_resolved(values, made.model_copy(update={"name": self.name}))

    # What the component tells.

    @property
    def log_file(self) -> str | None:
        """Path of the log that `logs` shows, if there is one."""
        return None

    @property
    def runtime_options(self) -> dict[str, Any]:
        """Options that a run may pass, with their defaults."""
        return {}

    @property
    def requirements(self) -> set[str]:
        """Pip requirements wherever the stack runs."""
        return set()

    @property
    def local_path(self) -> str | None:
        """Folder on this machine that the component needs when it runs, if any."""
        return None

    @property
    def is_local(self) -> bool:
        """Whether only this machine can use it; of what runs steps, whether they run here."""
        return self.local_path is not None

    @property
    def needs(self) -> AbstractSet[StackComponentType]:
        """Types that a stack with this component must have."""
        return frozenset()

    @property
    def only_with(self) -> Mapping[StackComponentType, Reach]:
        """For types of which only a local, or only a remote component fits, which of both."""
        return {}

    @property
    def post_registration_message(self) -> str | None:
        """A line shown once, after registration."""
        return None

    @property
    def validator(self) -> StackValidator | None:
        """The check of the stack that this component asks for."""
        return None

    # What live validation asks; pure: no I/O, never raises.

    @classmethod
    def flavor_diagnostics(cls) -> Iterator[Diagnostic]:
        """Yield what the type asks of a flavor's class beyond the common rules."""
        yield from ()

    def diagnostics(self) -> Iterator[Diagnostic]:
        """Yield what is notable about this component in any stack."""
        yield from ()

    def probe(self) -> Iterator[Diagnostic]:
        """Yield what is wrong out there: asks the world, and may take a few seconds.

        Called by `%stack validate --probe` only, in a thread, with a time limit. What it
        raises is told too.
        """
        yield from ()

    # Hooks around a run; cleanup runs always, also after a failure.

    def prepare_pipeline_deployment(
        self, pipeline: Any, stack: Stack, runtime_configuration: dict[str, Any]
    ) -> None:
        """Prepare for a run or refuse it, before anything starts."""

    def prepare_pipeline_run(self) -> None:
        """Called before the first step of a run."""

    def cleanup_pipeline_run(self) -> None:
        """Called after the last step of a run."""

    def prepare_step_run(self) -> None:
        """Called before each step, in the process that runs it."""

    def cleanup_step_run(self) -> None:
        """Called after each step, in the process that ran it."""

    # Lifecycle: the state is probed, never remembered.

    @property
    def is_provisioned(self) -> bool:
        """Whether the resources behind the component exist."""
        return True

    @property
    def is_running(self) -> bool:
        """Whether the component can be used now."""
        return True

    @property
    def is_suspended(self) -> bool:
        """Whether it is provisioned and not running."""
        return self.is_provisioned and not self.is_running

    def provision(self) -> None:
        """Create the resources behind the component."""
        raise NotImplementedError(self._not_offered("provision"))

    def deprovision(self) -> None:
        """Remove the resources behind the component."""
        raise NotImplementedError(self._not_offered("deprovision"))

    def resume(self) -> None:
        """Start the provisioned resources."""
        raise NotImplementedError(self._not_offered("resume"))

    def suspend(self) -> None:
        """Stop the running resources, keeping what they hold."""
        raise NotImplementedError(self._not_offered("suspend"))

    def _not_offered(self, verb: str) -> str:
        return f"{type(self).__name__} has nothing to {verb}"

    def __repr__(self) -> str:
        """Name, type, flavor and fields; secrets masked, no uuid."""
        hidden = {"name", "uuid"}
        shown = {key: self._shown_as.get(key, value) for key, value in self}
        pairs = (f", {key}={safe_repr(value)}" for key, value in shown.items() if key not in hidden)
        return masked(f"{type(self).__name__}(name={self.name!r}{''.join(pairs)})")

    __str__ = __repr__
