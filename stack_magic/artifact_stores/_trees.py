"""Folders with all that is in them, removed and moved in file systems that do not do so at once.

fsspec takes a name such as `a?b` for a pattern in its own removal and copying, and would
treat what stands beside it as well: names are given one by one here.
"""

from __future__ import annotations

from glob import has_magic
from typing import Any

from ._places import FOLDER
from ._served import renames_itself


def remove(filesystem: Any, inside: str) -> None:
    """Remove the folder at *inside*, in as few requests as its name allows."""
    if has_magic(inside):
        _remove_each(filesystem, inside)
    else:
        filesystem.rm(inside, recursive=True)


def move(filesystem: Any, start: str, end: str, *, is_folder: bool) -> None:
    """Move a file or a folder: at once where the file system can, else copied, then removed."""
    if renames_itself(filesystem):
        filesystem.mv(start, end)
    elif is_folder:
        _copy_each(filesystem, start, end)
        remove(filesystem, start)
    else:
        filesystem.cp_file(start, end)
        filesystem.rm_file(start)


def _copy_each(filesystem: Any, start: str, end: str) -> None:
    found = filesystem.find(start, withdirs=True, detail=True)
    # Names are given back in the file system's own writing: with a slash in front, or without.
    depth = len(start.strip("/"))
    filesystem.makedirs(end, exist_ok=True)
    for name in sorted(found):
        place = f"{end}{name.lstrip('/')[depth:]}"
        if found[name]["type"] == FOLDER:
            filesystem.makedirs(place, exist_ok=True)
        else:
            filesystem.cp_file(name, place)


def _remove_each(filesystem: Any, inside: str) -> None:
    found = filesystem.find(inside, withdirs=True, detail=True)
    for name in found:
        if found[name]["type"] != FOLDER:
            filesystem.rm_file(name)
    for name in sorted({*found, inside}, reverse=True):
        if filesystem.isdir(name):
            filesystem.rmdir(name)
