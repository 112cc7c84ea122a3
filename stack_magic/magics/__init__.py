"""The shell's end: lines go to the grammar, commands to the session, answers back."""

from ._extension import load, unload

__all__ = ["load", "unload"]
