"""What every artifact store promises."""

from __future__ import annotations

from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING
from uuid import uuid4

from stack_magic.errors import PathRefusedError
from stack_magic.stack import Contract, Promise, expect, expect_raises

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._base import BaseArtifactStore

    Check = Callable[[BaseArtifactStore, str], None]


def _in_own_folder(check: Check) -> Callable[[BaseArtifactStore], None]:
    """Give a check a fresh folder, which is removed whatever happens."""

    @wraps(check)
    def checked(store: BaseArtifactStore) -> None:
        folder = f"contract-{uuid4().hex[:12]}"
        try:
            store.makedirs(folder)
            check(store, folder)
        finally:
            with suppress(Exception):
                store.rmtree(folder)

    return checked


def _write(store: BaseArtifactStore, key: str, data: bytes) -> None:
    with store.open(key, "wb") as file:
        file.write(data)


def _read(store: BaseArtifactStore, key: str) -> bytes:
    with store.open(key, "rb") as file:
        data: bytes = file.read()
        return data


@_in_own_folder
def _bytes_come_back(store: BaseArtifactStore, folder: str) -> None:
    data = bytes(range(256)) * 5
    _write(store, f"{folder}/data.bin", data)
    expect(_read(store, f"{folder}/data.bin") == data, "other bytes came back")


@_in_own_folder
def _text_comes_back(store: BaseArtifactStore, folder: str) -> None:
    with store.open(f"{folder}/a.txt", "w") as file:
        file.write("zwölf ≤ 13")
    with store.open(f"{folder}/a.txt") as file:
        text = file.read()
    expect(text == "zwölf ≤ 13", f"{text!r} came back")


@_in_own_folder
def _overwrites(store: BaseArtifactStore, folder: str) -> None:
    _write(store, f"{folder}/a", b"the longer first")
    _write(store, f"{folder}/a", b"second")
    expect(_read(store, f"{folder}/a") == b"second", "the former bytes remain")


@_in_own_folder
def _missing(store: BaseArtifactStore, folder: str) -> None:
    with expect_raises(FileNotFoundError, deed="opening a missing file"):
        _read(store, f"{folder}/none")
    with expect_raises(FileNotFoundError, deed="read_bytes of a missing file"):
        store.read_bytes(f"{folder}/none")


@_in_own_folder
def _knows_what_is_there(store: BaseArtifactStore, folder: str) -> None:
    _write(store, f"{folder}/a", b"1")
    expect(store.exists(f"{folder}/a"), "a written file does not exist")
    expect(not store.exists(f"{folder}/none"), "a missing file exists")
    expect(store.isdir(folder), "a folder is no folder")
    expect(not store.isdir(f"{folder}/a"), "a file is a folder")


def _tree(store: BaseArtifactStore, folder: str) -> None:
    store.makedirs(f"{folder}/sub/deep")
    for key in ("b.csv", "a.json", "sub/c.json", "sub/deep/d.json"):
        _write(store, f"{folder}/{key}", b"1")


@_in_own_folder
def _lists(store: BaseArtifactStore, folder: str) -> None:
    _tree(store, folder)
    names = sorted(store.listdir(folder))
    expect(names == ["a.json", "b.csv", "sub"], f"listed {names}")


@_in_own_folder
def _globs(store: BaseArtifactStore, folder: str) -> None:
    _tree(store, folder)
    found = store.glob(f"{folder}/*.json")
    expect(found == [f"{folder}/a.json"], f"found {found}")
    found = sorted(store.glob(f"{folder}/**/*.json"))
    keys = [f"{folder}/{k}" for k in ("a.json", "sub/c.json", "sub/deep/d.json")]
    expect(found == keys, f"found {found}")


@_in_own_folder
def _walks(store: BaseArtifactStore, folder: str) -> None:
    _tree(store, folder)
    walked = [(top, sorted(dirs), sorted(fs)) for top, dirs, fs in store.walk(folder)]
    expected = [
        (folder, ["sub"], ["a.json", "b.csv"]),
        (f"{folder}/sub", ["deep"], ["c.json"]),
        (f"{folder}/sub/deep", [], ["d.json"]),
    ]
    expect(walked == expected, f"walked {walked}")


@_in_own_folder
def _renames(store: BaseArtifactStore, folder: str) -> None:
    _write(store, f"{folder}/a", b"a")
    store.rename(f"{folder}/a", f"{folder}/b")
    expect(not store.exists(f"{folder}/a"), "the former name remains")
    expect(_read(store, f"{folder}/b") == b"a", "other bytes under the new name")


@_in_own_folder
def _renames_over(store: BaseArtifactStore, folder: str) -> None:
    _write(store, f"{folder}/a", b"a")
    _write(store, f"{folder}/b", b"b")
    with expect_raises(FileExistsError, deed="renaming onto a file"):
        store.rename(f"{folder}/a", f"{folder}/b")
    expect(_read(store, f"{folder}/b") == b"b", "the target was overwritten")
    store.rename(f"{folder}/a", f"{folder}/b", overwrite=True)
    expect(_read(store, f"{folder}/b") == b"a", "overwrite=True did not overwrite")


@_in_own_folder
def _copies(store: BaseArtifactStore, folder: str) -> None:
    _write(store, f"{folder}/a", b"a")
    store.copyfile(f"{folder}/a", f"{folder}/b")
    same = _read(store, f"{folder}/a") == _read(store, f"{folder}/b") == b"a"
    expect(same, "the copy differs")
    with expect_raises(FileExistsError, deed="copying onto a file"):
        store.copyfile(f"{folder}/a", f"{folder}/b")


@_in_own_folder
def _removes(store: BaseArtifactStore, folder: str) -> None:
    _tree(store, folder)
    store.remove(f"{folder}/a.json")
    expect(not store.exists(f"{folder}/a.json"), "a removed file exists")
    store.rmtree(f"{folder}/sub")
    expect(not store.exists(f"{folder}/sub/deep/d.json"), "rmtree left a file")


@_in_own_folder
def _makes_folders(store: BaseArtifactStore, folder: str) -> None:
    store.makedirs(f"{folder}/x/y")
    store.makedirs(f"{folder}/x/y")
    _write(store, f"{folder}/x/y/a", b"1")
    with expect_raises(FileExistsError, deed="mkdir of a folder that exists"):
        store.mkdir(f"{folder}/x/y")


@_in_own_folder
def _tells_the_size(store: BaseArtifactStore, folder: str) -> None:
    data = b"12345"
    _write(store, f"{folder}/a", data)
    size = store.stat(f"{folder}/a").get("size")
    expect(size == len(data), f"stat gave size {size}")


@_in_own_folder
def _keeps_inside(store: BaseArtifactStore, folder: str) -> None:
    for key in ("../outside", f"{folder}/../../outside", "/outside", "x\0y"):
        with expect_raises(PathRefusedError, deed=f"opening {key!r}"):
            _read(store, key)


@_in_own_folder
def _writes_whole(store: BaseArtifactStore, folder: str) -> None:
    key = f"{folder}/new/model.bin"
    store.write_bytes(key, b"first")
    store.write_bytes(key, b"second")
    expect(store.read_bytes(key) == b"second", "the former bytes remain")
    with suppress(TypeError):
        # No file takes text for bytes: the writing fails after it began.
        store.write_bytes(key, "never written")  # type: ignore[arg-type]
    expect(store.read_bytes(key) == b"second", "a failed write changed the file")
    names = store.listdir(f"{folder}/new")
    expect(names == ["model.bin"], f"a failed write left {names}")


CONTRACT = Contract(
    (
        Promise("gives back the bytes that were written", _bytes_come_back),
        Promise("gives back the text that was written", _text_comes_back),
        Promise("overwrites a file that is opened to write", _overwrites),
        Promise("raises FileNotFoundError for a missing file", _missing),
        Promise("knows whether a file or a folder is there", _knows_what_is_there),
        Promise("lists the names in a folder", _lists),
        Promise("finds files by a pattern", _globs),
        Promise("walks a tree from the top", _walks),
        Promise("renames a file", _renames),
        Promise("renames over a file only when told to", _renames_over),
        Promise("copies a file, over another only when told to", _copies),
        Promise("removes files and trees", _removes),
        Promise("makes folders, and says when one exists", _makes_folders),
        Promise("tells the size of a file", _tells_the_size),
        Promise("refuses a path that leads outside", _keeps_inside),
        Promise("writes a file whole or not at all", _writes_whole),
    )
)
