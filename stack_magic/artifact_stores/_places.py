"""What stands where below the root of a store: the same answers on every back end."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from stack_magic.errors import PathRefusedError

from . import _listing
from ._served import is_local

if TYPE_CHECKING:
    from ._paths import Path, Root

FOLDER, FILE = "directory", "file"
"""What stands at a place, in fsspec's words."""


class Places:
    """What is below one root of one file system; nothing is changed.

    Args:
        filesystem: An fsspec file system.
        root: Knows which paths are below the root.
        top: The root as the file system writes it.
    """

    def __init__(self, filesystem: Any, root: Root, top: str) -> None:
        self._filesystem = filesystem
        self._root = root
        self._top = top
        self._is_local = is_local(filesystem)
        self._folders = _folders_of(filesystem)

    def info(self, path: Path, *, follow: bool = True) -> dict[str, Any]:
        """Return what the file system knows of *path*, asked anew; empty if nothing is there."""
        # Another client may have written since: a listing that was kept is no answer.
        self._filesystem.invalidate_cache()
        try:
            return dict(self._filesystem.info(self.inside(path, follow=follow)))
        except (FileNotFoundError, NotADirectoryError):
            return {}

    def kind(self, path: Path) -> str | None:
        """Return FOLDER, FILE, another word of the file system's, or None for nothing.

        The root is a folder from the beginning, whether or not something was written yet.
        """
        return self._kind_of(path, self.info(path))

    def _kind_of(self, path: Path, info: dict[str, Any]) -> str | None:
        kind: str | None = info.get("type")
        return kind or (None if self._root.key(path) else FOLDER)

    def described(self, path: Path) -> dict[str, Any]:
        """Return what is known of a file or folder. Raises FileNotFoundError for neither."""
        info = self.info(path)
        kind = self._kind_of(path, info)
        if kind is None:
            raise system_error(FileNotFoundError, errno.ENOENT, path)
        size = 0 if kind == FOLDER else info["size"]
        return {**info, "name": self._root.full(path), "size": size, "type": kind}

    def entries(self, path: Path) -> list[_listing.Entry]:
        """Return what is in a folder, sorted by name.

        Raises:
            FileNotFoundError: Nothing is there.
            NotADirectoryError: A file is there.
        """
        self._filesystem.invalidate_cache()
        found: list[_listing.Entry] = []
        with suppress(FileNotFoundError, NotADirectoryError):
            found = _listing.entries_of(self._filesystem, self.inside(path))
        if not found:
            self.require_folder(path)
        return found

    def matching(self, pattern: Path) -> list[str]:
        """Return the full paths that match, sorted."""
        key = self._root.key(pattern)
        if not _listing.has_wildcard(key):
            return [self._root.full(key)] if self.kind(key) else []
        walked = _listing.walk(self.entries, _listing.fixed_part(key), topdown=True, onerror=None)
        return [self._root.full(found) for found in _listing.matching(walked, key)]

    def inside(self, path: Path, *, follow: bool = True) -> str:
        """Return *path* as the file system writes it.

        Args:
            path: A path below the root.
            follow: On this machine, follow a symbolic link that *path* is.

        Raises:
            PathRefusedError: It leads outside, on this machine by a link too.
        """
        key = self._root.key(path)
        inside = _listing.joined(self._top.rstrip("/"), key) if key else self._top
        if not self._is_local:
            return inside
        if follow or not key:
            return self._root.contained(self._top, inside)
        above, _, name = inside.rpartition("/")
        return f"{self._root.contained(self._top, above)}/{name}"

    def above(self, path: Path) -> str:
        """Return the folder that *path* is in."""
        return self._root.full(self._root.key(path).rpartition("/")[0])

    def are_same(self, one: Path, other: Path) -> bool:
        """Whether two paths are one place."""
        return self.inside(one) == self.inside(other)

    def is_below(self, path: Path, folder: Path) -> bool:
        """Whether *path* is in *folder*, at any depth."""
        return self._root.key(path).startswith(f"{self._root.key(folder)}/")

    # What has to be so.

    def refuse_root(self, path: Path) -> None:
        """Raise PathRefusedError for the root itself."""
        if not self._root.key(path):
            message = f"{os.fspath(path)!r} is the whole artifact store {self._root.uri!r}"
            raise PathRefusedError(message, hint="name what is below it")

    def require_file(self, path: Path) -> None:
        """Raise FileNotFoundError or IsADirectoryError unless a file is there."""
        kind = self.kind(path)
        if kind is None:
            raise system_error(FileNotFoundError, errno.ENOENT, path)
        if kind == FOLDER:
            raise system_error(IsADirectoryError, errno.EISDIR, path)

    def require_folder(self, path: Path) -> None:
        """Raise FileNotFoundError or NotADirectoryError unless a folder is there."""
        kind = self.kind(path)
        if kind is None:
            raise system_error(FileNotFoundError, errno.ENOENT, path)
        if kind != FOLDER:
            raise system_error(NotADirectoryError, errno.ENOTDIR, path)

    def refuse_file_above(self, path: Path) -> None:
        """Raise NotADirectoryError when a file stands where a folder above *path* would be."""
        asked: set[str] = set()
        while self._root.key(path):
            path = self.above(path)
            if self.inside(path) in self._folders:
                break
            kind = self.kind(path)
            if kind not in {FOLDER, None}:
                raise system_error(NotADirectoryError, errno.ENOTDIR, path)
            asked.add(self.inside(path))
            if kind == FOLDER:
                break
        self._folders |= asked


_FOLDERS: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""Where no file stands, of each file system over a network."""

_MOST = 10_000


def _folders_of(filesystem: Any) -> set[str]:
    """Return the places where no file stands, to be added to.

    Asking costs two requests for each folder above each file that is written. What is done
    here is taken into account; that another client replaces a folder by a file is not.
    """
    if not filesystem.async_impl:
        return set()
    folders = _FOLDERS.setdefault(filesystem, set())
    if len(folders) > _MOST:
        folders.clear()
    return folders


def system_error(kind: type[OSError], number: int, path: Path) -> OSError:
    """Return the error that the system has for this."""
    return kind(number, os.strerror(number), os.fspath(path))
