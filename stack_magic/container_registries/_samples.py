"""Small layouts for the contract to push, each with content of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from stack_magic.machine import write_private

from ._artifact import write_artifact
from ._blobs import blob_folder, blob_name, copy_blob
from ._layout import Layout, new_layout
from ._manifests import INDEX, Descriptor, as_bytes
from ._source import described

if TYPE_CHECKING:
    from pathlib import Path

KIND = "application/vnd.stack-magic.contract.v1"


def sample(folder: Path, text: str = "") -> dict[str, bytes]:
    """Write an artifact of two files at *folder*, and return the files."""
    files = {"a.txt": text.encode() or uuid4().bytes, "sub/b.bin": bytes(range(256)) * 9}
    write_artifact(folder, files, artifact_type=KIND, annotations={"made.by": "the contract"})
    return files


def family(folder: Path) -> list[str]:
    """Write an image index of two artifacts at *folder*; return the digests of the two."""
    parts: list[Descriptor] = []
    blobs: list[tuple[Path, Descriptor]] = []
    for number in range(2):
        part = folder.parent / f"{folder.name}-{number}"
        sample(part)
        (top,) = described(Layout(part))
        parts.append(top)
        blobs += [(part, blob) for blob in Layout(part).closure(top)]
    document = {"schemaVersion": 2, "mediaType": INDEX}
    data = as_bytes({**document, "manifests": [part.as_json() for part in parts]})
    index = Descriptor.of(INDEX, data)
    with new_layout(folder, index) as made:
        for source, blob in blobs:
            copy_blob(source, blob, made)
        write_private(blob_folder(made) / blob_name(index), data)
    return [part.digest for part in parts]


def spoil(folder: Path) -> None:
    """Change one byte of a file in the artifact at *folder*."""
    (top,) = described(Layout(folder))
    layer = Layout(folder).manifest(top).layers[0]
    file = blob_folder(folder) / blob_name(layer)
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
