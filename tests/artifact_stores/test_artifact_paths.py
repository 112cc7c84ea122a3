"""No path leads out of an artifact store."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest

from stack_magic.artifact_stores import BaseArtifactStore, LocalArtifactStore
from stack_magic.errors import PathRefusedError

if TYPE_CHECKING:
    from pathlib import Path

OUTSIDE = "not for the store's users"

WAYS_OUT = [
    "../secret.txt",
    "runs/../../secret.txt",
    "runs//..//..//secret.txt",
    "./../secret.txt",
    "/etc/hostname",
    "//etc/hostname",
    "..%2fsecret.txt",
    "%2e%2e/secret.txt",
    "%252e%252e%252fsecret.txt",
    "runs#/../../secret.txt",
    "runs?/../../secret.txt",
    "..;/secret.txt",
    "..\\secret.txt",
    "runs\\..\\..\\secret.txt",
    "../store_evil/x",
    "file:///etc/hostname",
    "file://localhost/etc/hostname",
    "FILE:/etc/hostname",
    "s3://bucket/key",
    "zip://x::file:///a.zip",
    "runs/\uff0e\uff0e/\uff0e\uff0e/secret.txt",
    "\u2025/secret.txt",
    "..\uff0fsecret.txt",
    "runs/\x1b[2J",
    "runs\nfoo",
]


@pytest.fixture
def store(tmp_path: Path) -> LocalArtifactStore:
    (tmp_path / "secret.txt").write_text(OUTSIDE)
    (tmp_path / "store_evil").mkdir()
    (tmp_path / "store_evil" / "x").write_text(OUTSIDE)
    store = LocalArtifactStore(name="local", path=str(tmp_path / "store"))
    store.makedirs("runs")
    return store


class AnyScheme(BaseArtifactStore):
    FLAVOR = "any"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {"memory://", "lake://"}


@pytest.mark.parametrize("path", WAYS_OUT)
def test_a_path_that_leads_outside_is_refused(store: LocalArtifactStore, path: str) -> None:
    with pytest.raises(PathRefusedError, match="outside the artifact store"):
        store.open(path, "rb")


@pytest.mark.parametrize("path", WAYS_OUT)
def test_it_is_refused_without_a_file_system_too(path: str) -> None:
    store = AnyScheme(name="lake", path="lake://bucket/root")
    with pytest.raises(PathRefusedError, match="outside the artifact store"):
        store.key_of(path)


def test_a_nul_is_refused(store: LocalArtifactStore) -> None:
    with pytest.raises(PathRefusedError, match="contains a NUL"):
        store.exists("run\0s")


@pytest.mark.parametrize("path", [b"run\xff", "run\udcff"])
def test_what_is_not_utf_8_is_refused(store: LocalArtifactStore, path: str | bytes) -> None:
    with pytest.raises(PathRefusedError, match="it is not UTF-8"):
        store.exists(path)


@pytest.mark.parametrize(
    "name", ["a#b", "a?b", "a;b", "~", "~root", "100%", "a%2eb", "c:x", "a::b", "t=1:2", "x..y"]
)
def test_a_sign_in_a_name_means_itself(name: str) -> None:
    store = AnyScheme(name="lake", path="lake://bucket/root")
    assert store.path_of(f"runs/{name}/x") == f"lake://bucket/root/runs/{name}/x"
    assert store.key_of(store.path_of(f"{name}/x")) == f"{name}/x"


@pytest.mark.parametrize(
    "deed",
    [
        lambda store, out: store.open(out, "w"),
        lambda store, out: store.write_bytes(out, b""),
        lambda store, out: store.read_bytes(out),
        lambda store, out: store.copyfile(out, "copy"),
        lambda store, out: store.copyfile("runs/a", out),
        lambda store, out: store.exists(out),
        lambda store, out: store.glob(out),
        lambda store, out: store.isdir(out),
        lambda store, out: store.listdir(out),
        lambda store, out: store.makedirs(out),
        lambda store, out: store.mkdir(out),
        lambda store, out: store.remove(out),
        lambda store, out: store.rename(out, "new"),
        lambda store, out: store.rename("runs/a", out),
        lambda store, out: store.rmtree(out),
        lambda store, out: store.stat(out),
        lambda store, out: list(store.walk(out)),
    ],
)
@pytest.mark.parametrize("way", ["../secret.txt", "link/secret.txt"])
def test_every_operation_refuses_it(
    store: LocalArtifactStore, tmp_path: Path, deed: object, way: str
) -> None:
    store.write_bytes("runs/a", b"1")
    (tmp_path / "store" / "link").symlink_to(tmp_path)
    with pytest.raises(PathRefusedError, match="outside the artifact store"):
        deed(store, way)  # type: ignore[operator]
    assert (tmp_path / "secret.txt").read_text() == OUTSIDE


def test_a_link_within_the_store_is_followed(store: LocalArtifactStore, tmp_path: Path) -> None:
    store.write_bytes("runs/a", b"1")
    (tmp_path / "store" / "newest").symlink_to("runs")
    assert store.read_bytes("newest/a") == b"1"


def test_neither_walk_nor_glob_follow_links(store: LocalArtifactStore, tmp_path: Path) -> None:
    (tmp_path / "store" / "link").symlink_to(tmp_path / "store_evil")
    assert store.path_of("link/x") not in store.glob("**")
    assert [folder for folder, _, _ in store.walk("")] == [store.path, store.path_of("runs")]


def test_full_paths_below_the_root_are_keys(store: LocalArtifactStore, tmp_path: Path) -> None:
    assert store.key_of(f"{tmp_path}/store/runs/a") == "runs/a"
    assert store.key_of(tmp_path / "store") == ""
    assert store.path_of("runs/a") == store.path_of(b"runs//a/") == f"{tmp_path}/store/runs/a"


def test_full_uris_below_the_root_are_keys() -> None:
    store = AnyScheme(name="mem", path="memory://box/")
    assert store.key_of("memory://box/runs/a") == "runs/a"
    with pytest.raises(PathRefusedError, match="outside"):
        store.key_of("memory://box_evil/a")


def test_a_key_may_begin_like_a_relative_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = LocalArtifactStore(name="local", path="data")
    store.write_bytes("data/x.txt", b"below")
    store.write_bytes("x.txt", b"beside")
    assert store.read_bytes("data/x.txt") == b"below"
    assert store.glob("**/*.txt") == [store.path_of("data/x.txt"), store.path_of("x.txt")]


def test_keys_are_tidied(store: LocalArtifactStore) -> None:
    assert store.key_of("runs//./a b-1_2.json/") == "runs/a b-1_2.json"


def test_the_root_itself_cannot_be_removed(store: LocalArtifactStore) -> None:
    for path in ("", ".", store.path):
        with pytest.raises(PathRefusedError, match="the whole artifact store"):
            store.rmtree(path)


def test_a_store_that_is_a_link_holds_its_files(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    store = LocalArtifactStore(name="local", path=str(tmp_path / "link"))
    store.write_bytes("a", b"1")
    assert (tmp_path / "real" / "a").read_bytes() == b"1"
