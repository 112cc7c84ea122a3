"""What belongs to Python or an installed package, and what to the user's project."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_OWN_FOLDER = str(Path(__file__).resolve().parent.parent)
_LIBRARY = re.compile(r"[/\\]lib(64)?[/\\]python3\.\d+[/\\]")
"""In the path of Python's own library, also of another installation: code travels."""
_LIBRARY_PARTS = frozenset({"site-packages", "dist-packages"})


def is_installed(module_name: str | None) -> bool:
    """Whether a module is Python's or a package's, not the notebook's or project's."""
    if module_name in {None, "__main__"}:
        return False
    module = sys.modules.get(module_name or "")
    if module is None:
        return False
    filename = getattr(module, "__file__", None)
    return not filename or is_installed_file(filename)


@lru_cache(maxsize=4096)
def is_installed_file(filename: str) -> bool:
    """Whether a source file is Python's, a package's or our own."""
    if filename.startswith("<frozen"):
        return True
    path = Path(filename)
    if _LIBRARY_PARTS.intersection(path.parts) or _LIBRARY.search(filename):
        return True
    return any(path.is_relative_to(folder) for folder in _library_folders())


@lru_cache(maxsize=1)
def _library_folders() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    return (_OWN_FOLDER, paths["stdlib"], paths["platstdlib"])


def version_of(module_name: str) -> str:
    """Return the version of a module's package, loaded or not; nothing for Python's own."""
    top = module_name.partition(".")[0]
    if top in sys.stdlib_module_names:
        return ""
    return _recorded_version(top) or _text_version(top)


@lru_cache(maxsize=1024)
def _recorded_version(top: str) -> str:
    from importlib import metadata  # a tenth of the time in which a session loads

    try:
        return metadata.version(top)
    except (metadata.PackageNotFoundError, ValueError):
        names = _distributions().get(top, [])
        return ",".join(metadata.version(name) for name in dict.fromkeys(names))


@lru_cache(maxsize=1)
def _distributions() -> Mapping[str, list[str]]:
    from importlib import metadata

    return metadata.packages_distributions()


def _text_version(top: str) -> str:
    """Return a digest of a module that no package brought."""
    filename = getattr(sys.modules.get(top), "__file__", None) or origin_of(top)
    try:
        content = Path(filename or "").read_bytes()
    except OSError:
        return ""
    return hashlib.sha256(content).hexdigest()


def origin_of(top: str) -> str | None:
    """Return the file or folder that a top-level module would come from; imports nothing."""
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError, AttributeError):
        return None
    if spec is None:
        return None
    folders = list(spec.submodule_search_locations or ())
    return spec.origin if spec.has_location else next(iter(folders), None)
