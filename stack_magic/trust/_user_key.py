"""The key with which this user signs: in one file outside all projects, read once a process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from stack_magic.errors import StorageError
from stack_magic.machine import locked, new_key, read_key, user_folder

if TYPE_CHECKING:
    from pathlib import Path

_FILE = "signing.key"
_BYTES = 32

_KEYS: dict[Path | None, bytes] = {}
"""The keys that this process has read or made, by their folders."""


def present_key() -> bytes | None:
    """Return this user's key, None where nothing was ever signed.

    Raises:
        StorageError: The file is damaged, or others could have read or written it.
    """
    folder = _folder()
    known = _KEYS.get(folder)
    if known is not None or folder is None:
        return known
    try:
        found = read_key(folder / _FILE)
    except OSError:  # a folder that cannot be looked into has no key
        return None
    if found is not None:
        _KEYS[folder] = found
    return found


def key_to_sign_with() -> bytes:
    """Return this user's key, made at the first call.

    Where no file can be kept, it lasts as long as this process: what it signs is
    read here, and later counts as written by somebody else.

    Raises:
        StorageError: As `present_key`.
    """
    found = present_key()
    if found is None:
        folder = _folder()
        found = _KEYS[folder] = os.urandom(_BYTES) if folder is None else _made_in(folder)
    return found


def _made_in(folder: Path) -> bytes:
    try:
        with locked(folder / f"{_FILE}.lock"):  # of two first kernels, one makes it
            return read_key(folder / _FILE) or new_key(folder / _FILE)
    except OSError:
        return os.urandom(_BYTES)


def _folder() -> Path | None:
    try:
        return user_folder()
    except StorageError:
        return None
