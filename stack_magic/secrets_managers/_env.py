"""Secrets in this process's environment variables."""

from __future__ import annotations

import os
import re
from threading import RLock
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, SecretStr, field_validator

from stack_magic.errors import InvalidConfigurationError, InvalidNameError
from stack_magic.stack import check_name

from ._base import BaseSecretsManager
from ._secret import Secret, check_key

if TYPE_CHECKING:
    from collections.abc import Mapping

_BETWEEN = "__"
_WORD = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_CHANGING = RLock()
"""The environment belongs to the whole process: so does the lock."""


class EnvSecretsManager(BaseSecretsManager):
    """Takes secrets from environment variables, as CI systems and containers give them.

    `SECRET_DB__PASSWORD` is the key `password` of the secret `db`. To register, update or
    delete changes the environment of this process, and of those that it starts from then
    on; nothing outlives them. Variables have no other letters, so names and keys are made
    of lower-case letters from a to z, digits and single underscores between them.
    """

    FLAVOR: ClassVar[str] = "env"

    prefix: str = Field(
        default="SECRET_",
        description="What the names of the variables begin with, in capitals, ending in _",
    )

    @field_validator("prefix")
    @classmethod
    def _prefix_begins_a_name(cls, prefix: str) -> str:
        if not re.fullmatch(r"[A-Z][A-Z0-9_]*_", prefix):
            message = f"prefix {prefix!r} is not in capitals with _ at the end, like SECRET_"
            raise ValueError(message)
        return prefix

    @property
    def is_local(self) -> bool:
        """Whether only this machine can use it: what runs elsewhere has other variables."""
        return True

    def register_secret(self, secret: Secret) -> None:
        """Set the variables of a new secret."""
        with _CHANGING:
            if self._variables_of(secret.name):
                raise self.secret_taken(secret.name)
            self._set(secret.name, secret.values)

    def get_secret(self, name: str) -> Secret:
        """Return a secret, from the variables as they are now."""
        with _CHANGING:
            values = {key: SecretStr(os.environ[v]) for key, v in self._variables_of(name).items()}
        if not values:
            raise self.unknown_secret(name)
        return Secret(name=name, values=values)

    def get_all_secret_keys(self) -> list[str]:
        """Return the names of all secrets, sorted."""
        return sorted({name for name, _ in self._found()})

    def update_secret(self, secret: Secret) -> None:
        """Set a secret's variables, and unset those of keys that it no longer has."""
        with _CHANGING:
            former = self.get_secret(secret.name)
            self._set(secret.name, secret.values)
            for key in former.values.keys() - secret.values.keys():
                del os.environ[self._variable(secret.name, key)]

    def change_secret(self, name: str, values: Mapping[str, SecretStr]) -> None:
        """Set some of a secret's variables."""
        with _CHANGING:
            super().change_secret(name, values)

    def delete_secret(self, name: str) -> None:
        """Unset a secret's variables."""
        with _CHANGING:
            variables = self._variables_of(name)
            if not variables:
                raise self.unknown_secret(name)
            for variable in variables.values():
                del os.environ[variable]

    def delete_all_secrets(self) -> None:
        """Unset the variables of every secret; others with the prefix stay."""
        with _CHANGING:
            for name in self.get_all_secret_keys():
                self.delete_secret(name)

    def _set(self, name: str, values: Mapping[str, SecretStr]) -> None:
        """Set all variables of *values*, or none where one of them cannot be."""
        variables = {self._variable(name, key): value for key, value in values.items()}
        for key, value in values.items():
            _check_value(key, value)
        for variable, value in variables.items():
            os.environ[variable] = value.get_secret_value()

    def _variable(self, name: str, key: str) -> str:
        for word in (name, key):
            if not _WORD.fullmatch(word):
                message = f"{word!r} cannot be told from others in the name of a variable"
                hint = "allowed here: lower-case letters from a to z, digits and single _ inside"
                raise InvalidNameError(message, hint=hint)
        return f"{self.prefix}{name}{_BETWEEN}{key}".upper()

    def _variables_of(self, name: str) -> dict[str, str]:
        """Return the variables of a secret, by key."""
        return {key: self._variable(name, key) for found, key in self._found() if found == name}

    def _found(self) -> list[tuple[str, str]]:
        """Return every secret's name with each of its keys."""
        rests = (v.removeprefix(self.prefix) for v in list(os.environ) if v.startswith(self.prefix))
        pairs = (rest.lower().split(_BETWEEN) for rest in rests if rest == rest.upper())
        return sorted((pair[0], pair[1]) for pair in pairs if _is_of_a_secret(pair))


def _is_of_a_secret(words: list[str]) -> bool:
    """Whether a variable's words are a secret's name and a key; others are none of ours."""
    if len(words) != len(("name", "key")) or not all(map(_WORD.fullmatch, words)):
        return False
    try:
        check_name(words[0])
        check_key(words[1])
    except InvalidNameError:
        return False
    return True


def _check_value(key: str, value: SecretStr) -> None:
    """Refuse what no variable can hold, without a word of it."""
    text = value.get_secret_value()
    try:
        broken = "\0" in text or not isinstance(os.fsencode(text), bytes)
    except UnicodeEncodeError:
        broken = True
    if broken:
        message = f"the value of {key!r} has a character that no environment variable can hold"
        raise InvalidConfigurationError(message, hint="keep it in the flavor local")
