"""What artifact stores promise of places: paths, names, folders, listings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stack_magic.errors import PathRefusedError
from stack_magic.stack import Promise, expect, expect_raises

from ._contract_fixtures import by_another_client, in_own_folder, read, tree, write

if TYPE_CHECKING:
    from ._base import BaseArtifactStore

NAMES = (
    *("100%", "a#b", "a%20b", "~a", "a?b", "a:b", "a=b", "a b", "a+b", "a&b", "a;b", "[a]"),
    "zwölf ≤ 13",
)
"""Names that some layer of some back end may read as something else."""


@in_own_folder
def _is_below_its_path(store: BaseArtifactStore, folder: str) -> None:
    write(store, store.key_of(f"{folder}/a"), b"below")
    expect(read(store, f"{folder}/a") == b"below", "the full path has other bytes than the key")
    other = store.model_copy(update={"path": f"{folder}/other"})
    expect(not other.exists("a"), "a store with another path sees the file")
    other.write_bytes("b", b"of the other")
    expect(not store.exists("b"), "the file of a store with another path is in this one's root")
    expect(
        store.exists(f"{folder}/other/b"), f"what a store at {other.path} writes is not below it"
    )


@in_own_folder
def _knows_what_is_there(store: BaseArtifactStore, folder: str) -> None:
    write(store, f"{folder}/a", b"1")
    expect(store.exists(f"{folder}/a"), "a written file does not exist")
    expect(not store.exists(f"{folder}/none"), "a missing file exists")
    expect(store.isdir(folder), "a folder is no folder")
    expect(not store.isdir(f"{folder}/a"), "a file is a folder")


@in_own_folder
def _lists(store: BaseArtifactStore, folder: str) -> None:
    tree(store, folder)
    names = sorted(store.listdir(folder))
    expect(names == ["a.json", "b.csv", "sub"], f"listed {names}")


@in_own_folder
def _globs(store: BaseArtifactStore, folder: str) -> None:
    tree(store, folder)
    found = store.glob(f"{folder}/?.json")
    expect(found == [f"{folder}/a.json"], f"found {found}")
    found = sorted(store.glob(f"{folder}/**/*.json"))
    paths = [f"{folder}/{k}" for k in ("a.json", "sub/c.json", "sub/deep/d.json")]
    expect(found == paths, f"found {found}")


@in_own_folder
def _walks(store: BaseArtifactStore, folder: str) -> None:
    tree(store, folder)
    walked = [(top, sorted(dirs), sorted(fs)) for top, dirs, fs in store.walk(folder)]
    expected = [
        (folder, ["sub"], ["a.json", "b.csv"]),
        (f"{folder}/sub", ["deep"], ["c.json"]),
        (f"{folder}/sub/deep", [], ["d.json"]),
    ]
    expect(walked == expected, f"walked {walked}")


@in_own_folder
def _is_never_stale(store: BaseArtifactStore, folder: str) -> None:
    write(store, f"{folder}/a", b"1")
    expect(store.listdir(folder) == ["a"], "a written file is not listed")
    by_another_client(store, lambda other: write(other, f"{folder}/b", b"2"))
    expect(sorted(store.listdir(folder)) == ["a", "b"], "what another client wrote is not listed")
    by_another_client(store, lambda other: other.remove(f"{folder}/a"))
    expect(store.listdir(folder) == ["b"], "what another client removed is listed")
    expect(not store.exists(f"{folder}/a"), "what another client removed exists")


@in_own_folder
def _takes_any_name(store: BaseArtifactStore, folder: str) -> None:
    for name in NAMES:
        path = f"{folder}/{name}/{name}"
        store.makedirs(f"{folder}/{name}")
        write(store, path, name.encode())
        expect(read(store, path.encode()) == name.encode(), f"{name!r} has other bytes")
        expect(store.listdir(f"{folder}/{name}") == [name], f"{name!r} is listed otherwise")
        store.rename(path, f"{path}.new")
        store.rmtree(f"{folder}/{name}")
        expect(not store.exists(path), f"{name!r} is there after its removal")


@in_own_folder
def _makes_folders(store: BaseArtifactStore, folder: str) -> None:
    store.makedirs(f"{folder}/x/y")
    store.makedirs(f"{folder}/x/y")
    write(store, f"{folder}/x/y/a", b"1")
    with expect_raises(FileExistsError, deed="mkdir of a folder that exists"):
        store.mkdir(f"{folder}/x/y")


@in_own_folder
def _tells_the_size(store: BaseArtifactStore, folder: str) -> None:
    data = b"12345"
    write(store, f"{folder}/a", data)
    found: Any = store.stat(f"{folder}/a")
    # ZenML's local store gives what the system does.
    size = found.get("size") if isinstance(found, dict) else getattr(found, "st_size", None)
    expect(size == len(data), f"stat gave size {size}")


@in_own_folder
def _keeps_inside(store: BaseArtifactStore, folder: str) -> None:
    for path in ("../outside", f"{folder}/../../outside", "/outside", "x\0y"):
        with expect_raises(PathRefusedError, deed=f"opening {path!r}"):
            read(store, path)


OF_PLACES = (
    Promise("keeps what it is given below its path, apart from other stores", _is_below_its_path),
    Promise("knows whether a file or a folder is there", _knows_what_is_there),
    Promise("lists the names in a folder", _lists),
    Promise("finds files by a pattern", _globs),
    Promise("walks a tree from the top", _walks),
    Promise("lists what another client wrote, and not what it removed", _is_never_stale),
    Promise("takes names with any sign, as text or bytes", _takes_any_name),
    Promise("makes folders, and says when one exists", _makes_folders),
    Promise("tells the size of a file", _tells_the_size),
    Promise("refuses a path that leads outside", _keeps_inside),
)
