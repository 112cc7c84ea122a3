"""This machine: files for their owner only, SQLite files, processes that leave no orphans."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._leftovers import is_temporary, sweep, sweep_below, temporary_in
from ._private import absolute_path, check_private, private_file, private_folder, write_private

if TYPE_CHECKING:
    from ._context_values import context_value
    from ._identity import ProcessIdentity, Standing
    from ._interrupts import interrupts_wait
    from ._json_file import json_object, number_in
    from ._key_file import new_key, read_key
    from ._lock import locked
    from ._patience import BUSY_SECONDS, Patience, waits_long
    from ._process import Process, start_process
    from ._service import Service
    from ._sqlite import SqliteFile, journal_mode
    from ._sqlite_connection import FileConnection
    from ._sqlite_errors import explained, is_locked, way_out
    from ._user_folder import user_folder

__all__ = [
    "BUSY_SECONDS",
    "FileConnection",
    "Patience",
    "Process",
    "ProcessIdentity",
    "Service",
    "SqliteFile",
    "Standing",
    "absolute_path",
    "check_private",
    "context_value",
    "explained",
    "interrupts_wait",
    "is_locked",
    "is_temporary",
    "journal_mode",
    "json_object",
    "locked",
    "new_key",
    "number_in",
    "private_file",
    "private_folder",
    "read_key",
    "start_process",
    "sweep",
    "sweep_below",
    "temporary_in",
    "user_folder",
    "waits_long",
    "way_out",
    "write_private",
]

_WHEN_USED = {
    "BUSY_SECONDS": "._patience",
    "FileConnection": "._sqlite_connection",
    "Patience": "._patience",
    "Process": "._process",
    "ProcessIdentity": "._identity",
    "Service": "._service",
    "SqliteFile": "._sqlite",
    "Standing": "._identity",
    "explained": "._sqlite_errors",
    "interrupts_wait": "._interrupts",
    "is_locked": "._sqlite_errors",
    "journal_mode": "._sqlite",
    "json_object": "._json_file",
    "locked": "._lock",
    "new_key": "._key_file",
    "read_key": "._key_file",
    "number_in": "._json_file",
    "start_process": "._process",
    "context_value": "._context_values",
    "user_folder": "._user_folder",
    "waits_long": "._patience",
    "way_out": "._sqlite_errors",
}


def __getattr__(name: str) -> Any:
    """Import what needs SQLite or processes when it is asked for: loading stays fast."""
    if name not in _WHEN_USED:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_WHEN_USED[name], __name__), name)
