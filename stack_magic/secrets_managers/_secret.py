"""A secret: a named set of key-value pairs, masked when shown."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from stack_magic.errors import (
    InvalidConfigurationError,
    InvalidNameError,
    UnknownNameError,
    did_you_mean,
)
from stack_magic.secrets import learn_secrets
from stack_magic.stack import check_name

MAX_KEYS = 256
MAX_VALUE = 64 * 1024
"""Bytes of a value in UTF-8."""

_MAX_KEY = 64
_KEY = re.compile(rf"[A-Za-z0-9_-]{{1,{_MAX_KEY}}}")


class Secret(BaseModel):
    """A named set of key-value pairs, masked when shown.

    Raises:
        InvalidNameError: The name breaks the rule for names, or a key the one for keys.
        InvalidConfigurationError: There is no value, or too much of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(description="Name of the secret")
    values: dict[str, SecretStr] = Field(description="Its key-value pairs")

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        return check_name(name)

    @field_validator("values")
    @classmethod
    def _can_be_kept(cls, values: dict[str, SecretStr]) -> dict[str, SecretStr]:
        if not 1 <= len(values) <= MAX_KEYS:
            message = f"a secret has 1 to {MAX_KEYS} keys, not {len(values)}"
            raise InvalidConfigurationError(message, hint="%secret register NAME --KEY=@prompt")
        for key, value in values.items():
            learn_secrets(value)
            check_key(key)
            size = len(value.get_secret_value().encode(errors="surrogatepass"))
            if size > MAX_VALUE:
                message = f"the value of {key!r} has {size} bytes, {MAX_VALUE} are allowed"
                hint = "keep what is large in a file, and its path or key here"
                raise InvalidConfigurationError(message, hint=hint)
        return values

    def value(self, key: str) -> SecretStr:
        """Return one value, still masked. Raises UnknownNameError for an unknown key."""
        try:
            return self.values[key]
        except KeyError:
            near = did_you_mean(key, self.values)
            hint = f"did you mean {near!r}?" if near else f"known: {', '.join(self.values)}"
            message = f"secret {self.name!r} has no key {key!r}"
            raise UnknownNameError(message, hint=hint) from None

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Refuse to pickle: a pickle would show the values in clear."""
        message = f"secret {self.name!r} does not leave by pickle: pass its name"
        raise TypeError(message)


def check_key(key: str) -> str:
    """Return *key*; it can stand in `{{secret.key}}`.

    Raises:
        InvalidNameError: It breaks the rule for keys.
    """
    if _KEY.fullmatch(key):
        return key
    message = f"{key[:80]!r} cannot be a key of a secret"
    hint = f"allowed: 1-{_MAX_KEY} letters from A to Z, digits and _ -"
    raise InvalidNameError(message, hint=hint)
