"""What long work is at, in a view's own line of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.display import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stack_magic.session import Note

    from ._view import View


class ProgressLines:
    """A place where long work shows what it is at; empty again when left."""

    def __init__(self, view: View, head: str, names: Sequence[str]) -> None:
        self._view = view
        self._head = head
        self._words = dict.fromkeys(names, "waiting")

    def __enter__(self) -> Note:
        self._say()
        return self._note

    def __exit__(self, *_: object) -> None:
        self._view.say()

    def _note(self, name: str, words: str) -> None:
        self._words[name] = words
        self._say()

    def _say(self) -> None:
        lines = (Line(f"{name}: {words}", indent=1) for name, words in self._words.items())
        self._view.say(Line(self._head, "▶"), *lines)
