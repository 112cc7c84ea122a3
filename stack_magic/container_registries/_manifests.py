"""Manifests: the JSON documents of the OCI image spec, read with limits and checked."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stack_magic.errors import CorruptArtifactError, StorageError

from ._reference import is_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

COPY_AGAIN = "copy it again from where it came: skopeo copy SOURCE oci:FOLDER:TAG"
"""What to do about a layout that is damaged."""

LARGEST_MANIFEST = 4 * 1024 * 1024
"""Bytes that a manifest may have: what registries accept, by the distribution spec."""

IMAGE = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
_IMAGES = {IMAGE, "application/vnd.docker.distribution.manifest.v2+json"}
_INDEXES = {INDEX, "application/vnd.docker.distribution.manifest.list.v2+json"}


@dataclass(frozen=True)
class Descriptor:
    """What a document says of a blob: its type, digest and size.

    Attributes:
        media_type: What the blob is.
        digest: `sha256:...` of its bytes.
        size: Its bytes.
        annotations: Texts by key, such as the name that an index gives it.
    """

    media_type: str
    digest: str
    size: int
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, media_type: str, data: bytes) -> Descriptor:
        """Return the descriptor of a blob with these bytes."""
        return cls(media_type, f"sha256:{hashlib.sha256(data).hexdigest()}", len(data))

    @classmethod
    def read(cls, raw: Any, where: str) -> Descriptor:
        """Return what *raw* says, found in *where*.

        Raises:
            CorruptArtifactError: It is no descriptor, or its digest is not by sha256.
        """
        if not isinstance(raw, dict):
            raise _corrupt(where, "a descriptor is no JSON object")
        media_type, digest, size = (raw.get(key) for key in ("mediaType", "digest", "size"))
        if not isinstance(media_type, str):
            raise _corrupt(where, "a descriptor has no mediaType")
        if not is_digest(digest):
            raise _corrupt(where, f"{digest!r:.100} is no digest sha256:...")
        if type(size) is not int or size < 0:
            raise _corrupt(where, f"{size!r:.40} is no size")
        return cls(media_type, str(digest), size, texts(raw.get("annotations"), where))

    def as_json(self) -> dict[str, Any]:
        """Return it as documents have it."""
        document = {"mediaType": self.media_type, "digest": self.digest, "size": self.size}
        return {**document, "annotations": dict(self.annotations)} if self.annotations else document

    @property
    def is_manifest(self) -> bool:
        """Whether it is of an image manifest or an image index."""
        return self.media_type in _IMAGES | _INDEXES

    @property
    def is_index(self) -> bool:
        """Whether it is of an image index."""
        return self.media_type in _INDEXES


@dataclass(frozen=True)
class Manifest:
    """What an image manifest or an image index says.

    Attributes:
        artifact_type: The type of an artifact that is no image, or None.
        annotations: Texts by key.
        config: What an image manifest names as its configuration; an index has none.
        layers: What an image manifest names as its layers.
        manifests: What an image index names.
    """

    artifact_type: str | None
    annotations: Mapping[str, str]
    config: Descriptor | None
    layers: tuple[Descriptor, ...]
    manifests: tuple[Descriptor, ...]

    @classmethod
    def read(cls, data: bytes, descriptor: Descriptor) -> Manifest:
        """Return what the verified bytes of *descriptor* say.

        Raises:
            CorruptArtifactError: They are not a document of the descriptor's type.
        """
        where = f"manifest {descriptor.digest}"
        document = read_object(data, where)
        if document.get("mediaType", descriptor.media_type) != descriptor.media_type:
            raise _corrupt(where, "it has another mediaType than its descriptor")
        # A document that reads as either would be one thing here and another elsewhere.
        if "manifests" in document and ("layers" in document or "config" in document):
            raise _corrupt(where, "it is an image manifest and an image index at once")
        kind = document.get("artifactType")
        if kind is not None and not isinstance(kind, str):
            raise _corrupt(where, "artifactType is no text")
        annotations = texts(document.get("annotations"), where)
        if descriptor.is_index:
            return cls(kind, annotations, None, (), _descriptors(document, "manifests", where))
        config = Descriptor.read(document.get("config"), where)
        return cls(kind, annotations, config, _descriptors(document, "layers", where), ())


def check_is_manifest(descriptor: Descriptor) -> None:
    """Refuse what is not an image manifest or index, or is larger than one may be.

    Raises:
        StorageError: The message names the type or the limit.
    """
    if not descriptor.is_manifest:
        message = (
            f"{descriptor.digest} is {descriptor.media_type!r:.120}: "
            "only image manifests and image indexes of OCI, or Docker schema 2, are kept"
        )
        raise StorageError(message, hint="skopeo copy --format=oci SOURCE oci:FOLDER:TAG")
    if descriptor.size > LARGEST_MANIFEST:
        message = f"manifest {descriptor.digest} is larger than {LARGEST_MANIFEST} bytes"
        raise StorageError(message, hint=COPY_AGAIN)


def read_object(data: bytes, where: str) -> dict[str, Any]:
    """Return the JSON object in *data*, found in *where*.

    Raises:
        CorruptArtifactError: It is no JSON, or no object.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _corrupt(where, "it is no JSON") from error
    if not isinstance(document, dict):
        raise _corrupt(where, "it is no JSON object")
    return document


def as_bytes(document: Mapping[str, Any]) -> bytes:
    """Return a JSON document, the same bytes for the same content."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def texts(raw: Any, where: str) -> dict[str, str]:
    """Return annotations, found in *where*; none when there are none.

    Raises:
        CorruptArtifactError: They are not texts by key.
    """
    if raw is None:
        return {}
    if not isinstance(raw, dict) or not all(isinstance(text, str) for text in raw.values()):
        raise _corrupt(where, "annotations are not texts by key")
    return dict(raw)


def _descriptors(document: Mapping[str, Any], key: str, where: str) -> tuple[Descriptor, ...]:
    raw = document.get(key)
    if not isinstance(raw, list):
        raise _corrupt(where, f"{key} is no list")
    return tuple(Descriptor.read(item, where) for item in raw)


def _corrupt(where: str, reason: str) -> CorruptArtifactError:
    return CorruptArtifactError(f"{where} cannot be used: {reason}", hint=COPY_AGAIN)
