"""What is wrong in a layout that is pushed is refused, and changes nothing."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.container_registries import OciLayoutContainerRegistry, _layout
from stack_magic.errors import (
    CorruptArtifactError,
    PathRefusedError,
    StackMagicError,
    StorageError,
)
from tests.container_registries.layouts import (
    CONFIG,
    INDEX,
    MANIFEST,
    blob,
    entries,
    family,
    finish,
    image_layout,
    layer_of,
    push,
    put_image,
    put_index,
    put_json,
    unsound,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Registry = OciLayoutContainerRegistry


def tampered(source: Path) -> None:
    (top,) = entries(source)
    layer = layer_of(source, top["digest"])
    layer.write_bytes(layer.read_bytes()[::-1])


def longer(source: Path) -> None:
    (top,) = entries(source)
    with layer_of(source, top["digest"]).open("ab") as file:
        file.write(b"more")


def missing(source: Path) -> None:
    (top,) = entries(source)
    layer_of(source, top["digest"]).unlink()


def wrong_manifest(source: Path) -> None:
    (top,) = entries(source)
    blob(source, top).write_bytes(b"{}")


def linked_blob(source: Path) -> None:
    (top,) = entries(source)
    layer = layer_of(source, top["digest"])
    layer.rename(source.parent / "outside")
    layer.symlink_to(source.parent / "outside")


def linked_folder(source: Path) -> None:
    (source / "blobs").rename(source.parent / "outside")
    (source / "blobs").symlink_to(source.parent / "outside")


def linked_index(source: Path) -> None:
    (source / "index.json").rename(source.parent / "outside")
    (source / "index.json").symlink_to(source.parent / "outside")


def pipe(source: Path) -> None:
    (top,) = entries(source)
    layer = layer_of(source, top["digest"])
    layer.unlink()
    os.mkfifo(layer)


def no_mark(source: Path) -> None:
    (source / "oci-layout").unlink()


def other_version(source: Path) -> None:
    (source / "oci-layout").write_text('{"imageLayoutVersion": "2.0.0"}')


def other_entry(**changes: Any) -> Callable[[Path], None]:
    def change(source: Path) -> None:
        finish(source, {**entries(source)[0], **changes})

    return change


def other_index(text: str) -> Callable[[Path], None]:
    def change(source: Path) -> None:
        (source / "index.json").write_text(text)

    return change


def other_manifest(**changes: Any) -> Callable[[Path], None]:
    def change(source: Path) -> None:
        manifest = json.loads(blob(source, entries(source)[0]).read_bytes())
        finish(source, put_json(source, MANIFEST, {**manifest, **changes}))

    return change


def deep(source: Path) -> None:
    top = put_image(source, "deep")
    for _ in range(9):
        top = put_index(source, [top])
    finish(source, top)


def large(source: Path) -> None:
    document = json.loads(blob(source, entries(source)[0]).read_bytes())
    finish(source, put_json(source, MANIFEST, {**document, "x": "y" * 2**22}))


FAULTS: list[tuple[Callable[[Path], None], type[StackMagicError], str]] = [
    (tampered, CorruptArtifactError, "has other bytes than its digest and size say"),
    (longer, CorruptArtifactError, "has other bytes than its digest and size say"),
    (missing, CorruptArtifactError, "blob sha256:[0-9a-f]{64} is missing in"),
    (wrong_manifest, CorruptArtifactError, "has other bytes"),
    (linked_blob, PathRefusedError, "a symbolic link or no file"),
    (linked_folder, PathRefusedError, "a symbolic link or no file"),
    (linked_index, PathRefusedError, "a symbolic link or no file"),
    (pipe, PathRefusedError, "a symbolic link or no file"),
    (no_mark, StorageError, "is no OCI layout: it has no oci-layout"),
    (other_version, StorageError, "is an OCI layout of version '2.0.0'"),
    (shutil.rmtree, StorageError, "is no OCI layout"),
    (other_index("{"), CorruptArtifactError, "it is no JSON"),
    (other_index("[" * 100_000), CorruptArtifactError, "it is no JSON"),
    (other_index("[]"), CorruptArtifactError, "it is no JSON object"),
    (other_index('{"manifests": {}}'), CorruptArtifactError, "manifests is no list"),
    (other_index('{"manifests": [7]}'), CorruptArtifactError, "no JSON object"),
    (other_index(" " * (2**24 + 1)), StorageError, "is larger than the 16777216 bytes"),
    (other_entry(digest="sha256:../../../etc/passwd"), CorruptArtifactError, "is no digest"),
    (other_entry(digest="sha512:" + "0" * 128), CorruptArtifactError, "is no digest sha256:"),
    (other_entry(digest=None), CorruptArtifactError, "None is no digest"),
    (other_entry(size=-1), CorruptArtifactError, "-1 is no size"),
    (other_entry(size=True), CorruptArtifactError, "True is no size"),
    (other_entry(size=7), CorruptArtifactError, "has other bytes"),
    (other_entry(mediaType=7), CorruptArtifactError, "a descriptor has no mediaType"),
    (other_entry(mediaType=INDEX), CorruptArtifactError, "another mediaType than its descriptor"),
    (other_entry(mediaType=CONFIG), StorageError, "only image manifests and image indexes"),
    (other_entry(annotations=[1]), CorruptArtifactError, "annotations are not texts by key"),
    (other_manifest(manifests=[]), CorruptArtifactError, "an image index at once"),
    (other_manifest(layers={}), CorruptArtifactError, "layers is no list"),
    (other_manifest(config=None), CorruptArtifactError, "a descriptor is no JSON object"),
    (deep, StorageError, "at most 1000 manifests in 8 levels"),
    (large, StorageError, "is larger than 4194304 bytes"),
]


@pytest.mark.parametrize(("spoil", "kind", "reason"), FAULTS)
def test_a_source_with_a_fault_changes_nothing(
    registry: Registry,
    folder: Path,
    spoil: Callable[[Path], None],
    kind: type[StackMagicError],
    reason: str,
) -> None:
    first = push(registry, folder, "m:1", "first")
    before = entries(folder)
    source = image_layout(folder.parent / "source")
    spoil(source)
    for reference in ("m:1", "new:1"):
        with pytest.raises(kind, match=reason):
            registry.push(source, reference)
    assert entries(folder) == before
    assert registry.resolve("m:1") == first
    assert unsound(folder) == []
    assert not [path.name for path in folder.rglob("*.tmp")]


def test_too_many_manifests_are_refused(
    registry: Registry, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_layout, "_MOST_MANIFESTS", 2)
    source, _ = family(folder.parent / "source")
    with pytest.raises(StorageError, match="at most 2 manifests"):
        registry.push(source, "m:1")
