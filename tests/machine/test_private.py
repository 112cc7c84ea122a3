"""Files and folders are their owner's, written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stack_magic.errors import StorageError
from stack_magic.machine import (
    absolute_path,
    check_private,
    private_file,
    private_folder,
    write_private,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    """Hide nothing by the umask: what is private is so by itself."""
    former = os.umask(0)
    yield
    os.umask(former)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_every_folder_that_is_made_is_the_owners(tmp_path: Path) -> None:
    made = private_folder(tmp_path / "a" / "b" / "c")
    assert [mode(folder) for folder in (made, made.parent, made.parent.parent)] == [0o700] * 3


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    private_folder(shared / "mine")
    assert (mode(shared), mode(shared / "mine")) == (0o755, 0o700)


def test_a_file_in_the_place_of_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(FileExistsError, match="taken"):
        private_folder(tmp_path / "taken")


def test_a_file_is_made_for_its_owner_and_left_if_it_is_there(tmp_path: Path) -> None:
    file = private_file(tmp_path / "deep" / "file")
    assert mode(file) == 0o600
    file.write_text("kept")
    assert private_file(file).read_text() == "kept"


def test_a_read_only_file_is_there(tmp_path: Path, ordinary_user: None) -> None:
    file = tmp_path / "old"
    file.touch(mode=0o400)
    assert private_file(file) == file
    with pytest.raises(PermissionError, match="Permission denied"):
        file.open("r+b")


def test_what_is_written_is_the_owners_whatever_was_there(tmp_path: Path) -> None:
    file = tmp_path / "sub" / "file"
    write_private(file, b"one")
    file.chmod(0o644)
    write_private(file, b"two")
    assert (file.read_bytes(), mode(file)) == (b"two", 0o600)
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_write_that_is_broken_off_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise error

    file = tmp_path / "file"
    write_private(file, b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(type(error)):
            write_private(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_is_replaced_and_what_it_leads_to_is_left(tmp_path: Path) -> None:
    other, link = tmp_path / "other", tmp_path / "link"
    other.write_bytes(b"not ours")
    link.symlink_to(other)
    write_private(link, b"ours")
    assert not link.is_symlink()
    assert (link.read_bytes(), other.read_bytes()) == (b"ours", b"not ours")


def test_it_is_said_when_the_new_name_may_not_be_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def fail_for_folders(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(5, "Input/output error")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fail_for_folders)
    with pytest.raises(StorageError, match="may not have been saved: Input/output error"):
        write_private(tmp_path / "file", b"new")


def test_what_others_may_write_is_not_used(tmp_path: Path) -> None:
    file = private_file(tmp_path / "file")
    check_private(file)
    for rights in (0o620, 0o602):
        file.chmod(rights)
        with pytest.raises(StorageError, match=r"can be written by other users.*\n.*chmod go-w"):
            check_private(file)


def test_what_another_user_owns_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = private_file(tmp_path / "file")
    monkeypatch.setattr(os, "getuid", lambda: file.stat().st_uid + 1)
    with pytest.raises(StorageError, match="belongs to another user"):
        check_private(file)


@pytest.mark.parametrize(
    ("given", "meant"),
    [("x", "/f/x"), ("./x/../y", "/f/y"), ("../x", "/x"), ("/abs", "/abs"), ("", "/f")],
)
def test_a_relative_path_rests_on_its_folder(given: str, meant: str) -> None:
    assert absolute_path(given, "/f") == Path(meant)


def test_a_tilde_is_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert absolute_path("~/x", "/f") == Path("/home/me/x")
    assert absolute_path("a~", "/f") == Path("/f/a~")
