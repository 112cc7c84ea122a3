"""The files of a store in the file system that serves it: one answer on every back end.

Back ends differ in what they do with a folder where a file is wanted, with a file that
stands where a folder is needed, with folders that are empty and with names that look like
patterns. What is asked here is decided here, the way an operating system does; the back
end is left with reading, writing, copying, listing and removing.
"""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path as LocalPath
from typing import IO, TYPE_CHECKING, Any, cast

from . import _listing, _trees
from ._places import FOLDER, Places, system_error
from ._served import is_object_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._paths import Path, Root


class Files(Places):
    """Reads, writes, copies, moves and removes what is below one root of one file system.

    Args:
        filesystem: An fsspec file system.
        root: Knows which paths are below the root.
        top: The root as the file system writes it.
        make_folders: Makes a folder and those above it, the way that the store does.
    """

    def __init__(
        self, filesystem: Any, root: Root, top: str, make_folders: Callable[[Path], None]
    ) -> None:
        super().__init__(filesystem, root, top)
        self._make_folders = make_folders

    def open(self, path: Path, mode: str) -> IO[Any]:
        """Open a file; folders above one that is written are made."""
        _check_mode(mode)
        if "r" in mode:
            self.require_file(path)
        else:
            self._make_place(path, overwrite="x" not in mode)
        encoding = {} if "b" in mode else {"encoding": "utf-8"}
        opened = self._filesystem.open(self.inside(path), mode, **encoding)
        return cast("IO[Any]", opened)

    def read(self, path: Path) -> bytes:
        """Return the bytes of a file, in one request where that is possible."""
        try:
            return cast("bytes", self._filesystem.cat_file(self.inside(path)))
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            self.require_file(path)
            raise

    def put(self, path: Path, data: bytes) -> None:
        """Write a file in one request: whole or not at all on an object store."""
        memoryview(data)  # a TypeError for a text, which some back ends would write
        self._make_place(path)
        self._filesystem.pipe_file(self.inside(path), data)

    def copy(self, source: Path, target: Path, *, overwrite: bool) -> None:
        """Copy one file."""
        self.require_file(source)
        self._make_place(target, overwrite=overwrite)
        if not self.are_same(source, target):
            self._filesystem.cp_file(self.inside(source), self.inside(target))

    def make_folder(self, path: Path) -> None:
        """Make one folder; the one above it must be there."""
        if self.kind(path) is not None:
            raise system_error(FileExistsError, errno.EEXIST, path)
        self.require_folder(self.above(path))
        self.make_folders(path)

    def make_folders(self, path: Path) -> None:
        """Make a folder and those above it; one that exists is fine."""
        info = self.info(path)
        if info and info["type"] != FOLDER:
            raise system_error(FileExistsError, errno.EEXIST, path)
        if info:
            return
        self.refuse_file_above(path)
        inside = self.inside(path)
        self._filesystem.makedirs(inside, exist_ok=True)
        if self.kind(path) is None:
            # An object store has no folders that are empty: a file stands for it.
            self._filesystem.pipe_file(f"{inside}/{_listing.FOLDER_MARK}", b"")

    def remove(self, path: Path) -> None:
        """Remove one file, or a symbolic link itself."""
        self.refuse_root(path)
        found = self.info(path, follow=False)
        if not found or (found["type"] == FOLDER and not found.get("islink")):
            self.require_file(path)
        self._filesystem.rm_file(self.inside(path, follow=False))
        self._keep_folder_of(path)

    def remove_tree(self, path: Path) -> None:
        """Remove a folder with all that is in it."""
        self.refuse_root(path)
        self.require_folder(path)
        inside = self.inside(path, follow=False)
        if self._is_local:
            shutil.rmtree(inside)
        else:
            _trees.remove(self._filesystem, inside)
        self._keep_folder_of(path)

    def move(self, source: Path, target: Path, *, overwrite: bool) -> None:
        """Move a file or a folder, never onto a folder and never below itself."""
        self.refuse_root(source)
        self.refuse_root(target)
        kind = self.info(source, follow=False).get("type")
        self._check_move(kind, source, target)
        self._make_place(target, overwrite=overwrite)
        if self.are_same(source, target):
            return
        if kind == FOLDER and self.kind(target) is not None:
            raise system_error(NotADirectoryError, errno.ENOTDIR, target)
        start, end = (self.inside(path, follow=False) for path in (source, target))
        if self._is_local:
            LocalPath(start).replace(end)
        else:
            _trees.move(self._filesystem, start, end, is_folder=kind == FOLDER)
        self._keep_folder_of(source)

    def _check_move(self, kind: str | None, source: Path, target: Path) -> None:
        if kind is None:
            raise system_error(FileNotFoundError, errno.ENOENT, source)
        if kind == FOLDER and self.is_below(target, source):
            message = f"a folder cannot be moved below itself, to {os.fspath(target)!r}"
            raise OSError(errno.EINVAL, message, os.fspath(source))

    def _make_place(self, path: Path, *, overwrite: bool = True) -> None:
        """See that a file can be at *path*, and that the folders above it are there."""
        kind = self.kind(path)
        if kind is not None and not overwrite:
            raise system_error(FileExistsError, errno.EEXIST, path)
        if kind == FOLDER:
            raise system_error(IsADirectoryError, errno.EISDIR, path)
        if kind is None:
            self.refuse_file_above(path)
            if not is_object_store(self._filesystem):
                self._make_folders(self.above(path))
        self._folders.discard(self.inside(path))

    def _keep_folder_of(self, path: Path) -> None:
        """Keep the folder that *path* was in, when nothing else is in it."""
        above = self.above(path)
        if self._root.key(above):
            self.make_folders(above)


def _check_mode(mode: str) -> None:
    ways, kinds = set(mode) & set("rwax"), set(mode) - set("rwax")
    if len(ways) != 1 or kinds not in (set(), {"b"}, {"t"}):
        wanted = "'r', 'w', 'a' or 'x', with 'b' behind it for bytes"
        message = f"a file cannot be opened in mode {mode!r}: give {wanted}"
        raise ValueError(message)
