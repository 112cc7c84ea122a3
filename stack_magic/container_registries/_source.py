"""Which image of a layout is meant, when one is pushed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from stack_magic.errors import CorruptArtifactError, UnknownNameError

from ._layout import REF_NAME
from ._manifests import COPY_AGAIN, Descriptor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ._layout import Layout
    from ._reference import Reference

_SHOWN = 8
"""Names that an error lists."""


def described(layout: Layout) -> list[Descriptor]:
    """Return what the index of *layout* describes, under every name.

    Raises:
        CorruptArtifactError: The index is not what an index is.
        StorageError: The folder is no OCI layout.
    """
    where = os.fspath(layout.folder / "index.json")
    entries = layout.index().get("manifests")
    if not isinstance(entries, list):
        message = f"{where!r} cannot be used: manifests is no list"
        raise CorruptArtifactError(message, hint=COPY_AGAIN)
    return [Descriptor.read(raw, repr(where)) for raw in entries]


def meant_by(reference: Reference, layout: Layout) -> Descriptor:
    """Return the image of *layout* that is pushed as *reference*.

    The one with its digest; else the only one; else the one that is annotated with the
    reference or its tag.

    Raises:
        UnknownNameError: There is no such one, or several.
    """
    images = described(layout)
    if reference.digest is not None:
        meant = {image.digest: image for image in images if image.digest == reference.digest}
    else:
        meant = {image.digest: image for image in images}
    if len(meant) > 1:
        names = {str(reference), reference.tag}
        meant = {i.digest: i for i in images if i.annotations.get(REF_NAME) in names}
    if len(meant) == 1:
        return next(iter(meant.values()))
    folder = os.fspath(layout.folder)
    if reference.digest is not None:
        message = f"{folder!r} holds no image with digest {reference.digest!r}"
        raise UnknownNameError(message, hint=_listed(image.digest for image in images))
    count = len({image.digest for image in images})
    message = f"{folder!r} holds {count} images, and not one that is called '{reference}'"
    known = sorted(filter(None, (image.annotations.get(REF_NAME) for image in images)))
    raise UnknownNameError(message, hint=_listed(known) if known else COPY_AGAIN)


def _listed(names: Iterable[str]) -> str:
    """Return what the user may have meant."""
    return f"it has {', '.join(sorted(set(names))[:_SHOWN]) or 'none'}"
