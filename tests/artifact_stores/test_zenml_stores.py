"""Stores as ZenML's users write them, over full paths, in runs."""

from __future__ import annotations

import os
import pickle
import shutil
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import fsspec
import pytest
from pydantic import PrivateAttr

from stack_magic.artifact_stores import BaseArtifactStore
from stack_magic.enums import StackComponentType
from stack_magic.errors import PathRefusedError
from stack_magic.metadata_stores import SqliteMetadataStore
from stack_magic.orchestrators import LocalOrchestrator
from stack_magic.pipelines import execute, pipeline, step
from stack_magic.stack import Stack, StackComponent
from stack_magic.testing import check_contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    PathType = bytes | str


class Share(BaseArtifactStore):
    """Does everything by static methods over the paths that it is given."""

    FLAVOR: ClassVar[str] = "share"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {""}

    @staticmethod
    def open(name: Any, mode: str = "r") -> Any:
        return open(name, mode)  # noqa: PTH123 - paths are texts

    @staticmethod
    def copyfile(src: Any, dst: Any, overwrite: bool = False) -> None:
        if not overwrite and os.path.exists(dst):  # noqa: PTH110
            raise FileExistsError(dst)
        shutil.copyfile(src, dst)

    @staticmethod
    def exists(path: Any) -> bool:
        return os.path.exists(path)  # noqa: PTH110

    @staticmethod
    def glob(pattern: Any) -> list[Any]:
        return sorted(glob(pattern, recursive=True))  # noqa: PTH207

    @staticmethod
    def isdir(path: Any) -> bool:
        return os.path.isdir(path)  # noqa: PTH112

    @staticmethod
    def listdir(path: Any) -> list[Any]:
        return os.listdir(path)  # noqa: PTH208

    @staticmethod
    def makedirs(path: Any) -> None:
        os.makedirs(path, exist_ok=True)  # noqa: PTH103

    @staticmethod
    def mkdir(path: Any) -> None:
        os.mkdir(path)  # noqa: PTH102

    @staticmethod
    def remove(path: Any) -> None:
        os.remove(path)  # noqa: PTH107

    @staticmethod
    def rename(src: Any, dst: Any, overwrite: bool = False) -> None:
        if not overwrite and os.path.exists(dst):  # noqa: PTH110
            raise FileExistsError(dst)
        os.rename(src, dst)  # noqa: PTH104

    @staticmethod
    def rmtree(path: Any) -> None:
        shutil.rmtree(path)

    @staticmethod
    def stat(path: Any) -> Any:
        return os.stat(path)  # noqa: PTH116

    @staticmethod
    def walk(  # type: ignore[override]
        top: Any, topdown: bool = True, onerror: Callable[..., None] | None = None
    ) -> Any:
        yield from os.walk(top, topdown=topdown, onerror=onerror)


class Bucket(BaseArtifactStore):
    """Has its client as a property, and hands the paths that it is given to it."""

    FLAVOR: ClassVar[str] = "bucket"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {"s3://"}

    _client: Any = PrivateAttr(default=None)

    @property
    def filesystem(self) -> Any:
        if self._client is None:
            self._client = fsspec.filesystem("s3")
        return self._client

    def open(self, path: PathType, mode: str = "r") -> Any:  # type: ignore[override]
        return self.filesystem.open(path=path, mode=mode)

    def copyfile(self, src: Any, dst: Any, overwrite: bool = False) -> None:
        self.filesystem.copy(path1=src, path2=dst)

    def exists(self, path: Any) -> bool:
        return bool(self.filesystem.exists(path=path))

    def glob(self, pattern: Any) -> list[Any]:
        return [f"s3://{path}" for path in self.filesystem.glob(path=pattern)]

    def isdir(self, path: Any) -> bool:
        return bool(self.filesystem.isdir(path=path))

    def listdir(self, path: Any) -> list[Any]:
        top = path.removeprefix("s3://")
        names = (found["Key"][len(top) :] for found in self.filesystem.listdir(path=top))
        return [name.lstrip("/") for name in names if name.lstrip("/")]

    def makedirs(self, path: Any) -> None:
        self.filesystem.makedirs(path=path, exist_ok=True)

    def mkdir(self, path: Any) -> None:
        self.filesystem.makedir(path=path)

    def remove(self, path: Any) -> None:
        self.filesystem.rm_file(path=path)

    def rename(self, src: Any, dst: Any, overwrite: bool = False) -> None:
        self.filesystem.rename(path1=src, path2=dst)

    def rmtree(self, path: Any) -> None:
        self.filesystem.delete(path=path, recursive=True)

    def stat(self, path: Any) -> Any:
        return self.filesystem.stat(path=path)

    def walk(self, top: Any, topdown: bool = True, onerror: Any = None) -> Iterator[Any]:
        for folder, folders, files in self.filesystem.walk(path=top):
            yield f"s3://{folder}", folders, files


@pytest.fixture(params=["share", "bucket"])
def zenml_store(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> BaseArtifactStore:
    monkeypatch.chdir(tmp_path)
    if request.param == "share":
        return Share(name="share", path=str(tmp_path / "share"))
    request.getfixturevalue("s3_server")
    return Bucket(name="bucket", path=f"s3://bucket/{tmp_path.name}")


@step
def numbers() -> list[int]:
    return [3, 1, 4]


@step
def total(values: list[int]) -> int:
    return sum(values)


@pipeline
def summing() -> None:
    total(numbers())


def files_of(store: BaseArtifactStore, top: Any) -> Iterable[str]:
    return [store.key_of(f"{at}/{name}") for at, _, names in store.walk(top) for name in names]


def test_a_run_keeps_its_artifacts_below_the_path(
    zenml_store: BaseArtifactStore, tmp_path: Path
) -> None:
    components: dict[StackComponentType, StackComponent] = {
        StackComponentType.ORCHESTRATOR: LocalOrchestrator(name="here"),
        StackComponentType.ARTIFACT_STORE: zenml_store,
        StackComponentType.METADATA_STORE: SqliteMetadataStore(
            name="book", uri=f"sqlite:///{tmp_path}/runs.db"
        ),
    }
    stack = Stack.from_components("lab", components)
    assert execute(summing, stack)["total"].output == 8
    keys = files_of(zenml_store, zenml_store.path)
    assert sorted(key.rpartition("/")[0] for key in keys) == [
        "summing/summing-1/numbers",
        "summing/summing-1/total",
    ]
    again = execute(summing, stack)
    assert {str(one.outcome) for one in again.steps.values()} == {"cached"}
    beside = [path.name for path in tmp_path.iterdir() if "runs.db" not in path.name]
    assert beside == (["share"] if isinstance(zenml_store, Share) else [])


def test_keys_bytes_and_path_objects_become_full_paths(zenml_store: BaseArtifactStore) -> None:
    zenml_store.makedirs("a")
    with zenml_store.open(b"a/x", "wb") as file:
        file.write(b"1")
    full = zenml_store.path_of("a/x")
    assert zenml_store.exists(Path("a/x"))
    assert zenml_store.exists(full)
    zenml_store.copyfile(dst="a/y", src=full)
    assert zenml_store.glob("a/*") == [full, zenml_store.path_of("a/y")]
    assert pickle.loads(pickle.dumps(zenml_store)).exists("a/y")  # noqa: S301 - made here


def test_what_leads_outside_never_reaches_them(zenml_store: BaseArtifactStore) -> None:
    for deed in (zenml_store.remove, zenml_store.rmtree, zenml_store.makedirs, zenml_store.open):
        with pytest.raises(PathRefusedError, match="outside the artifact store"):
            deed("../x")


def test_the_contract_says_what_their_code_does_otherwise(
    zenml_store: BaseArtifactStore,
) -> None:
    broken = set(check_contract(zenml_store).broken)
    kept = {
        "keeps what it is given below its path, apart from other stores",
        "gives back the bytes that were written",
        "writes a file whole or not at all",
        "refuses a path that leads outside",
    }
    assert not broken & kept
    if isinstance(zenml_store, Bucket):
        assert "renames nothing over a folder or below itself" in broken
