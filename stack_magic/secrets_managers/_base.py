"""Where secrets are kept, as named sets of key-value pairs."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from stack_magic.enums import StackComponentType
from stack_magic.errors import NameTakenError, UnknownNameError, did_you_mean
from stack_magic.stack import StackComponent

from ._secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import SecretStr


class BaseSecretsManager(StackComponent):
    """Registers, gives, lists, updates and deletes secrets."""

    TYPE: ClassVar[StackComponentType] = StackComponentType.SECRETS_MANAGER

    @abstractmethod
    def register_secret(self, secret: Secret) -> None:
        """Keep a new secret. Raises NameTakenError when there is one of its name."""

    @abstractmethod
    def get_secret(self, name: str, /) -> Secret:
        """Return a secret. Raises UnknownNameError for an unknown name."""

    @abstractmethod
    def get_all_secret_keys(self) -> list[str]:
        """Return the names of all secrets, sorted.

        The name of the method is ZenML's; the keys of one secret are those of its values.
        """

    @abstractmethod
    def update_secret(self, secret: Secret) -> None:
        """Replace all of a secret's values. Raises UnknownNameError for an unknown name."""

    @abstractmethod
    def delete_secret(self, name: str, /) -> None:
        """Remove a secret. Raises UnknownNameError for an unknown name."""

    @abstractmethod
    def delete_all_secrets(self) -> None:
        """Remove every secret that this component keeps."""

    def change_secret(self, name: str, values: Mapping[str, SecretStr]) -> None:
        """Give some keys of a secret new values, old keys or new ones; the rest stays.

        A flavor that others use at the same time overrides it, so that two changes at
        once both count. Raises UnknownNameError for an unknown name.
        """
        former = self.get_secret(name)
        self.update_secret(Secret(name=name, values={**former.values, **values}))

    def unknown_secret(self, name: str) -> UnknownNameError:
        """Return what to raise for an unknown name: it says which one may be meant."""
        near = did_you_mean(name, self.get_all_secret_keys())
        hint = f"did you mean {near!r}?" if near else "%secret list shows all"
        message = f"{self.TYPE} {self.name} has no secret called {name!r}"
        return UnknownNameError(message, hint=hint)

    def secret_taken(self, name: str) -> NameTakenError:
        """Return what to raise where a new secret would take the place of another."""
        message = f"{self.TYPE} {self.name} has a secret called {name!r} already"
        return NameTakenError(message, hint=f"%secret update {name} --KEY=@prompt changes it")
