"""Files on their way to their place, and what is left of them when their writer was killed."""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from stat import S_ISDIR
from threading import Thread
from uuid import uuid4

OLD = 24 * 3600.0
"""Seconds after which nobody writes any more to what was left unchanged for so long."""

_NAME = re.compile(r"\.[0-9a-f]{32}\.tmp")


def temporary_in(folder: Path) -> Path:
    """Return a name in *folder* for what will be moved to its place when it is whole."""
    return folder / f".{uuid4().hex}.tmp"


def is_temporary(name: str) -> bool:
    """Return whether a name is one of these."""
    return _NAME.fullmatch(name) is not None


@lru_cache(maxsize=256)
def sweep(folder: Path) -> None:
    """Remove what dead writers have left in *folder*, at its first use by this process."""
    _sweep(os.fspath(folder))


@lru_cache(maxsize=64)
def sweep_below(folder: Path) -> Thread:
    """Remove likewise what is in *folder* or anywhere below it; return the thread that does.

    A thread, since there may be very many folders, and nobody waits for it.
    """

    def walk() -> None:
        for below, _, _ in os.walk(folder):
            _sweep(below)

    thread = Thread(target=walk, name=f"sweep of {folder}", daemon=True)
    thread.start()
    return thread


def _sweep(folder: str) -> None:
    names: list[str] = []
    with suppress(OSError):
        names = os.listdir(folder)  # noqa: PTH208 - Ctrl-C would leave an iterator open
    for name in names:
        if is_temporary(name):
            _remove_old(Path(folder, name))


def _remove_old(path: Path) -> None:
    with suppress(OSError):  # another process may be quicker
        found = path.lstat()
        if time.time() - found.st_mtime < OLD:
            return
        if S_ISDIR(found.st_mode):
            import shutil

            shutil.rmtree(path)
        else:
            path.unlink()
