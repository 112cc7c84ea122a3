"""An encrypted file of secrets: read whole, changed whole, by one writer at a time."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from pydantic import SecretStr

from stack_magic.errors import StorageError
from stack_magic.machine import (
    check_private,
    locked,
    new_key,
    private_file,
    private_folder,
    read_key,
    write_private,
)

from ._keys import DerivedKeys, new_salt
from ._sealing import (
    VERSION,
    DamagedError,
    NewerError,
    Sealed,
    WrongKeyError,
    read_sealed,
    sealed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Contents = dict[str, dict[str, SecretStr]]
"""For each secret, its values by key."""

PATIENCE = 5.0
"""Seconds to wait for another kernel that writes."""


class SecretsFile(NamedTuple):
    """The file of one component, and what opens it.

    Attributes:
        path: The file, absolute; the key file and the lock are beside it.
        passphrase: Opens the file; None for one that the key file opens.
        derived: Keys that were made of the passphrase already.
        owner: Name of the component, for what an error tells to type.
    """

    path: Path
    passphrase: SecretStr | None
    derived: DerivedKeys
    owner: str

    @property
    def key_path(self) -> Path:
        """The file with the key, where there is no passphrase."""
        return self.path.with_name(f"{self.path.name}.key")

    def read(self) -> Contents:
        """Return all secrets; a file that is not there has none.

        Raises:
            StorageError: It cannot be opened; the message says why, and what to do.
        """
        with _system_errors(self.path, "read"):
            return self._opened()[0]

    @contextmanager
    def changing(self) -> Iterator[Contents]:
        """Yield all secrets; what the block makes of them is kept, unless it raises.

        Raises:
            StorageError: As `read`, or it cannot be written; it then is as it was.
        """
        lock = self.path.with_name(f"{self.path.name}.lock")
        with _system_errors(self.path, "written"):
            self._make_folder()
            private_file(lock)
        with locked(lock, PATIENCE):
            with _system_errors(self.path, "read"):
                contents, former = self._opened()
            yield contents
            with _system_errors(self.path, "written"):
                self._write(contents, former)

    def _make_folder(self) -> None:
        folder = self.path.parent
        if folder.is_dir():
            check_private(folder)
            return
        private_folder(folder)
        # The key beside the secrets may not be published with a project.
        write_private(folder / ".gitignore", b"*\n")

    def _opened(self) -> tuple[Contents, Sealed | None]:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return {}, None
        check_private(self.path.parent)
        check_private(self.path)
        found = self._read_form(data)
        key = self._key(found)
        try:
            plain = found.opened(key)
        except WrongKeyError:
            pass
        else:
            return _contents(plain), found
        raise self._not_opened()

    def _read_form(self, data: bytes) -> Sealed:
        try:
            return read_sealed(data)
        except DamagedError:
            message = f"secrets file {self._name} is damaged: it was left as it is"
            hint = "bring it back from a backup, or move it away to begin anew"
        except NewerError:
            message = (
                f"secrets file {self._name} is of a newer version of stack-magic (this one "
                f"reads form {VERSION}): it was left as it is"
            )
            hint = "pip install --upgrade stack-magic"
        raise StorageError(message, hint=hint)

    def _key(self, found: Sealed) -> bytes:
        if found.salt is not None and self.passphrase is not None:
            return self.derived.key(self.passphrase, found.salt)
        if found.salt is not None:
            message = f"secrets file {self._name} needs its passphrase"
            hint = f"%secrets_manager update {self.owner} --passphrase=@prompt"
        elif self.passphrase is not None:
            message = (
                f"secrets file {self._name} was made without a passphrase: the key file opens it"
            )
            hint = f"%secrets_manager remove-attribute {self.owner} --passphrase"
        else:
            key = read_key(self.key_path)
            if key is not None:
                return key
            message = f"the key of secrets file {self._name} is not there; the file is as it was"
            hint = f"bring {os.fspath(self.key_path)} back, or move the file away to begin anew"
        raise StorageError(message, hint=hint)

    def _not_opened(self) -> StorageError:
        if self.passphrase is not None:
            message = f"the passphrase does not open secrets file {self._name}: it is as it was"
            hint = f"%secrets_manager update {self.owner} --passphrase=@prompt"
        else:
            message = (
                f"the key in {os.fspath(self.key_path)!r} does not open secrets file "
                f"{self._name}: it is another file's, or somebody altered this one"
            )
            hint = "bring the key back that belongs to it, or move both away to begin anew"
        return StorageError(message, hint=hint)

    def _write(self, contents: Contents, former: Sealed | None) -> None:
        if former is not None:
            salt, key = former.salt, self._key(former)
        elif self.passphrase is not None:
            salt = new_salt()
            key = self.derived.key(self.passphrase, salt)
        else:
            salt, key = None, read_key(self.key_path) or new_key(self.key_path)
        write_private(self.path, sealed(_plain(contents), key, salt))

    @property
    def _name(self) -> str:
        return repr(os.fspath(self.path))


def _contents(plain: bytes) -> Contents:
    """Return what is kept as JSON, masked at once: a traceback may show a local variable."""
    return {
        name: {key: SecretStr(value) for key, value in values.items()}
        for name, values in json.loads(plain).items()
    }


def _plain(contents: Contents) -> bytes:
    return json.dumps(
        {
            name: {key: value.get_secret_value() for key, value in values.items()}
            for name, values in contents.items()
        }
    ).encode()


@contextmanager
def _system_errors(path: Path, verb: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        cause = (error.strerror or str(error)).lower()
        message = f"secrets file {os.fspath(path)!r} cannot be {verb}: {cause}; it is as it was"
    else:
        return
    raise StorageError(message, hint="give another --path, or mend its rights")
