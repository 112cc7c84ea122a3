"""Values to bytes and back: artifacts, models, what travels to other processes."""

from ._materializers import PICKLE, dump, load, references, type_name

__all__ = ["PICKLE", "dump", "load", "references", "type_name"]
