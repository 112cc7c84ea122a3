"""Artifacts: named files as a layout that a container registry keeps (OCI 1.1)."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from stack_magic.errors import InvalidNameError, PathRefusedError, StorageError
from stack_magic.machine import write_private

from ._blobs import blob_folder, blob_name, read_blob
from ._layout import Layout, new_layout
from ._manifests import IMAGE, Descriptor, Manifest, as_bytes, check_is_manifest
from ._source import described

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LARGEST_ARTIFACT = 1024 * 1024 * 1024
"""Bytes that the files of an artifact may have together: they are held in memory."""

_TITLE = "org.opencontainers.image.title"
_EMPTY = "application/vnd.oci.empty.v1+json"
_FILE = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w!#$&^.+-]{0,126}/[A-Za-z0-9][\w!#$&^.+-]{0,126}", re.ASCII)
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\\:\ud800-\udfff]")
_LONGEST_NAME = 1024


class Artifact(NamedTuple):
    """What a layout that holds one artifact says.

    Attributes:
        artifact_type: A media type: what the artifact is.
        annotations: Texts by key.
        files: The bytes of each file by its name, which may have `/` and leads nowhere else.
    """

    artifact_type: str
    annotations: dict[str, str]
    files: dict[str, bytes]


def write_artifact(
    folder: Path,
    files: Mapping[str, bytes],
    *,
    artifact_type: str,
    annotations: Mapping[str, str] | None = None,
) -> str:
    """Write *files* as an OCI layout at *folder*, and return the digest of its manifest.

    The same content has the same digest. What is written is what `push` takes.

    Args:
        folder: Is made; one that is there must be empty.
        files: Bytes by name; a name may have `/`.
        artifact_type: A media type such as `application/vnd.example.model.v1`.
        annotations: Texts by key.

    Raises:
        InvalidNameError: *artifact_type* is no media type.
        PathRefusedError: The name of a file is no relative path, or leads outside.
        StorageError: *folder* holds something or cannot be written, or there is too much.
    """
    if not _MEDIA_TYPE.fullmatch(artifact_type):
        message = f"{artifact_type!r:.120} is no media type"
        raise InvalidNameError(message, hint="TYPE/SUBTYPE, as application/vnd.example.v1")
    _check_size(sum(map(len, files.values())), os.fspath(folder))
    blobs: dict[Descriptor, bytes] = {}
    layers = [_layer(name, files[name], blobs) for name in sorted(files)]
    empty = _described(_EMPTY, b"{}", blobs)
    document = {
        "schemaVersion": 2,
        "mediaType": IMAGE,
        "artifactType": artifact_type,
        "config": empty.as_json(),
        # The spec wants one layer at least, and says that this is the one for none.
        "layers": [layer.as_json() for layer in layers or [empty]],
        **({"annotations": dict(annotations)} if annotations else {}),
    }
    top = _described(IMAGE, as_bytes(document), blobs)
    check_is_manifest(top)  # refuse here what nobody could read
    Manifest.read(blobs[top], top)
    try:
        with new_layout(folder, top) as made:
            for blob, data in blobs.items():
                write_private(blob_folder(made) / blob_name(blob), data)
    except OSError as error:
        cause = os.strerror(error.errno or 0).lower()
        message = f"{os.fspath(folder)!r} was not written: {cause}"
        raise StorageError(message, hint="give a folder that can be written to") from error
    return top.digest


def read_artifact(folder: Path) -> Artifact:
    """Return the one artifact in the layout at *folder*, every byte verified.

    Raises:
        CorruptArtifactError: Bytes are not those of their digest.
        PathRefusedError: The name of a file is no relative path, or leads outside.
        StorageError: *folder* is no layout, or holds something else, or too much.
    """
    shown = os.fspath(folder)
    layout = Layout(folder)
    images = {image.digest: image for image in described(layout)}
    if len(images) != 1:
        message = f"{shown!r} holds {len(images)} images, and one artifact is wanted"
        raise StorageError(message, hint="pull one reference into a folder of its own")
    manifest = layout.manifest(next(iter(images.values())))
    if manifest.artifact_type is None or manifest.config is None:
        message = f"{shown!r} holds an image, and an artifact with an artifactType is wanted"
        raise StorageError(message, hint="write_artifact(folder, files, artifact_type=...)")
    layers = [layer for layer in manifest.layers if layer.media_type != _EMPTY]
    _check_size(sum(layer.size for layer in layers), shown)
    files: dict[str, bytes] = {}
    for layer in layers:
        name = _checked(layer.annotations.get(_TITLE, ""))
        if name in files:
            message = f"{shown!r} has two files that are called {name!r}"
            raise StorageError(message, hint="write_artifact gives each a name of its own")
        files[name] = read_blob(folder, layer)
    return Artifact(manifest.artifact_type, dict(manifest.annotations), files)


def _layer(name: str, data: bytes, blobs: dict[Descriptor, bytes]) -> Descriptor:
    plain = _described(_FILE, data, blobs)
    return Descriptor(plain.media_type, plain.digest, plain.size, {_TITLE: _checked(name)})


def _described(media_type: str, data: bytes, blobs: dict[Descriptor, bytes]) -> Descriptor:
    descriptor = Descriptor.of(media_type, data)
    blobs[descriptor] = data
    return descriptor


def _checked(name: str) -> str:
    """Return the name of a file, if whoever writes it below a folder stays there."""
    parts = name.split("/")
    if len(name) > _LONGEST_NAME or _NOT_IN_NAMES.search(name) or {"", ".", ".."} & set(parts):
        message = (
            f"{name!r:.120} is no name of a file in an artifact: parts joined by '/' are "
            f"wanted, none of them '..', '.' or empty, without ':' and backslash"
        )
        raise PathRefusedError(message, hint="a relative path such as 'model/weights.bin'")
    return name


def _check_size(size: int, shown: str) -> None:
    if size > LARGEST_ARTIFACT:
        message = f"{shown!r} is too large: files of an artifact have {LARGEST_ARTIFACT} bytes"
        raise StorageError(message, hint="keep what is large in an artifact store")
