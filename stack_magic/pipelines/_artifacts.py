"""Artifacts of a run: values in the artifact store, with the hash that was recorded."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from stack_magic.errors import CorruptArtifactError, StorageError
from stack_magic.materializers import PICKLE, load, references
from stack_magic.metadata_stores import ArtifactRecord

from ._flavor_calls import calling
from ._shipment import Input

if TYPE_CHECKING:
    from stack_magic.artifact_stores import BaseArtifactStore
    from stack_magic.metadata_stores import BaseMetadataStore
    from stack_magic.stack import Stack

    from ._outputs import Output

_KEPT = 65536
"""Bytes up to which an artifact is kept in memory while its run lasts."""


class Artifacts:
    """Writes values to a stack's artifact store and reads them back.

    Everyone who asks for an artifact gets a value of their own, made from its bytes: a
    step that changes its input in place changes nobody else's, and gets the same
    value whether the step before it ran, was cached or ran in another process.
    """

    def __init__(self, stack: Stack) -> None:
        self._store: BaseArtifactStore = stack.artifact_store
        self._records: BaseMetadataStore = stack.metadata_store
        self._kept: dict[str, bytes] = {}

    def record(self, output: Output, folder: str, producer: tuple[str, str]) -> ArtifactRecord:
        """Return the record of an output; nothing is written."""
        sha256 = hashlib.sha256(output.content).hexdigest()
        # With the hash in it, the key is never used again for other bytes, not even by
        # a metadata store that counts its runs from 1 again.
        key = f"{folder}/{output.name}-{sha256[:12]}{output.suffix}"
        size = len(output.content)
        referred = (":".join(r) for r in references(output.materializer, output.content))
        return ArtifactRecord(
            key,
            sha256,
            size,
            output.materializer,
            output.type_name,
            producer,
            tuple(referred),
        )

    def publish(self, record: ArtifactRecord, content: bytes) -> None:
        """Write the bytes, whole or not at all."""
        with calling(self._store, "write_bytes"):
            self._store.write_bytes(record.key, content)
        self._keep(record, content)

    def is_intact(self, record: ArtifactRecord) -> bool:
        """Whether this artifact store has the bytes that were recorded."""
        try:
            content = self._verified(record)
        except (CorruptArtifactError, StorageError):
            return False
        self._keep(record, content)
        return True

    def load(self, record: ArtifactRecord) -> Any:
        """Return the value of an artifact.

        Raises:
            CorruptArtifactError: Its bytes are lost, or not those that were recorded.
            MissingDependencyError: A package is needed that is not installed.
        """
        return load(*self.shipped(record))

    def shipped(self, record: ArtifactRecord) -> Input:
        """Return the verified bytes of an artifact with what reads them.

        Raises:
            CorruptArtifactError: They are lost, or not those that were recorded.
        """
        content = self._kept.get(record.key)
        if content is None:
            content = self._verified(record)
        if record.materializer.startswith(PICKLE):
            self._check_is_recorded(record)
        return Input(record.materializer, content, _named(record))

    def _keep(self, record: ArtifactRecord, content: bytes) -> None:
        if len(content) <= _KEPT:
            self._kept[record.key] = content

    def _verified(self, record: ArtifactRecord) -> bytes:
        again = "run it again with cache=False"
        with calling(self._store, "read_bytes"):
            try:
                content: bytes = self._store.read_bytes(record.key)
            except FileNotFoundError:
                message = f"{_named(record)} is not in artifact store {self._store.name!r}"
                raise CorruptArtifactError(message, hint=again) from None
        if hashlib.sha256(content).hexdigest() != record.sha256:
            message = f"{_named(record)} has changed since it was written"
            raise CorruptArtifactError(message, hint=again)
        return content

    def _check_is_recorded(self, record: ArtifactRecord) -> None:
        """Refuse a pickle that this project's metadata store does not know."""
        known = self._records.get_artifact(record.sha256)
        if known is None or known.sha256 != record.sha256:
            message = (
                f"{_named(record)} is a pickle that metadata store "
                f"{self._records.name!r} has not recorded: it is not loaded"
            )
            raise CorruptArtifactError(message)


def _named(record: ArtifactRecord) -> str:
    run, step = record.producer
    return f"artifact {record.key!r} of step {step!r} in run {run!r}"
