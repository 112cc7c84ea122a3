"""What code is: the source, the digest and the bytes of live functions and classes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import pickled_names
from ._captured import Captured, Need, capture
from ._class_members import registered_with
from ._definition import definition_of, location_of, remember_definition
from ._digest import Digester
from ._file_names import files_named, texts_like_files
from ._file_sites import is_like_a_file
from ._installed import is_installed, is_installed_file
from ._literals import texts_of
from ._needs import needs_of
from ._origins import origin_of, origins_of
from ._outside import BELOW, SOME_FILE, Outside
from ._program import Program, name_of
from ._reads import reads_of
from ._reference import Reference, reference_to, resolved
from ._walk import Visit, Walk

if TYPE_CHECKING:
    from ._arrival import CodeUnpickler, Unpacked
    from ._travel import CodePickler, packed

__all__ = [
    "BELOW",
    "SOME_FILE",
    "Captured",
    "CodePickler",
    "CodeUnpickler",
    "Digester",
    "Need",
    "Outside",
    "Program",
    "Reference",
    "Unpacked",
    "Visit",
    "Walk",
    "capture",
    "definition_of",
    "files_named",
    "is_installed",
    "is_installed_file",
    "is_like_a_file",
    "location_of",
    "name_of",
    "needs_of",
    "origin_of",
    "origins_of",
    "packed",
    "pickled_names",
    "reads_of",
    "reference_to",
    "registered_with",
    "remember_definition",
    "resolved",
    "texts_like_files",
    "texts_of",
]

_WHEN_USED = {
    "CodePickler": "._travel",
    "CodeUnpickler": "._arrival",
    "Unpacked": "._arrival",
    "packed": "._travel",
}


def __getattr__(name: str) -> Any:
    """Import what only values that travel need when it is asked for: loading stays fast."""
    if name not in _WHEN_USED:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_WHEN_USED[name], __name__), name)
