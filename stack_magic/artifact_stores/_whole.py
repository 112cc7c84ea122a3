"""A file written whole or not at all: beside its place first, then moved into it."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from stack_magic.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._base import BaseArtifactStore


def temporary_name(folder: str) -> str:
    """Return a path for a file on its way, in the folder where it will be."""
    name = f".{uuid4().hex}.tmp"
    return f"{folder}/{name}" if folder else name


def write_whole(store: BaseArtifactStore, key: str, data: bytes) -> None:
    """Write *data* by the operations of *store*, which any flavor may have overridden.

    A file system publishes what was written also when the writing fails, so that a
    failure may never happen at the file's own place.
    """
    key = store.key_of(key)
    folder = key.rpartition("/")[0]
    temporary = temporary_name(folder)
    with nothing_saved(key, store.path):
        store.makedirs(folder)
        try:
            with store.open(temporary, "wb") as file:
                file.write(data)
            store.rename(temporary, key, overwrite=True)
        except BaseException:
            with suppress(Exception):
                store.remove(temporary)
            raise


def read_whole(store: BaseArtifactStore, key: str) -> bytes:
    """Return the bytes of a file by the operations of *store*."""
    with not_read(key, store.path), store.open(key, "rb") as file:
        data: bytes = file.read()
        return data


@contextmanager
def nothing_saved(key: str, root: str) -> Iterator[None]:
    """Turn the system's error into one that says what is and is not saved."""
    try:
        yield
    except OSError as error:
        message = (
            f"{key!r} was not saved in artifact store {root!r}: {_cause(error)}; "
            "what was there before is unchanged"
        )
        raise StorageError(message) from error


@contextmanager
def not_read(key: str, root: str) -> Iterator[None]:
    """Turn the system's error into ours, unless the file is just not there."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        message = f"{key!r} in artifact store {root!r} cannot be read: {_cause(error)}"
        raise StorageError(message) from error


def _cause(error: OSError) -> str:
    """Return what happened in the store's own words, which say more than a number does."""
    if error.strerror is None:
        return str(error) or type(error).__name__
    is_the_systems = error.errno is not None and error.strerror == os.strerror(error.errno)
    return error.strerror.lower() if is_the_systems else error.strerror
