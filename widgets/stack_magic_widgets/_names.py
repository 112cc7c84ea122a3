"""What is wrong with a name, told beside the rest: the rest is looked at with another."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

OF_THE_NAME = frozenset({"InvalidNameError", "NameTakenError"})
"""Codes of findings that are about a name, and hide what else there is."""


def free_name(is_taken: Callable[[str], bool]) -> str:
    """Return a name that is not taken."""
    names = (f"unnamed{number}" for number in count())
    return next(name for name in names if not is_taken(name))
