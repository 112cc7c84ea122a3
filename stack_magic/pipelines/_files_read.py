"""Files and folders by their content: hashed once a change, in pieces, with progress."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MISSING = "missing"
MOST_FILES = 100_000
"""Files of a folder up to which it is read whole."""
_PIECE = 1 << 20
_PATIENCE = 1.0
"""Seconds after which it is told that something is read."""
_RECENT_NS = 2_000_000_000
"""A file may change twice within one tick of its file system's clock."""

_Stamp = tuple[int, int, int, int]


class UnreadableError(Exception):
    """A file or folder that cannot be read, or is too large to be: the message says why."""


class FileDigests:
    """Digests of files, each kept as long as its size, times and inode stay the same."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[_Stamp, str]] = {}
        self._lock = Lock()

    def digest(self, path: str, tell: Callable[[str], object] = str) -> str:
        """Return the SHA-256 of what is at *path*, or `MISSING`.

        Args:
            path: A file, or a folder with all below it.
            tell: Told in words when it takes longer than a second.

        Raises:
            UnreadableError: It cannot be read, or has too many files.
        """
        told = _Slow(path, tell)
        try:
            found = os.stat(path)  # noqa: PTH116 - a text that may be no path at all
            if stat.S_ISDIR(found.st_mode):
                return self._folder(path, told)
            if not stat.S_ISREG(found.st_mode):
                message = f"{path!r} is no regular file"
                raise UnreadableError(message)
            return self._file(path, found, told)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return MISSING
        except OSError as error:
            message = f"{path!r} cannot be read: {error.strerror or error}"
            raise UnreadableError(message) from error

    def _folder(self, path: str, told: _Slow) -> str:
        sha = hashlib.sha256(b"folder")
        for number, (name, found) in enumerate(_below(path)):
            if number >= MOST_FILES:
                message = f"{path!r} has more than {MOST_FILES} files"
                raise UnreadableError(message)
            content = "folder" if stat.S_ISDIR(found.st_mode) else "other"
            if stat.S_ISREG(found.st_mode):
                content = self._file(os.path.join(path, name), found, told)  # noqa: PTH118 - one of many
            sha.update(f"{name}\0{content}\0".encode(errors="surrogateescape"))
        return sha.hexdigest()

    def _file(self, path: str, found: os.stat_result, told: _Slow) -> str:
        place = os.path.realpath(path)
        stamp = (found.st_size, found.st_mtime_ns, found.st_ino, found.st_ctime_ns)
        with self._lock:
            known = self._known.get(place)
        if known is not None and known[0] == stamp:
            return known[1]
        sha = hashlib.sha256()
        with Path(path).open("rb", buffering=0) as file:
            while piece := file.read(_PIECE):
                sha.update(piece)
                told.look()
        if time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) > _RECENT_NS:
            with self._lock:
                self._known[place] = (stamp, sha.hexdigest())
        return sha.hexdigest()


class _Slow:
    """Tells once that reading takes its time."""

    def __init__(self, path: str, tell: Callable[[str], object]) -> None:
        self._path, self._tell = path, tell
        self._begun, self._is_told = time.monotonic(), False

    def look(self) -> None:
        if not self._is_told and time.monotonic() - self._begun > _PATIENCE:
            self._is_told = True
            self._tell(f"reading {self._path} to see whether it has changed …")


def _below(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield what is below a folder, by its path from there, in an order that stays."""
    waiting = [""]
    while waiting:
        here = waiting.pop()
        # One list of names: Ctrl-C would leave an iterator of entries open.
        for entry in sorted(os.listdir(os.path.join(folder, here))):  # noqa: PTH118, PTH208
            name = os.path.join(here, entry)  # noqa: PTH118 - one of many
            path = os.path.join(folder, name)  # noqa: PTH118 - likewise
            found = os.lstat(path)
            if stat.S_ISDIR(found.st_mode):
                waiting.append(name)
            elif stat.S_ISLNK(found.st_mode):
                with suppress(FileNotFoundError):  # a link to nowhere
                    found = os.stat(path)  # noqa: PTH116 - likewise
            yield name, found


FILES = FileDigests()
"""What this process knows of files."""
