"""Folders of a file system as paths: entries, walk and glob, alike in every flavor."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Walked = tuple[str, list[str], list[str]]
"""A folder's path, the names of its folders, the names of its files."""

FOLDER_MARK = ".stack_magic_folder"
"""The file that stands for a folder where none can be empty; it is not listed."""


@dataclass(frozen=True, order=True)
class Entry:
    """One name in a folder; a symbolic link is never a folder to walk into."""

    name: str
    is_folder: bool


def joined(folder: str, name: str) -> str:
    """Return the path of *name* in *folder*, which may be a key or end in a slash."""
    return f"{folder}/{name}" if folder and not folder.endswith("/") else f"{folder}{name}"


def entries_of(filesystem: Any, inside: str) -> list[Entry]:
    """Return what is in the folder at *inside*, sorted by name."""
    found = filesystem.ls(inside, detail=True)
    tail = inside.strip("/")
    # Some folders list themselves.
    below = [e for e in found if _parent(e["name"]).endswith(tail)]
    return sorted(
        Entry(_last(e["name"]), e["type"] == "directory" and not e.get("islink"))
        for e in below
        if _last(e["name"]) != FOLDER_MARK
    )


def _parent(name: str) -> str:
    return name.strip("/").rpartition("/")[0]


def _last(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2]


def walk(
    list_folder: Callable[[str], list[Entry]],
    top: str,
    *,
    topdown: bool,
    onerror: Callable[[OSError], object] | None,
) -> Iterator[Walked]:
    """Yield every folder from *top* down (or up), as `os.walk` does."""
    try:
        entries = list_folder(top)
    except OSError as error:
        if onerror is not None:
            onerror(error)
        return
    folders = [e.name for e in entries if e.is_folder]
    files = [e.name for e in entries if not e.is_folder]
    if topdown:
        yield top, folders, files
    for name in folders:
        yield from walk(list_folder, joined(top, name), topdown=topdown, onerror=onerror)
    if not topdown:
        yield top, folders, files


def fixed_part(pattern: str) -> str:
    """Return the folder of a pattern before its first wildcard."""
    segments = pattern.split("/")
    fixed = next(i for i, s in enumerate(segments) if has_wildcard(s))
    return "/".join(segments[:fixed])


def has_wildcard(text: str) -> bool:
    """Whether *text* is a pattern."""
    return any(c in text for c in "*?[")


def matching(walked: Iterator[Walked], pattern: str) -> list[str]:
    """Return the paths among *walked* that match, folders included, sorted."""
    segments = pattern.split("/")
    found = []
    for folder, folders, files in walked:
        names = (joined(folder, name) for name in [*folders, *files])
        found += [key for key in names if _matches(key.split("/"), segments)]
        depth = len(folder.split("/")) if folder else 0
        if "**" not in segments and depth + 1 >= len(segments):
            folders.clear()
    return sorted(found)


def _matches(names: list[str], segments: list[str]) -> bool:
    if not segments:
        return not names
    if segments[0] == "**":
        return any(_matches(names[i:], segments[1:]) for i in range(len(names) + 1))
    if not names or not fnmatchcase(names[0], segments[0]):
        return False
    return _matches(names[1:], segments[1:])
