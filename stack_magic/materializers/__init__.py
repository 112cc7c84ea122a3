"""Values to bytes and back: artifacts, models, what travels to other processes."""

from ._materializers import PICKLE_SUFFIX, dump, is_pickle, load, references, type_name

__all__ = ["PICKLE_SUFFIX", "dump", "is_pickle", "load", "references", "type_name"]
