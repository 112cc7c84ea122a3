"""Where the key of an encrypted file comes from: a file beside it, or a passphrase."""

from __future__ import annotations

import binascii
import os
import stat
import unicodedata
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

from stack_magic.errors import StorageError
from stack_magic.machine import check_private, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import SecretStr

_KEY = 32
_SALT = 16


def new_salt() -> bytes:
    """Return bytes that make the key of a passphrase unlike that of any other file."""
    return os.urandom(_SALT)


class DerivedKeys:
    """Keys made of a component's passphrase, kept since each takes a fraction of a second.

    A copy starts empty, and all of them are equal, so that components compare by
    configuration.
    """

    def __init__(self) -> None:
        self._by_salt: dict[bytes, bytes] = {}

    def key(self, passphrase: SecretStr, salt: bytes) -> bytes:
        """Return the key of *passphrase* in a file with *salt*."""
        known = self._by_salt.get(salt)
        if known is None:
            known = self._by_salt[salt] = _derived(passphrase, salt)
        return known

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DerivedKeys)

    def __hash__(self) -> int:
        return hash(DerivedKeys)

    def __reduce__(self) -> Any:
        return DerivedKeys, ()


def _derived(passphrase: SecretStr, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    # OWASP's choice for 32 MiB; part of version 1 of the format, so never read from a file.
    scrypt = Scrypt(salt=salt, length=_KEY, n=2**15, r=8, p=3)
    return scrypt.derive(unicodedata.normalize("NFC", passphrase.get_secret_value()).encode())


def read_key(file: Path) -> bytes | None:
    """Return the key in *file*, or None when it is not there.

    Raises:
        StorageError: Others may read or write it, or it holds no key.
    """
    try:
        text = file.read_bytes()
    except FileNotFoundError:
        return None
    check_private(file)
    if os.name != "nt" and stat.S_IMODE(file.stat().st_mode) & (stat.S_IRGRP | stat.S_IROTH):
        message = f"key file {os.fspath(file)!r} can be read by other users: it is not used"
        raise StorageError(message, hint=f"chmod 600 {os.fspath(file)}")
    try:
        key = b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY:
        message = f"key file {os.fspath(file)!r} is damaged: it was left as it is"
        raise StorageError(message, hint="bring it back from a backup")
    return key


def new_key(file: Path) -> bytes:
    """Make a key, keep it in *file* for its owner only, and return it."""
    key = os.urandom(_KEY)
    write_private(file, b64encode(key) + b"\n")
    return key
