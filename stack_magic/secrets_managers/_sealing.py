"""The form of an encrypted file: bytes that only one key opens, and nobody alters unseen.

Three lines: what is needed to open it, in JSON; the encrypted content, in base64; a
SHA-256 of both. The last tells a damaged file from one that another key belongs to.
"""

from __future__ import annotations

import binascii
import json
import os
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Any, NamedTuple

VERSION = 1
_FORMAT = "stack-magic secrets"
_NONCE = 12


class DamagedError(Exception):
    """The bytes are not those that were written."""


class NewerError(Exception):
    """A later version of stack-magic has written the bytes."""


class WrongKeyError(Exception):
    """Another key belongs to the bytes, or somebody has altered them."""


class Sealed(NamedTuple):
    """An encrypted content.

    Attributes:
        salt: What makes a key of the passphrase; None for one that a key file opens.
        head: The first line, which the encryption protects too.
        content: Nonce and encrypted bytes.
    """

    salt: bytes | None
    head: bytes
    content: bytes

    def opened(self, key: bytes) -> bytes:
        """Return the content. Raises WrongKeyError."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce, encrypted = self.content[:_NONCE], self.content[_NONCE:]
        try:
            return AESGCM(key).decrypt(nonce, encrypted, self.head)
        except (InvalidTag, ValueError):
            raise WrongKeyError from None


def sealed(plain: bytes, key: bytes, salt: bytes | None) -> bytes:
    """Return *plain* as a file's bytes, encrypted with AES-256-GCM."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    fields: dict[str, Any] = {"format": _FORMAT, "version": VERSION}
    if salt is not None:
        fields["salt"] = b64encode(salt).decode()
    head = json.dumps(fields).encode()
    nonce = os.urandom(_NONCE)
    content = b64encode(nonce + AESGCM(key).encrypt(nonce, plain, head))
    body = head + b"\n" + content + b"\n"
    return body + _digest(body) + b"\n"


def read_sealed(data: bytes) -> Sealed:
    """Return what a file's bytes hold, still encrypted. Raises DamagedError, NewerError."""
    body, _, digest = data.removesuffix(b"\n").rpartition(b"\n")
    head, _, content = body.partition(b"\n")
    if digest != _digest(body + b"\n"):
        raise DamagedError
    try:
        fields = json.loads(head)
        if fields["format"] != _FORMAT:
            raise DamagedError
        if fields["version"] > VERSION:
            raise NewerError
        salt = b64decode(fields["salt"], validate=True) if "salt" in fields else None
        return Sealed(salt, head, b64decode(content, validate=True))
    except (ValueError, TypeError, LookupError, binascii.Error):
        raise DamagedError from None


def _digest(body: bytes) -> bytes:
    return sha256(body).hexdigest().encode()
