"""What is wrong with a folder of images: asks the disk, reads no large blob."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from stack_magic.enums import Severity
from stack_magic.errors import StackMagicError, StorageError
from stack_magic.machine import check_private
from stack_magic.stack import Diagnostic

from ._blobs import blob_folder, blob_name
from ._layout import REF_NAME, Layout, check_is_layout
from ._source import described

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ._manifests import Descriptor


def findings(folder: Path, subject: str) -> Iterator[Diagnostic]:
    """Yield what keeps the registry *subject* in *folder* from working."""
    place = next(path for path in (folder, *folder.parents) if path.exists())
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        message = f"{os.fspath(folder)!r} cannot be written: {os.fspath(place)!r} is not writable"
        yield Diagnostic("registry-read-only", Severity.ERROR, subject, message)
        return
    if place != folder:
        return  # made when something is pushed
    try:
        check_is_layout(folder)
        images = described(Layout(folder)) if (folder / "index.json").exists() else []
    except StackMagicError as error:
        fix = error.hint or ""
        yield Diagnostic("registry-unreadable", Severity.ERROR, subject, error.message, fix)
        return
    try:
        check_private(folder)
    except StorageError as error:
        fix = error.hint or ""
        yield Diagnostic("registry-shared", Severity.WARNING, subject, error.message, fix)
    yield from _incomplete(folder, images, subject)


def _incomplete(folder: Path, images: list[Descriptor], subject: str) -> Iterator[Diagnostic]:
    for image in images:
        reason = _reason_against(folder, image)
        if reason:
            name = image.annotations.get(REF_NAME, image.digest)
            message = f"image {name!r} cannot be pulled: {reason}; push it again"
            yield Diagnostic("image-incomplete", Severity.ERROR, subject, message)


def _reason_against(folder: Path, image: Descriptor) -> str | None:
    try:
        blobs = Layout(folder).closure(image)
    except StackMagicError as error:
        return error.message
    for blob in blobs:
        file = blob_folder(folder) / blob_name(blob)
        if not file.is_file() or file.stat().st_size != blob.size:
            return f"blob {blob.digest} is missing or has another size"
    return None
