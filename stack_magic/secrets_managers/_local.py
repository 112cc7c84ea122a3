"""Secrets in an encrypted file of this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, PrivateAttr, SecretStr, field_validator

from stack_magic.enums import Severity
from stack_magic.errors import StorageError
from stack_magic.machine import absolute_path
from stack_magic.stack import Diagnostic

from ._base import BaseSecretsManager
from ._keys import DerivedKeys
from ._secret import Secret
from ._secrets_file import SecretsFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class LocalSecretsManager(BaseSecretsManager):
    """Keeps secrets in one encrypted file, readable by you only.

    The key is in a file beside it, which protects against whoever gets the file alone: a
    backup, a synchronised folder. With a passphrase no key is on the disk. Several
    kernels may use the file at the same time.
    """

    FLAVOR: ClassVar[str] = "local"

    path: str = Field(
        default=".stack_magic/secrets/secrets.enc",
        description="File that holds the secrets, encrypted",
    )
    passphrase: SecretStr | None = Field(
        default=None,
        description="Opens the file, instead of a key file beside it",
    )

    # A relative path stays what it meant when the component was made.
    _made_in: str = PrivateAttr(default_factory=os.getcwd)
    _derived: DerivedKeys = PrivateAttr(default_factory=DerivedKeys)

    @field_validator("path")
    @classmethod
    def _path_names_a_file(cls, path: str) -> str:
        if not path.strip() or "\0" in path:
            message = f"path {path!r} names no file"
            raise ValueError(message)
        return path

    @field_validator("passphrase")
    @classmethod
    def _passphrase_says_something(cls, passphrase: SecretStr | None) -> SecretStr | None:
        if passphrase is not None and not passphrase.get_secret_value().strip():
            message = "passphrase is empty"
            raise ValueError(message)
        return passphrase

    @property
    def local_path(self) -> str | None:
        """The file's folder: on another machine it is not there."""
        return os.fspath(self._file.path.parent)

    @property
    def post_registration_message(self) -> str | None:
        """Where the key is, unless a passphrase takes its place."""
        if self.passphrase is not None:
            return None
        return f"the key will be beside the file, in {self._file.key_path.name}: keep it private"

    def probe(self) -> Iterator[Diagnostic]:
        """Yield why the file cannot be opened, if it cannot."""
        try:
            self._file.read()
        except StorageError as error:
            yield Diagnostic(
                "secrets-unreadable", Severity.ERROR, self.name, error.message, error.hint or ""
            )

    def register_secret(self, secret: Secret) -> None:
        """Keep a new secret; on the disk when this returns."""
        with self._file.changing() as secrets:
            if secret.name in secrets:
                raise self.secret_taken(secret.name)
            secrets[secret.name] = dict(secret.values)

    def get_secret(self, name: str) -> Secret:
        """Return a secret."""
        secrets = self._file.read()
        if name not in secrets:
            raise self.unknown_secret(name)
        return Secret(name=name, values=secrets[name])

    def get_all_secret_keys(self) -> list[str]:
        """Return the names of all secrets, sorted."""
        return sorted(self._file.read())

    def update_secret(self, secret: Secret) -> None:
        """Replace all of a secret's values; on the disk when this returns."""
        with self._file.changing() as secrets:
            if secret.name not in secrets:
                raise self.unknown_secret(secret.name)
            secrets[secret.name] = dict(secret.values)

    def change_secret(self, name: str, values: Mapping[str, SecretStr]) -> None:
        """Give some keys new values, also while others change other keys."""
        with self._file.changing() as secrets:
            if name not in secrets:
                raise self.unknown_secret(name)
            changed = Secret(name=name, values={**secrets[name], **values})
            secrets[name] = dict(changed.values)

    def delete_secret(self, name: str) -> None:
        """Remove a secret; gone from the file when this returns."""
        with self._file.changing() as secrets:
            if secrets.pop(name, None) is None:
                raise self.unknown_secret(name)

    def delete_all_secrets(self) -> None:
        """Remove every secret in the file; the key stays for those to come."""
        if self._file.path.exists():
            with self._file.changing() as secrets:
                secrets.clear()

    @property
    def _file(self) -> SecretsFile:
        # A link is followed: to write replaces what the name stands for.
        path = os.path.realpath(absolute_path(self.path, self._made_in))
        return SecretsFile(Path(path), self.passphrase, self._derived, self.name)
