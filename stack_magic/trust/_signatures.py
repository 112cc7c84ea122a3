"""Signatures: keyed digests that only this user's processes can make."""

from __future__ import annotations

import hmac
import json

from ._user_key import key_to_sign_with, present_key


def signature_of(*facts: str) -> str:
    """Return the HMAC-SHA256 of *facts* by this user's key, as 64 hex digits.

    Raises:
        StorageError: The file of the key is damaged, or others could read or write it.
    """
    return _digest(key_to_sign_with(), facts)


def is_signed(signature: str, *facts: str) -> bool:
    """Whether this user has signed exactly these *facts*.

    Raises:
        StorageError: As `signature_of`.
    """
    key = present_key() if signature else None
    # As bytes: what somebody else wrote may be no ASCII, which texts are refused for.
    return key is not None and hmac.compare_digest(_digest(key, facts).encode(), signature.encode())


def has_signed() -> bool:
    """Whether this user has a key here; raises StorageError as `signature_of`."""
    return present_key() is not None


def _digest(key: bytes, facts: tuple[str, ...]) -> str:
    # As JSON: where one fact ends and the next begins is part of what is signed.
    return hmac.digest(key, json.dumps(facts).encode(), "sha256").hex()
