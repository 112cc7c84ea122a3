"""Keys in files of their own, which only their owner can read."""

from __future__ import annotations

import binascii
import os
import stat
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from stack_magic.errors import StorageError

from ._private import check_private, write_private

if TYPE_CHECKING:
    from pathlib import Path

_KEY = 32
"""Bytes of a key."""


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
