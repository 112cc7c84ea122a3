"""Who has asked for a model server: a signature beside its settings."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from stack_magic.machine import write_private
from stack_magic.trust import is_signed, signature_of

if TYPE_CHECKING:
    from pathlib import Path

_FILE = "signature"


def sign(settings_file: Path, settings: bytes) -> None:
    """Write this user's signature of *settings* beside the file that they will be in."""
    signature = signature_of(*_facts(settings))
    write_private(settings_file.with_name(_FILE), signature.encode())


def foreign_because(settings_file: Path) -> str:
    """Return why a server may not be started unasked, after `it`; empty where it may.

    A server reads a model, which may be a pickle, and imports from the folders that its
    settings name: who has written them can run code.
    """
    try:
        signature = settings_file.with_name(_FILE).read_text(errors="replace")
    except FileNotFoundError:
        return "was deployed by an earlier version of stack-magic, or by somebody else"
    if is_signed(signature, *_facts(settings_file.read_bytes())):
        return ""
    return "was deployed by somebody else, or was changed since"


def _facts(settings: bytes) -> tuple[str, str]:
    """Return what is signed: the settings name the digest of the model."""
    return "model server", hashlib.sha256(settings).hexdigest()
