"""Flavors of artifact stores, as users write them in a cell."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, ClassVar

import fsspec
import pytest
from fsspec.implementations.dirfs import DirFileSystem
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.registry import known_implementations
from pydantic import ValidationError

from stack_magic.artifact_stores import BaseArtifactStore
from stack_magic.artifact_stores._schemes import SHIPPED, is_served
from stack_magic.enums import Severity
from stack_magic.errors import (
    MissingDependencyError,
    NotServedError,
    PathRefusedError,
    StorageError,
)
from stack_magic.stack import check_flavor
from stack_magic.testing import assert_contract, check_contract

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def memory() -> Iterator[None]:
    """Empty fsspec's memory, which all tests share."""
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
    yield
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


class Scratch(BaseArtifactStore):
    FLAVOR = "scratch"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {"memory://", "file://", "/"}


class MyCustomArtifactStore(BaseArtifactStore):
    FLAVOR: ClassVar[str] = "custom"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {"custom://"}


class Lake(MyCustomArtifactStore):
    def filesystem(self) -> Any:
        return fsspec.filesystem("memory")


@pytest.mark.parametrize("path", ["memory://", "memory://box/a/", "FOLDER", "file://FOLDER"])
def test_naming_a_known_scheme_is_enough(path: str, tmp_path: Path) -> None:
    store = Scratch(name="scratch", path=path.replace("FOLDER", str(tmp_path / "a")))
    assert_contract(store)


def test_a_scheme_of_its_own_needs_a_file_system_only() -> None:
    store = Lake(name="lake", path="custom://lake/a")
    assert_contract(store)
    store.write_bytes("x", b"1")
    assert fsspec.filesystem("memory").cat("/lake/a/x") == b"1"


class Nested(MyCustomArtifactStore):
    def filesystem(self) -> Any:
        return DirFileSystem("/shelf", fsspec.filesystem("memory"))


def test_a_file_system_that_wraps_another_needs_no_more() -> None:
    store = Nested(name="nested", path="custom://lake/a")
    assert_contract(store)
    store.write_bytes("old/sub/x?", b"1")
    store.rename("old", "n?w")
    assert store.glob("**/x*") == [store.path_of("n?w/sub/x?")]
    assert fsspec.filesystem("memory").cat("/shelf/lake/a/n?w/sub/x?") == b"1"


def test_a_contract_leaves_nothing_behind() -> None:
    store = Lake(name="lake", path="custom://lake")
    check_contract(store)
    assert fsspec.filesystem("memory").find("/") == []


def test_a_scheme_that_nobody_serves_is_a_warning() -> None:
    report = check_flavor(MyCustomArtifactStore, BaseArtifactStore)
    (found,) = report.diagnostics
    assert report.ok
    assert found.code == "scheme-not-served"
    assert found.message == (
        "nothing serves custom:// yet: override filesystem (or the 13 operations) "
        "in MyCustomArtifactStore"
    )


def test_a_component_is_warned_of_its_own_scheme_only() -> None:
    class Both(BaseArtifactStore):
        FLAVOR = "both"
        SUPPORTED_SCHEMES: ClassVar[set[str]] = {"custom://", "/"}

    found = list(Both(name="a", path="custom://x").diagnostics())
    assert [d.severity for d in found] == [Severity.WARNING]
    assert list(Both(name="b", path="/tmp/x").diagnostics()) == []  # noqa: S108 - not opened


class Anywhere(BaseArtifactStore):
    FLAVOR = "anywhere"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {"", "file://", "s3://", "memory://"}


@pytest.mark.parametrize(
    ("path", "what", "fix"),
    [
        ("/", "the root of this machine's file system", "--path=/FOLDER"),
        ("/tmp/..", "the root of this machine's file system", "--path=/FOLDER"),  # noqa: S108 - not opened
        ("file:///", "the root of this machine's file system", "--path=file:///FOLDER"),
        ("s3://", "no bucket, but all of them", "--path=s3://BUCKET/FOLDER"),
    ],
)
def test_a_store_that_is_all_of_a_file_system_is_told_as_that(
    path: str, what: str, fix: str
) -> None:
    (found,) = Anywhere(name="a", path=path).diagnostics()
    assert found.severity is Severity.WARNING
    assert what in found.message
    assert found.fix == f"%artifact_store update a {fix}"


@pytest.mark.parametrize("path", ["/tmp", "file:///tmp", "s3://bucket", "memory://"])  # noqa: S108
def test_a_store_below_a_root_is_not_told(path: str) -> None:
    assert list(Anywhere(name="a", path=path).diagnostics()) == []


def test_using_it_says_what_to_override() -> None:
    store = MyCustomArtifactStore(name="mine", path="custom://lake")
    with pytest.raises(NotServedError, match=r"custom://.*\n.*`filesystem` in MyCustom"):
        store.listdir("")


def test_a_scheme_whose_package_is_missing_names_it() -> None:
    class Box(BaseArtifactStore):
        FLAVOR = "box"
        SUPPORTED_SCHEMES: ClassVar[set[str]] = {"gs://"}

    with pytest.raises(MissingDependencyError, match="gs:// needs a package"):
        Box(name="box", path="gs://bucket").exists("a")


def test_schemes_are_required() -> None:
    class Forgot(BaseArtifactStore):
        FLAVOR = "forgot"

    (found,) = check_flavor(Forgot, BaseArtifactStore).errors
    assert found.code == "schemes-missing"
    with pytest.raises(ValidationError, match="must be a set of strings"):
        Forgot(name="a", path="x")


@pytest.mark.parametrize("schemes", ["custom://", set(), {1}, {"a://": 1}])
def test_schemes_are_a_set_of_strings(schemes: object) -> None:
    class Wrong(BaseArtifactStore):
        FLAVOR = "wrong"
        SUPPORTED_SCHEMES = schemes  # type: ignore[assignment]

    (found,) = check_flavor(Wrong, BaseArtifactStore).errors
    assert "must be a set of strings" in found.message


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("http://169.254.169.254/", "starts with no scheme of: /, file://, memory://"),
        ("relative/a", "starts with no scheme of"),
        ("memory:/a", "starts with no scheme of"),
        ("file://host/a", "names a host or is relative"),
        ("memory://a/../b", r"contains '\.\.'"),
        ("memory://a::file:///b", "chains schemes"),
        ("/tmp/\0", "contains a NUL"),  # noqa: S108 - not opened
    ],
)
def test_a_path_that_does_not_fit_is_refused(path: str, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Scratch(name="a", path=path)


def test_a_password_in_a_path_is_refused_unseen() -> None:
    with pytest.raises(ValidationError, match="holds a password") as caught:
        Scratch(name="a", path="memory://me:hunter2@host/a")
    assert "hunter2" not in str(caught.value)


def test_the_case_of_a_scheme_does_not_matter() -> None:
    store = Scratch(name="a", path="MEMORY://box")
    store.write_bytes("x", b"1")
    assert fsspec.filesystem("memory").cat("/box/x") == b"1"


def test_the_list_of_shipped_schemes_is_that_of_fsspec() -> None:
    assert set(known_implementations) == SHIPPED


def test_a_registered_file_system_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_served("lake://")
    monkeypatch.setitem(known_implementations, "lake", {"class": "x.Y"})
    assert is_served("lake://")


class OwnOperations(BaseArtifactStore):
    """Overrides operations, as ZenML's flavors do."""

    FLAVOR = "own"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {"own://"}

    def _inner(self) -> Scratch:
        return Scratch(name="inner", path="memory://own")

    def open(self, name: Any, mode: str = "r") -> IO[Any]:
        return self._inner().open(self.key_of(name), mode)

    def makedirs(self, path: Any) -> None:
        self._inner().makedirs(self.key_of(path))

    def remove(self, path: Any) -> None:
        self._inner().remove(self.key_of(path))

    def rename(self, src: Any, dst: Any, overwrite: bool = False) -> None:
        self._inner().rename(self.key_of(src), self.key_of(dst), overwrite=overwrite)


def test_artifacts_are_written_by_overridden_operations() -> None:
    store = OwnOperations(name="own", path="own://x")
    store.write_bytes("run/model", b"1")
    assert store.read_bytes("run/model") == b"1"
    assert list(store.diagnostics()) == []


@pytest.mark.parametrize("failure", [OSError("gone"), KeyboardInterrupt()])
def test_a_failed_publish_leaves_the_former_bytes(failure: BaseException, tmp_path: Path) -> None:
    class Failing(Scratch):
        def rename(self, src: Any, dst: Any, overwrite: bool = False) -> None:
            raise failure

    good, bad = (kind(name="a", path=f"file://{tmp_path}/box") for kind in (Scratch, Failing))
    good.write_bytes("model", b"former")
    with pytest.raises((StorageError, KeyboardInterrupt), match=r"gone; what was there|^$"):
        bad.write_bytes("model", b"newer")
    assert good.read_bytes("model") == b"former"
    assert good.listdir("") == ["model"]


def test_a_folder_is_renamed_with_its_files() -> None:
    store = Scratch(name="a", path="memory://box")
    store.write_bytes("old/sub/x", b"1")
    store.rename("old", "new")
    assert store.glob("**/x") == ["memory://box/new/sub/x"]


def test_a_file_is_no_folder_to_list() -> None:
    store = Scratch(name="a", path="memory://box")
    store.write_bytes("x", b"1")
    with pytest.raises(NotADirectoryError, match="x"):
        store.listdir("x")


def test_walk_tells_what_it_could_not_list() -> None:
    store = Scratch(name="a", path="memory://box")
    seen: list[OSError] = []
    assert list(store.walk("none", onerror=seen.append)) == []
    assert [type(error) for error in seen] == [FileNotFoundError]


def test_walk_goes_up_on_request() -> None:
    store = Scratch(name="a", path="memory://box")
    store.write_bytes("x/y/z", b"1")
    walked = [folder for folder, _, _ in store.walk("", topdown=False)]
    assert walked == ["memory://box/x/y", "memory://box/x", "memory://box"]


def test_glob_without_a_wildcard_asks_whether_it_exists() -> None:
    store = Scratch(name="a", path="memory://box")
    store.write_bytes("x", b"1")
    assert store.glob("x") == ["memory://box/x"]
    assert store.glob("none") == []


def test_links_of_a_local_file_system_are_refused(tmp_path: Path) -> None:
    store = Scratch(name="a", path=f"file://{tmp_path}/store")
    store.makedirs("")
    (tmp_path / "store" / "link").symlink_to(tmp_path)
    with pytest.raises(PathRefusedError, match="passes a symbolic link"):
        store.listdir("link")
