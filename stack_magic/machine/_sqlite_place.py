"""Which file is open: told from another that was put in its place, or emptied."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ._lock import locked


class OpenedFile(NamedTuple):
    """A file with an open connection.

    Attributes:
        path: Where it was when it was opened.
        inode: What tells it from another file of this path.
        log: The same of its write-ahead log; None if it has none.
    """

    path: Path
    inode: tuple[int, int]
    log: tuple[int, int] | None

    @classmethod
    def at(cls, path: Path) -> OpenedFile:
        """Return the file that is there now."""
        found = path.stat()
        return cls(path, (found.st_dev, found.st_ino), _inode(Path(f"{path}-wal")))

    def is_still_at(self, path: Path) -> bool:
        """Return whether it is the file there, with something in it."""
        if path != self.path:
            return False
        found = path.stat()
        return (found.st_dev, found.st_ino) == self.inode and found.st_size > 0

    def clear_away(self) -> None:
        """Remove what is left of it at its path, before its connection is closed.

        An emptied file goes: processes that have it open then see another in its place,
        and SQLite writes nothing of its log into a file that has left its path. The log
        goes too: SQLite would take it for that of the file that is there now.
        """
        if _inode(self.path) == self.inode and not self.path.stat().st_size:
            with locked(Path(f"{self.path}.lock")):
                if _inode(self.path) == self.inode:
                    self.path.unlink()
        if self.log is not None and _inode(self.path) != self.inode:
            log = Path(f"{self.path}-wal")
            if _inode(log) == self.log:
                with suppress(FileNotFoundError):
                    log.unlink()
                    Path(f"{self.path}-shm").unlink()


def _inode(path: Path) -> tuple[int, int] | None:
    with suppress(FileNotFoundError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None
