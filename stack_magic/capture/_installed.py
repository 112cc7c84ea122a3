"""What belongs to Python or an installed package, and what to the user's project."""

from __future__ import annotations

import sys
import sysconfig
from functools import lru_cache
from pathlib import Path

_OWN_FOLDER = str(Path(__file__).resolve().parent.parent)
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
    if _LIBRARY_PARTS.intersection(path.parts):
        return True
    return any(path.is_relative_to(folder) for folder in _library_folders())


@lru_cache(maxsize=1)
def _library_folders() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    return (_OWN_FOLDER, paths["stdlib"], paths["platstdlib"])


def version_of(module_name: str) -> str:
    """Return the version that the package of a module tells, or nothing."""
    package = sys.modules.get(module_name.partition(".")[0])
    return str(getattr(package, "__version__", ""))
