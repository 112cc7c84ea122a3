"""Blobs that nothing refers to any more."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from stack_magic.errors import StackMagicError
from stack_magic.machine import is_temporary

from ._blobs import blob_folder
from ._layout import Layout
from ._source import described

if TYPE_CHECKING:
    from pathlib import Path

_BLOB = re.compile(r"[0-9a-f]{64}")


def sweep(folder: Path) -> None:
    """Remove blobs of a layout that no entry refers to, and what interrupted pushes left.

    Nobody else may write meanwhile. While a manifest cannot be read, nobody knows what it
    refers to, and nothing is removed.
    """
    layout = Layout(folder)
    try:
        kept = {blob.digest for top in described(layout) for blob in layout.closure(top)}
    except StackMagicError:
        return
    below = blob_folder(folder)
    free = [
        f for f in below.iterdir() if _BLOB.fullmatch(f.name) and f"sha256:{f.name}" not in kept
    ]
    left = [f for top in (folder, below) for f in top.iterdir() if is_temporary(f.name)]
    for file in (*free, *left):
        with suppress(OSError):  # the reference is gone; the next sweep tries again
            file.unlink()
