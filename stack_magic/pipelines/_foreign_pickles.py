"""Pickles that somebody else may have written: they are read by consent only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.errors import ConsentNeededError
from stack_magic.materializers import PICKLE_SUFFIX, is_pickle
from stack_magic.trust import Place, has_signed, is_signed, is_trusted, signature_of

if TYPE_CHECKING:
    from stack_magic.artifact_stores import BaseArtifactStore
    from stack_magic.metadata_stores import ArtifactRecord

_WHAT = "artifact"


def signature_for(record: ArtifactRecord) -> str:
    """Return this user's signature of an artifact; of data none is needed.

    Raises:
        StorageError: The file of the user's key cannot be used.
    """
    return signature_of(*_facts(record)) if is_pickle(record.materializer) else ""


def foreign_because(record: ArtifactRecord, store: BaseArtifactStore) -> str:
    """Return why an artifact may not be read unasked, after `it`; empty where it may.

    Data may, and pickles that this user has signed, and those in a store that they trust;
    there the file's name has to say that it is one: the record may be somebody else's.
    """
    if not is_pickle(record.materializer) or is_signed(record.signature, *_facts(record)):
        return ""
    is_named_so = record.key.endswith(PICKLE_SUFFIX)
    if is_named_so and is_trusted(Place(store.FLAVOR, store.path_of(""))):
        return ""
    if not is_named_so:
        return "has a record that says it is a pickle, and its file's name does not"
    if not record.signature:
        return "was written by an earlier version of stack-magic, or by somebody else"
    if not has_signed():
        return "was written by somebody else, or on another machine"
    return "was written by somebody else, or its record was changed"


def consent_to(store: BaseArtifactStore) -> str:
    """Return the line by which the user agrees to read what others wrote to a store."""
    return f"%{store.TYPE} trust {store.name}"


def check_not_foreign(record: ArtifactRecord, store: BaseArtifactStore, named: str) -> None:
    """Raise ConsentNeededError where an artifact may not be read unasked.

    Args:
        record: Which artifact.
        store: Where its bytes are.
        named: What the error calls it.
    """
    because = foreign_because(record, store)
    if because:
        message = (
            f"{named} {because}; it is a pickle, and to read it would run code: it is not read "
            f"unless you trust all who write to artifact store {store.name!r}"
        )
        raise ConsentNeededError(message, hint=consent_to(store))


def _facts(record: ArtifactRecord) -> tuple[str, ...]:
    return (_WHAT, record.sha256, record.materializer, record.key, *record.producer)
