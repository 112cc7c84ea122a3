"""From a live class or function to its source, also when a notebook cell defined it."""

from ._captured import Captured, Need, capture
from ._definition import definition_of, location_of, remember_definition
from ._digest import Digester
from ._installed import is_installed, is_installed_file

__all__ = [
    "Captured",
    "Digester",
    "Need",
    "capture",
    "definition_of",
    "is_installed",
    "is_installed_file",
    "location_of",
    "remember_definition",
]
