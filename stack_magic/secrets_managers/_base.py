"""Where secrets are kept, as named sets of key-value pairs."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from stack_magic.enums import StackComponentType
from stack_magic.errors import UnknownNameError, did_you_mean
from stack_magic.stack import StackComponent


class Secret(BaseModel):
    """A named set of key-value pairs, masked when shown."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(description="Name of the secret")
    values: dict[str, SecretStr] = Field(description="Its key-value pairs")

    def value(self, key: str) -> SecretStr:
        """Return one value, still masked. Raises UnknownNameError for an unknown key."""
        try:
            return self.values[key]
        except KeyError:
            near = did_you_mean(key, self.values)
            hint = f"did you mean {near!r}?" if near else None
            message = f"secret {self.name!r} has no key {key!r}"
            raise UnknownNameError(message, hint=hint) from None

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Refuse to pickle: a pickle would show the values in clear."""
        message = f"secret {self.name!r} does not leave by pickle: pass its name"
        raise TypeError(message)


class BaseSecretsManager(StackComponent):
    """Registers, gives, lists, updates and deletes secrets."""

    TYPE: ClassVar[StackComponentType] = StackComponentType.SECRETS_MANAGER

    @abstractmethod
    def register_secret(self, secret: Secret) -> None:
        """Keep a new secret. Raises NameTakenError when there is one of its name."""

    @abstractmethod
    def get_secret(self, name: str) -> Secret:
        """Return a secret. Raises UnknownNameError for an unknown name."""

    @abstractmethod
    def get_all_secret_keys(self) -> list[str]:
        """Return the names of all secrets, sorted."""

    @abstractmethod
    def update_secret(self, secret: Secret) -> None:
        """Replace a secret's values. Raises UnknownNameError for an unknown name."""

    @abstractmethod
    def delete_secret(self, name: str) -> None:
        """Remove a secret. Raises UnknownNameError for an unknown name."""

    @abstractmethod
    def delete_all_secrets(self) -> None:
        """Remove every secret that this component keeps."""
