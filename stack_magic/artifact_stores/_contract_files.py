"""What artifact stores promise of files: written, read, copied, renamed, removed."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from stack_magic.stack import Promise, expect, expect_raises

from ._contract_fixtures import in_own_folder, read, tree, write

if TYPE_CHECKING:
    from ._base import BaseArtifactStore


@in_own_folder
def _bytes_come_back(store: BaseArtifactStore, folder: str) -> None:
    data = bytes(range(256)) * 5
    write(store, f"{folder}/data.bin", data)
    expect(read(store, f"{folder}/data.bin") == data, "other bytes came back")


@in_own_folder
def _text_comes_back(store: BaseArtifactStore, folder: str) -> None:
    with store.open(f"{folder}/a.txt", "w") as file:
        file.write("zwölf ≤ 13")
    with store.open(f"{folder}/a.txt") as file:
        text = file.read()
    expect(text == "zwölf ≤ 13", f"{text!r} came back")


@in_own_folder
def _overwrites(store: BaseArtifactStore, folder: str) -> None:
    write(store, f"{folder}/a", b"the longer first")
    write(store, f"{folder}/a", b"second")
    expect(read(store, f"{folder}/a") == b"second", "the former bytes remain")


@in_own_folder
def _missing(store: BaseArtifactStore, folder: str) -> None:
    with expect_raises(FileNotFoundError, deed="opening a missing file"):
        read(store, f"{folder}/none")
    with expect_raises(FileNotFoundError, deed="read_bytes of a missing file"):
        store.read_bytes(f"{folder}/none")
    with expect_raises(FileNotFoundError, deed="removing a missing file"):
        store.remove(f"{folder}/none")
    with expect_raises(FileNotFoundError, deed="renaming a missing file"):
        store.rename(f"{folder}/none", f"{folder}/b")


@in_own_folder
def _renames(store: BaseArtifactStore, folder: str) -> None:
    write(store, f"{folder}/a", b"a")
    store.rename(f"{folder}/a", f"{folder}/b")
    expect(not store.exists(f"{folder}/a"), "the former name remains")
    expect(read(store, f"{folder}/b") == b"a", "other bytes under the new name")


@in_own_folder
def _renames_over(store: BaseArtifactStore, folder: str) -> None:
    write(store, f"{folder}/a", b"a")
    write(store, f"{folder}/b", b"b")
    with expect_raises(FileExistsError, deed="renaming onto a file"):
        store.rename(f"{folder}/a", f"{folder}/b")
    expect(read(store, f"{folder}/b") == b"b", "the target was overwritten")
    store.rename(f"{folder}/a", f"{folder}/b", overwrite=True)
    expect(read(store, f"{folder}/b") == b"a", "overwrite=True did not overwrite")


@in_own_folder
def _refuses_to_lose(store: BaseArtifactStore, folder: str) -> None:
    tree(store, folder)
    with expect_raises(OSError, deed="renaming a file over a folder"):
        store.rename(f"{folder}/a.json", f"{folder}/sub", overwrite=True)
    with expect_raises(OSError, deed="renaming a folder below itself"):
        store.rename(f"{folder}/sub", f"{folder}/sub/deep/own")
    for name in ("a.json", "sub/c.json", "sub/deep/d.json"):
        expect(store.exists(f"{folder}/{name}"), f"{name} is lost")


@in_own_folder
def _copies(store: BaseArtifactStore, folder: str) -> None:
    tree(store, folder)
    write(store, f"{folder}/a", b"a")
    store.copyfile(f"{folder}/a", f"{folder}/b")
    same = read(store, f"{folder}/a") == read(store, f"{folder}/b") == b"a"
    expect(same, "the copy differs")
    write(store, f"{folder}/a", b"newer")
    with expect_raises(FileExistsError, deed="copying onto a file"):
        store.copyfile(f"{folder}/a", f"{folder}/b")
    store.copyfile(f"{folder}/a", f"{folder}/b", overwrite=True)
    expect(read(store, f"{folder}/b") == b"newer", "overwrite=True did not overwrite")
    with expect_raises(OSError, deed="copyfile of a folder"):
        store.copyfile(f"{folder}/sub", f"{folder}/other")


@in_own_folder
def _stays_what_it_is(store: BaseArtifactStore, folder: str) -> None:
    tree(store, folder)
    with expect_raises(OSError, deed="writing below a file"):
        write(store, f"{folder}/a.json/b", b"2")
    with expect_raises(OSError, deed="writing over a folder"):
        write(store, f"{folder}/sub", b"2")
    expect(read(store, f"{folder}/a.json") == b"1", "the file has other bytes")
    expect(store.exists(f"{folder}/sub/c.json"), "what was in the folder is lost")


@in_own_folder
def _removes(store: BaseArtifactStore, folder: str) -> None:
    tree(store, folder)
    store.remove(f"{folder}/a.json")
    expect(not store.exists(f"{folder}/a.json"), "a removed file exists")
    store.rmtree(f"{folder}/sub")
    expect(not store.exists(f"{folder}/sub/deep/d.json"), "rmtree left a file")


@in_own_folder
def _writes_whole(store: BaseArtifactStore, folder: str) -> None:
    path = f"{folder}/new/model.bin"
    store.write_bytes(path, b"first")
    store.write_bytes(path, b"second")
    expect(store.read_bytes(path) == b"second", "the former bytes remain")
    with suppress(TypeError):
        # No file takes text for bytes: the writing fails after it began.
        store.write_bytes(path, "never written")  # type: ignore[arg-type]
    expect(store.read_bytes(path) == b"second", "a failed write changed the file")
    names = store.listdir(f"{folder}/new")
    expect(names == ["model.bin"], f"a failed write left {names}")


OF_FILES = (
    Promise("gives back the bytes that were written", _bytes_come_back),
    Promise("gives back the text that was written", _text_comes_back),
    Promise("overwrites a file that is opened to write", _overwrites),
    Promise("raises FileNotFoundError for a missing file", _missing),
    Promise("renames a file", _renames),
    Promise("renames over a file only when told to", _renames_over),
    Promise("renames nothing over a folder or below itself", _refuses_to_lose),
    Promise("copies a file, over another only when told to", _copies),
    Promise("writes neither below a file nor over a folder", _stays_what_it_is),
    Promise("removes files and trees", _removes),
    Promise("writes a file whole or not at all", _writes_whole),
)
