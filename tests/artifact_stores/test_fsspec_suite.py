"""fsspec's own suite for file systems, over stores on every back end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fsspec import AbstractFileSystem
from fsspec.tests import abstract

if TYPE_CHECKING:
    from stack_magic.artifact_stores import BaseArtifactStore


class StoreFileSystem(AbstractFileSystem):
    """A store, seen as an fsspec file system: by its 13 operations alone."""

    cachable = False
    protocol = "store"

    def __init__(self, store: BaseArtifactStore) -> None:
        super().__init__()
        self.store = store

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        path = self._strip_protocol(path)
        return {**self.store.stat(path), "name": path}

    def ls(self, path: str, detail: bool = True, **_: Any) -> list[Any]:
        path = self._strip_protocol(path)
        top: tuple[str, list[str], list[str]] = next(iter(self.store.walk(path)), ("", [], []))
        kinds = {**dict.fromkeys(top[1], "directory"), **dict.fromkeys(top[2], "file")}
        found = [{"name": f"{path}/{n}", "type": k, "size": None} for n, k in kinds.items()]
        found = found or [one for one in [self.info(path)] if one["type"] == "file"]
        return found if detail else [one["name"] for one in found]

    def _open(self, path: str, mode: str = "rb", **_: Any) -> Any:
        return self.store.open(path, mode)

    def mkdir(self, path: str, create_parents: bool = True, **_: Any) -> None:
        if create_parents:
            self.store.makedirs(path)
        else:
            self.store.mkdir(path)

    def makedirs(self, path: str, exist_ok: bool = False) -> None:
        if not exist_ok and self.store.exists(path):
            raise FileExistsError(path)
        self.store.makedirs(path)

    def cp_file(self, path1: str, path2: str, **_: Any) -> None:
        if self.store.isdir(path1):
            self.store.makedirs(path2)
        else:
            self.store.copyfile(path1, path2, overwrite=True)

    def rm(self, path: Any, recursive: bool = False, maxdepth: int | None = None) -> None:
        for one in self.expand_path(path, maxdepth=maxdepth):
            self.store.rmtree(one) if self.store.isdir(one) else self.store.remove(one)


class Fixtures(abstract.AbstractFixtures):
    @pytest.fixture
    def fs(self, store: BaseArtifactStore) -> StoreFileSystem:
        return StoreFileSystem(store)

    @pytest.fixture
    def fs_path(self) -> str:
        return "suite"


class TestCopy(abstract.AbstractCopyTests, Fixtures):
    """Copies inside the store."""


class TestGet(abstract.AbstractGetTests, Fixtures):
    """Copies from the store to this machine."""


class TestPut(abstract.AbstractPutTests, Fixtures):
    """Copies from this machine to the store."""


class TestOpen(abstract.AbstractOpenTests, Fixtures):
    """Files opened to be new."""


class TestPipe(abstract.AbstractPipeTests, Fixtures):
    """Files written at once."""
