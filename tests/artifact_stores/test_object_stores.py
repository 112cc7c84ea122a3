"""Stores over S3: what is asked of it, what other clients do, what is missing, what it says."""

from __future__ import annotations

import sys
from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

import pytest
from s3fs import S3FileSystem

from stack_magic.artifact_stores import BaseArtifactStore
from stack_magic.errors import MissingDependencyError, StorageError

if TYPE_CHECKING:
    from pathlib import Path

# Clients of their own: fsspec would give out one for all that are made alike.
MINE = S3FileSystem(skip_instance_cache=True, use_listings_cache=True)


class Lake(BaseArtifactStore):
    """Brings a client that keeps its listings for ever, as s3fs does by itself."""

    FLAVOR: ClassVar[str] = "lake"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {"s3://"}

    def filesystem(self) -> Any:
        return MINE


@pytest.fixture
def lake(s3_server: str) -> Lake:
    return Lake(name="lake", path=f"s3://bucket/{uuid4().hex}")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return how often each request of S3 is made, from now on."""
    found: Counter[str] = Counter()
    call = S3FileSystem._call_s3

    async def counted(self: Any, method: str, *args: Any, **kwargs: Any) -> Any:
        found[method] += 1
        return await call(self, method, *args, **kwargs)

    monkeypatch.setattr(S3FileSystem, "_call_s3", counted)
    return found


def test_an_artifact_is_put_once_and_in_its_place(lake: Lake, asked: Counter[str]) -> None:
    lake.write_bytes("run/step/a", b"1")
    lake.write_bytes("run/step/b", b"2")
    changes = {name: n for name, n in asked.items() if name.split("_")[0] not in {"head", "list"}}
    assert changes == {"put_object": 2}
    asked.clear()
    assert lake.read_bytes("run/step/a") == b"1"
    assert asked["get_object"] == 1
    assert not asked["list_objects_v2"]


def test_what_another_client_does_is_seen_at_once(lake: Lake) -> None:
    other = S3FileSystem(skip_instance_cache=True)
    where = lake.path.removeprefix("s3://")
    lake.write_bytes("d/mine", b"1")
    assert lake.listdir("d") == ["mine"]
    MINE.ls(f"{where}/d")  # which its user may do besides
    other.pipe_file(f"{where}/d/theirs", b"2")
    assert lake.listdir("d") == ["mine", "theirs"]
    assert lake.glob("d/t*") == [lake.path_of("d/theirs")]
    other.rm_file(f"{where}/d/mine")
    assert not lake.exists("d/mine")
    assert [files for _, _, files in lake.walk("d")] == [["theirs"]]
    other.pipe_file(f"{where}/d/theirs", b"changed")
    assert lake.stat("d/theirs")["size"] == 7


def test_a_file_that_takes_a_folders_place_is_noticed(lake: Lake) -> None:
    lake.write_bytes("d/a", b"1")
    lake.rmtree("d")
    lake.write_bytes("d", b"a file now")
    with pytest.raises(StorageError, match=r"'d/b' was not saved.*not a directory"):
        lake.write_bytes("d/b", b"2")


def test_what_the_store_says_is_told(s3_server: str) -> None:
    store = Lake(name="lake", path="s3://no-such-bucket/x")
    with pytest.raises(StorageError, match="The specified bucket does not exist"):
        store.write_bytes("a", b"1")


def test_the_systems_number_does_not_hide_what_the_store_says(tmp_path: Path) -> None:
    class Throttled(BaseArtifactStore):
        FLAVOR: ClassVar[str] = "throttled"
        SUPPORTED_SCHEMES: ClassVar[set[str]] = {""}

        def open(self, name: Any, /, mode: str = "r") -> Any:
            raise OSError(121, "SlowDown: reduce your request rate")

    store = Throttled(name="t", path=str(tmp_path))
    with pytest.raises(StorageError, match="SlowDown: reduce your request rate"):
        store.write_bytes("a", b"1")
    with pytest.raises(StorageError, match="cannot be read: SlowDown"):
        store.read_bytes("a")


@pytest.mark.parametrize(
    ("scheme", "package", "line"),
    [
        ("s3", "s3fs", "'stack-magic[s3]'"),
        ("gs", "gcsfs", "gcsfs"),
        ("sftp", "paramiko", "paramiko"),
    ],
)
def test_a_package_that_is_missing_is_named_with_its_line(
    monkeypatch: pytest.MonkeyPatch, scheme: str, package: str, line: str
) -> None:
    class Remote(BaseArtifactStore):
        FLAVOR: ClassVar[str] = "remote"
        SUPPORTED_SCHEMES: ClassVar[set[str]] = {f"{scheme}://"}

    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "fsspec.implementations.sftp", raising=False)
    loaded = import_module("fsspec.registry")._registry
    monkeypatch.delitem(loaded, scheme, raising=False)
    needs = f"{scheme}:// needs a package that is not installed"
    with pytest.raises(MissingDependencyError, match=needs) as caught:
        Remote(name="r", path=f"{scheme}://box/a").exists("x")
    assert caught.value.hint == f"%pip install {line}"
