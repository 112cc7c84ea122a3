"""What the promises of artifact stores are tried in: a folder of their own, two clients."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._base import BaseArtifactStore

    Check = Callable[[BaseArtifactStore, str], None]


def in_own_folder(check: Check) -> Callable[[BaseArtifactStore], None]:
    """Give a check the full path of a fresh folder, which is removed whatever happens."""

    @wraps(check)
    def checked(store: BaseArtifactStore) -> None:
        folder = store.path_of(f"contract-{uuid4().hex[:12]}")
        try:
            store.makedirs(folder)
            check(store, folder)
        finally:
            with suppress(Exception):
                store.rmtree(folder)

    return checked


def write(store: BaseArtifactStore, path: str, data: bytes) -> None:
    """Write a file by the operations of *store*."""
    with store.open(path, "wb") as file:
        file.write(data)


def read(store: BaseArtifactStore, path: str | bytes) -> bytes:
    """Return the bytes of a file by the operations of *store*."""
    with store.open(path, "rb") as file:
        data: bytes = file.read()
        return data


def tree(store: BaseArtifactStore, folder: str) -> None:
    """Write four files in three folders."""
    store.makedirs(f"{folder}/sub/deep")
    for name in ("b.csv", "a.json", "sub/c.json", "sub/deep/d.json"):
        write(store, f"{folder}/{name}", b"1")


def by_another_client(
    store: BaseArtifactStore, deed: Callable[[BaseArtifactStore], object]
) -> None:
    """Do something by another client of the same store: it shares no listings with this one."""

    def done() -> None:
        # fsspec keeps one client for each thread, and a pickled one is made anew.
        try:
            other: BaseArtifactStore = pickle.loads(pickle.dumps(store))  # noqa: S301 - made here
        except Exception:  # noqa: BLE001 - a store that holds what does not pickle is no worse
            other = store.model_copy()
        deed(other)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(done).result()
