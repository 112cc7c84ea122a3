"""Keys that are made of passphrases."""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
