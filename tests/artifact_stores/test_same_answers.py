"""Sharp questions to the 13 operations: a store answers the same on every back end."""

from __future__ import annotations

import errno
import os
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.errors import PathRefusedError, StorageError
from stack_magic.testing import assert_contract

if TYPE_CHECKING:
    from collections.abc import Callable

    from stack_magic.artifact_stores import BaseArtifactStore

    Deed = Callable[[BaseArtifactStore], Any]

NAMES = [
    *(
        "a#b",
        "100%",
        "a%20b",
        "%2e",
        "~",
        "~root",
        "a?b",
        "a:b",
        "c:x",
        "a::b",
        "t=1",
        "a b",
        "a+b",
    ),
    *("a&b", "a;b", "a,b", "a*b", "[a]", "[!a]", "'a'", '"a"', "a|b", "a$b", "{a}", "a@b", "...a"),
    *("ünï", "u\u0308", "日本", "🦉", " a ", "-rf", "a.", "a^b", "a`b", "<a>", "a.tmp"),
]
"""Names that a layer of some back end could read as something else."""


@pytest.fixture
def filled(store: BaseArtifactStore) -> BaseArtifactStore:
    """Return a store with the files `file`, `d/a`, `d/sub/b` and the folder `empty`."""
    for key in ("file", "d/a", "d/sub/b"):
        write(store, key)
    store.makedirs("empty")
    return store


def write(store: BaseArtifactStore, key: str, data: bytes = b"", mode: str = "wb") -> None:
    with store.open(key, mode) as file:
        file.write(data or key.encode())


def read(store: BaseArtifactStore, key: str) -> bytes:
    with store.open(key, "rb") as file:
        data: bytes = file.read()
        return data


def contents(store: BaseArtifactStore) -> dict[str, bytes | None]:
    """Return all that is in a store: bytes of files, None for folders."""
    found: dict[str, bytes | None] = {}
    for folder, folders, files in store.walk(""):
        top = store.key_of(folder)
        found |= {f"{top}/{name}".strip("/"): None for name in folders}
        keys = [f"{top}/{name}".strip("/") for name in files]
        found |= {key: read(store, key) for key in keys}
    return found


BEFORE = {"file": b"file", "d": None, "d/a": b"d/a", "d/sub": None, "d/sub/b": b"d/sub/b"}
BEFORE |= {"empty": None}

REFUSED: list[tuple[str, type[Exception], Deed]] = [
    ("read of nothing", FileNotFoundError, lambda s: read(s, "none")),
    ("read of nothing in a folder", FileNotFoundError, lambda s: read(s, "none/none")),
    ("read below a file", FileNotFoundError, lambda s: read(s, "file/x")),
    ("read of a folder", IsADirectoryError, lambda s: read(s, "d")),
    ("read of an empty folder", IsADirectoryError, lambda s: read(s, "empty")),
    ("read of the root", IsADirectoryError, lambda s: read(s, "")),
    ("write over a folder", IsADirectoryError, lambda s: write(s, "d")),
    ("write over an empty folder", IsADirectoryError, lambda s: write(s, "empty")),
    ("write over the root", IsADirectoryError, lambda s: write(s, "", b"1")),
    ("write below a file", NotADirectoryError, lambda s: write(s, "file/x")),
    ("write far below a file", NotADirectoryError, lambda s: write(s, "file/x/y/z")),
    ("append to a folder", IsADirectoryError, lambda s: write(s, "d", mode="ab")),
    ("new where a file is", FileExistsError, lambda s: write(s, "file", mode="xb")),
    ("new where a folder is", FileExistsError, lambda s: write(s, "d", mode="xb")),
    ("both ways at once", ValueError, lambda s: s.open("file", "r+b")),
    ("no way at all", ValueError, lambda s: s.open("file", "b")),
    ("copy of nothing", FileNotFoundError, lambda s: s.copyfile("none", "x")),
    ("copy of a folder", IsADirectoryError, lambda s: s.copyfile("d", "x")),
    ("copy onto a file", FileExistsError, lambda s: s.copyfile("d/a", "file")),
    ("copy onto itself", FileExistsError, lambda s: s.copyfile("file", "file")),
    ("copy onto a folder", FileExistsError, lambda s: s.copyfile("file", "d")),
    ("copy over a folder", IsADirectoryError, lambda s: s.copyfile("file", "d", True)),
    ("copy below a file", NotADirectoryError, lambda s: s.copyfile("d/a", "file/x")),
    ("copy of the root", IsADirectoryError, lambda s: s.copyfile("", "x")),
    ("list of nothing", FileNotFoundError, lambda s: s.listdir("none")),
    ("list of a file", NotADirectoryError, lambda s: s.listdir("file")),
    ("list below a file", FileNotFoundError, lambda s: s.listdir("file/x")),
    ("folders over a file", FileExistsError, lambda s: s.makedirs("file")),
    ("folders below a file", NotADirectoryError, lambda s: s.makedirs("file/x")),
    ("folder that is there", FileExistsError, lambda s: s.mkdir("d")),
    ("folder that is there, empty", FileExistsError, lambda s: s.mkdir("empty")),
    ("folder over a file", FileExistsError, lambda s: s.mkdir("file")),
    ("folder below a file", NotADirectoryError, lambda s: s.mkdir("file/x")),
    ("folder in nothing", FileNotFoundError, lambda s: s.mkdir("none/x")),
    ("removal of nothing", FileNotFoundError, lambda s: s.remove("none")),
    ("removal of a folder", IsADirectoryError, lambda s: s.remove("d")),
    ("removal of an empty folder", IsADirectoryError, lambda s: s.remove("empty")),
    ("removal of the root", PathRefusedError, lambda s: s.remove("")),
    ("removal of no tree", FileNotFoundError, lambda s: s.rmtree("none")),
    ("removal of a file as a tree", NotADirectoryError, lambda s: s.rmtree("file")),
    ("removal of the root as a tree", PathRefusedError, lambda s: s.rmtree("")),
    ("rename of nothing", FileNotFoundError, lambda s: s.rename("none", "x")),
    ("rename of nothing onto a file", FileNotFoundError, lambda s: s.rename("none", "file")),
    ("rename onto a file", FileExistsError, lambda s: s.rename("d/a", "file")),
    ("rename onto itself", FileExistsError, lambda s: s.rename("file", "file")),
    ("rename onto a folder", FileExistsError, lambda s: s.rename("file", "d")),
    ("rename over a folder", IsADirectoryError, lambda s: s.rename("file", "d", True)),
    ("rename over an empty folder", IsADirectoryError, lambda s: s.rename("d", "empty", True)),
    ("rename of a folder over a file", NotADirectoryError, lambda s: s.rename("d", "file", True)),
    ("rename below itself", OSError, lambda s: s.rename("d", "d/old")),
    ("rename far below itself", OSError, lambda s: s.rename("d", "d/sub/x/y", True)),
    ("rename below a file", NotADirectoryError, lambda s: s.rename("d", "file/x")),
    ("rename of a file below itself", NotADirectoryError, lambda s: s.rename("file", "file/x")),
    ("rename of the root", PathRefusedError, lambda s: s.rename("", "x")),
    ("rename over the root", PathRefusedError, lambda s: s.rename("d", "", True)),
    ("facts of nothing", FileNotFoundError, lambda s: s.stat("none")),
    ("facts below a file", FileNotFoundError, lambda s: s.stat("file/x")),
    ("whole file over a folder", StorageError, lambda s: s.write_bytes("d", b"1")),
    ("whole file below a file", StorageError, lambda s: s.write_bytes("file/x", b"1")),
    ("whole file of a text", TypeError, lambda s: s.write_bytes("file", "text")),  # type: ignore[arg-type]
    ("bytes of nothing", FileNotFoundError, lambda s: s.read_bytes("none")),
    ("bytes of a folder", StorageError, lambda s: s.read_bytes("d")),
    ("way out", PathRefusedError, lambda s: read(s, "../x")),
]


WORDS: dict[type[Exception], str] = {
    FileExistsError: "File exists",
    FileNotFoundError: "No such file or directory",
    IsADirectoryError: "Is a directory",
    NotADirectoryError: "Not a directory",
    OSError: "a folder cannot be moved below itself",
    PathRefusedError: "is the whole artifact store|leads outside the artifact store",
    StorageError: "is a directory|not a directory",
    TypeError: "a bytes-like object is required, not 'str'",
    ValueError: "a file cannot be opened in mode",
}


@pytest.mark.parametrize(
    ("kind", "deed"), [(k, d) for _, k, d in REFUSED], ids=[name for name, _, _ in REFUSED]
)
def test_what_is_refused_changes_nothing(
    filled: BaseArtifactStore, kind: type[Exception], deed: Deed
) -> None:
    with pytest.raises(kind, match=WORDS[kind]) as caught:
        deed(filled)
    assert type(caught.value) is kind
    assert contents(filled) == BEFORE


def test_an_error_names_the_full_path_and_the_systems_number(filled: BaseArtifactStore) -> None:
    with pytest.raises(FileNotFoundError, match="No such file or directory") as caught:
        read(filled, "d/none")
    assert caught.value.filename == filled.path_of("d/none")
    with pytest.raises(OSError, match="cannot be moved below itself") as refused:
        filled.rename("d", "d/x")
    assert refused.value.errno == errno.EINVAL


ANSWERED: list[tuple[Deed, Any]] = [
    (lambda s: s.exists("file"), True),
    (lambda s: s.exists("d"), True),
    (lambda s: s.exists("empty"), True),
    (lambda s: s.exists(""), True),
    (lambda s: s.exists("fil"), False),
    (lambda s: s.exists("file/x"), False),
    (lambda s: s.isdir("d/sub"), True),
    (lambda s: s.isdir("empty"), True),
    (lambda s: s.isdir(""), True),
    (lambda s: s.isdir("file"), False),
    (lambda s: s.isdir("none"), False),
    (lambda s: s.listdir(""), ["d", "empty", "file"]),
    (lambda s: s.listdir("d/"), ["a", "sub"]),
    (lambda s: s.listdir("empty"), []),
    (lambda s: keys(s, s.glob("*")), ["d", "empty", "file"]),
    (lambda s: keys(s, s.glob("?/?")), ["d/a"]),
    (lambda s: keys(s, s.glob("**")), ["d", "d/a", "d/sub", "d/sub/b", "empty", "file"]),
    (lambda s: keys(s, s.glob("**/[ab]")), ["d/a", "d/sub/b"]),
    (lambda s: keys(s, s.glob("d/*/b")), ["d/sub/b"]),
    (lambda s: keys(s, s.glob("file")), ["file"]),
    (lambda s: s.glob("none"), []),
    (lambda s: s.glob("none/*"), []),
    (lambda s: s.glob("file/*"), []),
    (lambda s: s.stat("file")["size"], 4),
    (lambda s: s.stat("file")["type"], "file"),
    (lambda s: (s.stat("d")["size"], s.stat("d")["type"]), (0, "directory")),
    (lambda s: s.key_of(s.stat("d/a")["name"]), "d/a"),
    (lambda s: [(s.key_of(f), *rest) for f, *rest in s.walk("d")],
     [("d", ["sub"], ["a"]), ("d/sub", [], ["b"])]),
    (lambda s: [s.key_of(f) for f, _, _ in s.walk("d", False)], ["d/sub", "d"]),
    (lambda s: [*s.walk("none")], []),
    (lambda s: errors_of_walk(s, "none"), [FileNotFoundError]),
    (lambda s: errors_of_walk(s, "file"), [NotADirectoryError]),
    (lambda s: s.read_bytes("d/sub/b"), b"d/sub/b"),
    (lambda s: s.exists(b"d/a"), True),
    (lambda s: s.exists(PurePosixPath("d/a")), True),
    (lambda s: s.exists(s.path_of("d/a").encode()), True),
]  # fmt: skip


def keys(store: BaseArtifactStore, paths: list[str]) -> list[str]:
    return sorted(store.key_of(path) for path in paths)


def errors_of_walk(store: BaseArtifactStore, top: str) -> list[type[OSError]]:
    seen: list[type[OSError]] = []
    list(store.walk(top, onerror=lambda error: seen.append(type(error))))
    return seen


def test_every_question_has_one_answer(filled: BaseArtifactStore) -> None:
    assert [deed(filled) for deed, _ in ANSWERED] == [answer for _, answer in ANSWERED]
    assert contents(filled) == BEFORE


CHANGES: list[tuple[str, Deed, dict[str, bytes | None], list[str]]] = [
    ("copy", lambda s: s.copyfile("d/a", "new/x"), {"new": None, "new/x": b"d/a"}, []),
    ("copy over", lambda s: s.copyfile("d/a", "file", True), {"file": b"d/a"}, []),
    ("copy over itself", lambda s: s.copyfile("file", "file", True), {}, []),
    ("rename", lambda s: s.rename("file", "e/x"), {"e": None, "e/x": b"file"}, ["file"]),
    ("rename over", lambda s: s.rename("file", "d/a", True), {"d/a": b"file"}, ["file"]),
    ("rename over itself", lambda s: s.rename("file", "file", True), {}, []),
    ("rename of a folder's only file", lambda s: s.rename("d/sub/b", "b"), {"b": b"d/sub/b"},
     ["d/sub/b"]),
    ("rename of a folder", lambda s: s.rename("d/sub", "e"), {"e": None, "e/b": b"d/sub/b"},
     ["d/sub", "d/sub/b"]),
    ("rename of a deep folder", lambda s: s.rename("d", "e"),
     {"e": None, "e/a": b"d/a", "e/sub": None, "e/sub/b": b"d/sub/b"},
     ["d", "d/a", "d/sub", "d/sub/b"]),
    ("rename of an empty folder", lambda s: s.rename("empty", "e"), {"e": None}, ["empty"]),
    ("removal", lambda s: s.remove("file"), {}, ["file"]),
    ("removal of a folder's only file", lambda s: s.remove("d/sub/b"), {}, ["d/sub/b"]),
    ("removal of a tree", lambda s: s.rmtree("d"), {}, ["d", "d/a", "d/sub", "d/sub/b"]),
    ("removal of an empty tree", lambda s: s.rmtree("empty"), {}, ["empty"]),
    ("folder", lambda s: s.mkdir("d/new"), {"d/new": None}, []),
    ("folders", lambda s: s.makedirs("x/y"), {"x": None, "x/y": None}, []),
    ("folders that are there", lambda s: s.makedirs("d/sub"), {}, []),
    ("write over", lambda s: write(s, "file", b"2"), {"file": b"2"}, []),
    ("write in new folders", lambda s: write(s, "x/y", b"2"), {"x": None, "x/y": b"2"}, []),
    ("new file", lambda s: write(s, "x", b"2", "xb"), {"x": b"2"}, []),
    ("append", lambda s: write(s, "file", b"2", "ab"), {"file": b"file2"}, []),
    ("append to nothing", lambda s: write(s, "x", b"2", "ab"), {"x": b"2"}, []),
    ("whole file", lambda s: s.write_bytes("x/y", b"2"), {"x": None, "x/y": b"2"}, []),
    ("whole file over", lambda s: s.write_bytes("file", b""), {"file": b""}, []),
    ("by the names of ZenML's parameters", lambda s: s.copyfile(dst="x", src="file"),
     {"x": b"file"}, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("deed", "added", "gone"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES]
)
def test_a_change_is_the_same_everywhere(
    filled: BaseArtifactStore, deed: Deed, added: dict[str, bytes | None], gone: list[str]
) -> None:
    assert deed(filled) is None
    assert contents(filled) == {k: v for k, v in {**BEFORE, **added}.items() if k not in gone}


def test_any_name_means_itself(store: BaseArtifactStore) -> None:
    for name in NAMES:
        store.write_bytes(f"{name}/{name}", name.encode())
        write(store, f"{name}/beside")
    assert store.listdir("") == sorted(NAMES)
    for name in NAMES:
        assert read(store, f"{name}/{name}") == name.encode()
        store.copyfile(f"{name}/{name}", f"{name}/copy")
        store.rename(f"{name}/copy", f"moved/{name}")
    assert store.listdir("moved") == sorted(NAMES)
    for name in NAMES:
        store.remove(f"moved/{name}")
        store.rename(name, f"folders/{name}")
        assert store.listdir(f"folders/{name}") == sorted([name, "beside"])
    assert store.listdir("moved") == []
    for number, name in enumerate(NAMES, 1):
        store.rmtree(f"folders/{name}")
        assert len(store.listdir("folders")) == len(NAMES) - number


def test_text_is_utf_8_with_its_line_ends(store: BaseArtifactStore) -> None:
    with store.open("a.txt", "w") as file:
        file.write("zwölf\n≤ 13\n")
    assert read(store, "a.txt") == "zwölf\n≤ 13\n".encode()
    with store.open("a.txt", "rt") as file:
        assert file.readlines() == ["zwölf\n", "≤ 13\n"]


def test_a_large_file_comes_back(store: BaseArtifactStore) -> None:
    data = os.urandom(6 * 2**20)  # more than one part of an upload
    write(store, "a", data)
    store.write_bytes("b", data)
    assert read(store, "a") == store.read_bytes("b") == data


def test_a_store_that_nobody_wrote_to_is_empty(store: BaseArtifactStore) -> None:
    assert (store.exists(""), store.isdir(""), store.listdir("")) == (True, True, [])
    assert [*store.walk("")] == [(store.path, [], [])]
    assert store.glob("**/*") == []


def test_the_contract_is_kept(store: BaseArtifactStore) -> None:
    assert_contract(store)
    assert contents(store) == {}
