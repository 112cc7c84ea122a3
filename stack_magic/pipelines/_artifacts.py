"""Artifacts of a run: values in the artifact store, with the hash that was recorded."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stack_magic.errors import CorruptArtifactError, StorageError
from stack_magic.materializers import load, references
from stack_magic.metadata_stores import ArtifactRecord

from ._flavor_calls import calling
from ._foreign_pickles import check_not_foreign, consent_to, foreign_because, signature_for
from ._reasons import FOREIGN
from ._shipment import Input

if TYPE_CHECKING:
    from stack_magic.artifact_stores import BaseArtifactStore
    from stack_magic.stack import Stack

    from ._outputs import Output

_KEPT = 65536
"""Bytes up to which an artifact is kept in memory while its run lasts."""

_LOST = "its last outputs are lost or were changed in the artifact store"


class Artifacts:
    """Writes values to a stack's artifact store and reads them back.

    Everyone who asks for an artifact gets a value of their own, made from its bytes: a
    step that changes its input in place changes nobody else's, and gets the same
    value whether the step before it ran, was cached or ran in another process.
    """

    def __init__(self, stack: Stack) -> None:
        self._store: BaseArtifactStore = stack.artifact_store
        self._kept: dict[ArtifactRecord, bytes] = {}

    def record(self, output: Output, folder: str, producer: tuple[str, str]) -> ArtifactRecord:
        """Return the record of an output, signed by this user; nothing is written.

        Raises:
            StorageError: The file of the user's key cannot be used.
        """
        sha256 = hashlib.sha256(output.content).hexdigest()
        # With the hash in it, the key is never used again for other bytes, not even by
        # a metadata store that counts its runs from 1 again.
        key = f"{folder}/{output.name}-{sha256[:12]}{output.suffix}"
        size = len(output.content)
        record = ArtifactRecord(
            key,
            sha256,
            size,
            output.materializer,
            output.type_name,
            producer,
            _referred(output.materializer, output.content),
        )
        return replace(record, signature=signature_for(record))

    def publish(self, record: ArtifactRecord, content: bytes) -> None:
        """Write the bytes, whole or not at all."""
        with calling(self._store, "write_bytes"):
            self._store.write_bytes(record.key, content)
        self._keep(record, content)

    def unusable_because(self, record: ArtifactRecord) -> str:
        """Return why a step may not take this output from the cache; empty where it may."""
        because = foreign_because(record, self._store)
        if because:
            return f"{FOREIGN}{because}; to read it: {consent_to(self._store)}"
        try:
            content = self._verified(record)
        except (CorruptArtifactError, StorageError):
            return _LOST
        self._keep(record, content)
        return ""

    def load(self, record: ArtifactRecord) -> Any:
        """Return the value of an artifact.

        Raises:
            CorruptArtifactError: Its bytes are lost, or not those that were recorded.
            ConsentNeededError: It is a pickle of somebody else's.
            MissingDependencyError: A package is needed that is not installed.
        """
        return load(*self.shipped(record))

    def shipped(self, record: ArtifactRecord) -> Input:
        """Return the verified bytes of an artifact with what reads them.

        Raises:
            CorruptArtifactError: They are lost, or not those that were recorded.
            ConsentNeededError: They are a pickle of somebody else's.
        """
        check_not_foreign(record, self._store, _named(record))
        content = self._kept.get(record)
        if content is None:
            content = self._verified(record)
        return Input(record.materializer, content, _named(record))

    def _keep(self, record: ArtifactRecord, content: bytes) -> None:
        if len(content) <= _KEPT:
            self._kept[record] = content

    def _verified(self, record: ArtifactRecord) -> bytes:
        again = "run it again with cache=False"
        with calling(self._store, "read_bytes"):
            try:
                content: bytes = self._store.read_bytes(record.key)
            except FileNotFoundError:
                message = f"{_named(record)} is not in artifact store {self._store.name!r}"
                raise CorruptArtifactError(message, hint=again) from None
        is_same = hashlib.sha256(content).hexdigest() == record.sha256
        # What it refers to is imported: the bytes say what that is, not their record.
        if not is_same or record.references != _referred(record.materializer, content):
            message = f"{_named(record)} has changed since it was written"
            raise CorruptArtifactError(message, hint=again)
        return content


def _referred(materializer: str, content: bytes) -> tuple[str, ...]:
    return tuple(":".join(reference) for reference in references(materializer, content))


def _named(record: ArtifactRecord) -> str:
    run, step = record.producer
    return f"artifact {record.key!r} of step {step!r} in run {run!r}"
