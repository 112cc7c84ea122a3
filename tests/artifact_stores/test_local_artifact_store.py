"""The local artifact store: where its files are, and what a failure leaves."""

from __future__ import annotations

import errno
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest
from pydantic import ValidationError

from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.errors import StorageError


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_making_one_touches_nothing(project: Path) -> None:
    LocalArtifactStore(name="local")
    assert list(project.iterdir()) == []


def test_a_relative_path_stays_where_it_was_made(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalArtifactStore(name="local")
    (project / "elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    store.write_bytes("a", b"1")
    assert (project / ".stack_magic/artifacts/a").read_bytes() == b"1"
    assert store.path == ".stack_magic/artifacts"
    assert store.local_path == str(project / ".stack_magic/artifacts")


def test_a_copy_in_another_process_has_the_same_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalArtifactStore(name="local")
    pickled = pickle.dumps(store)
    (project / "elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    assert pickle.loads(pickled).local_path == store.local_path  # noqa: S301 - made here


def test_a_home_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert LocalArtifactStore(name="local", path="~/a").local_path == str(tmp_path / "a")


def test_files_are_for_their_owner_only(project: Path) -> None:
    former = os.umask(0)
    try:
        LocalArtifactStore(name="local").write_bytes("run/model", b"1")
    finally:
        os.umask(former)
    made = [*(project / ".stack_magic").rglob("*"), project / ".stack_magic"]
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in made}
    assert modes == {
        ".stack_magic": "0o700",
        "artifacts": "0o700",
        "run": "0o700",
        "model": "0o600",
    }


@pytest.mark.parametrize("path", ["s3://bucket", "S3://bucket", "s3:/bucket", "gs://b", "az://b"])
def test_a_remote_path_is_refused(path: str) -> None:
    with pytest.raises(ValidationError, match=f"{path}' starts with no scheme of"):
        LocalArtifactStore(name="local", path=path)


def test_an_empty_path_is_refused() -> None:
    with pytest.raises(ValidationError, match="starts with no scheme"):
        LocalArtifactStore(name="local", path=" ")


def test_a_folder_that_cannot_be_written_is_named() -> None:
    store = LocalArtifactStore(name="local", path="/proc/none")
    with pytest.raises(StorageError, match=r"not saved in artifact store '/proc/none'"):
        store.write_bytes("a", b"1")


def test_a_full_disk_leaves_the_former_bytes(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    store = LocalArtifactStore(name="local", path="a")
    store.write_bytes("model", b"former")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="no space left on device; what was there before"):
        store.write_bytes("model", b"newer")
    assert store.read_bytes("model") == b"former"
    assert store.listdir("") == ["model"]


def test_an_interrupt_leaves_the_former_bytes(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: Path, __: Path) -> NoReturn:
        raise KeyboardInterrupt

    store = LocalArtifactStore(name="local", path="a")
    store.write_bytes("model", b"former")
    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        store.write_bytes("model", b"newer")
    assert store.read_bytes("model") == b"former"
    assert store.listdir("") == ["model"]


def test_the_file_is_on_the_disk_before_it_has_its_name(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(descriptor: int) -> None:
        calls.append("fsync")
        fsync(descriptor)

    def noted_replace(path: Path, target: Path) -> Path:
        calls.append("replace")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    LocalArtifactStore(name="local", path="a").write_bytes("model", b"1")
    assert calls == ["fsync", "replace", "fsync"]


def test_a_folder_that_cannot_be_synced_is_said(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: int) -> NoReturn:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    store = LocalArtifactStore(name="local", path="a")
    monkeypatch.setattr("stack_magic.machine._private._write_to_disk", Path.write_bytes)
    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(StorageError, match="may not have been saved"):
        store.write_bytes("model", b"1")


def test_a_folder_is_not_read_as_a_file(project: Path) -> None:
    store = LocalArtifactStore(name="local", path="a")
    store.makedirs("model")
    with pytest.raises(StorageError, match="'model' in artifact store 'a' cannot be read"):
        store.read_bytes("model")


def test_a_broken_link_exists_no_more_than_its_target(project: Path) -> None:
    store = LocalArtifactStore(name="local", path="a")
    store.makedirs("")
    (project / "a" / "link").symlink_to("none")
    assert not store.exists("link")


def test_what_pipelines_do_needs_no_fsspec(project: Path) -> None:
    program = """
import sys
from stack_magic.artifact_stores import LocalArtifactStore
store = LocalArtifactStore(name="local")
store.write_bytes("a/b", b"1")
assert store.read_bytes("a/b") == b"1" and store.exists("a/b")
assert list(store.diagnostics()) == [] and list(store.flavor_diagnostics()) == []
assert "fsspec" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=project)


def test_a_probe_notices_a_folder_that_is_none(project: Path) -> None:
    (project / "taken").write_text("a file", encoding="utf-8")
    assert list(LocalArtifactStore(name="local", path="new/folder").probe()) == []
    (found,) = LocalArtifactStore(name="local", path="taken/below").probe()
    assert "nothing can be written to" in found.message
    assert "taken" in found.message
