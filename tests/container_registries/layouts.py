"""OCI layouts for tests, written and read with the standard library alone."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from stack_magic.container_registries import Image, OciLayoutContainerRegistry

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
REF_NAME = "org.opencontainers.image.ref.name"

Json = dict[str, Any]


def put(folder: Path, media_type: str, data: bytes, **more: Any) -> Json:
    """Write a blob and return its descriptor."""
    digest = hashlib.sha256(data).hexdigest()
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True, exist_ok=True)
    (blobs / digest).write_bytes(data)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data), **more}


def put_json(folder: Path, media_type: str, document: Json, **more: Any) -> Json:
    return put(folder, media_type, json.dumps(document).encode(), **more)


def put_image(folder: Path, text: str, architecture: str = "amd64", **more: Any) -> Json:
    """Write an image of one layer, which holds one file, and return its descriptor."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo("hello.txt")
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text.encode()))
    layer = put(folder, LAYER, packed.getvalue())
    rootfs = {"type": "layers", "diff_ids": [layer["digest"]]}
    config = {"architecture": architecture, "os": "linux", "rootfs": rootfs}
    described = put_json(folder, CONFIG, config)
    document = {"schemaVersion": 2, "mediaType": MANIFEST, "config": described, "layers": [layer]}
    return put_json(folder, MANIFEST, document, **more)


def put_index(folder: Path, manifests: list[Json], **more: Any) -> Json:
    document = {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}
    return put_json(folder, INDEX, document, **more)


def finish(folder: Path, *entries: Json) -> Path:
    """Write what makes a folder of blobs a layout."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    index = {"schemaVersion": 2, "manifests": list(entries)}
    (folder / "index.json").write_text(json.dumps(index))
    return folder


def named(descriptor: Json, name: str) -> Json:
    return {**descriptor, "annotations": {REF_NAME: name}}


def image_layout(folder: Path, text: str = "hello") -> Path:
    """Write a layout with one image."""
    return finish(folder, put_image(folder, text))


def blob(folder: Path, descriptor: Json) -> Path:
    return folder / "blobs" / "sha256" / str(descriptor["digest"]).removeprefix("sha256:")


def blobs(folder: Path) -> set[str]:
    return {file.name for file in (folder / "blobs" / "sha256").iterdir()}


def entries(folder: Path) -> list[Json]:
    """Return the entries of an index."""
    manifests: list[Json] = json.loads((folder / "index.json").read_bytes())["manifests"]
    return manifests


def unsound(folder: Path) -> list[str]:
    """Return what is wrong in a layout, read as its specification says: nothing, mostly."""
    wrong: list[str] = []
    todo = entries(folder)
    while todo:
        descriptor = todo.pop()
        file = blob(folder, descriptor)
        data = file.read_bytes() if file.exists() else b""
        if (len(data), hashlib.sha256(data).hexdigest()) != (descriptor["size"], file.name):
            wrong.append(descriptor["digest"])
        elif descriptor["mediaType"] in {MANIFEST, INDEX}:
            document = json.loads(data)
            todo += document.get("manifests", []) + document.get("layers", [])
            todo += [document["config"]] if "config" in document else []
    return wrong


def family(folder: Path) -> tuple[Path, list[Any]]:
    """Write an index of an index of two images; return the two images' descriptors."""
    parts = [put_image(folder, "hello", arch) for arch in ("amd64", "arm64")]
    inner = put_index(folder, parts)
    return finish(folder, put_index(folder, [inner, parts[0]])), parts


def layer_of(folder: Path, digest: str) -> Path:
    """Return the file of an image's first layer."""
    manifest = json.loads(blob(folder, {"digest": digest}).read_bytes())
    return blob(folder, manifest["layers"][0])


def push(
    registry: OciLayoutContainerRegistry, folder: Path, reference: str, text: str = "hello"
) -> Image:
    """Push an image whose layer says *text*, written beside the registry's folder."""
    source = folder.parent / f"source-{text}"
    if not source.exists():
        image_layout(source, text)
    return registry.push(source, reference)
