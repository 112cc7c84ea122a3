"""Long work shows what it is at: the seam to whoever has a place for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Note = Callable[[str, str], None]
"""Takes the name of a part of the work, and what is being done to it: `resuming`, `fine`."""

Progress = Callable[[str, Sequence[str]], AbstractContextManager[Note]]
"""Opens a place: a head and the names of the parts; it is empty again when left."""


@contextmanager
def silently(_: str, __: Sequence[str]) -> Iterator[Note]:
    """Show nothing."""
    yield lambda _, __: None
