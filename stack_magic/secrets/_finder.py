"""Finds some texts in others, and puts a mask in their place."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from pydantic_core import SchemaError, SchemaValidator, core_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MASK = "******"
_PREFIX = 64
_LEAF = 400
_PIECE = 1 << 15


class Finder:
    """Finds some texts in others.

    pydantic-core's engine for patterns looks for all of them at once and says only whether
    there is one; the places are then looked for in the small part that has it.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = sorted(texts, key=len, reverse=True)
        self._of_lines = [text for text in self._texts if "\n" not in text]
        self._of_several = [text for text in self._texts if "\n" in text]
        self._any = _any_of(self._of_lines)

    def is_in(self, text: str) -> bool:
        """Whether one of the texts is in *text*."""
        if any(several in text for several in self._of_several):
            return True
        if not self._may_be_in(text):
            return False
        return any(one in text for one in self._of_lines)

    def masked(self, text: str) -> str:
        """Return *text* with MASK in the place of each of the texts."""
        if any(several in text for several in self._of_several):
            text = _without(text, self._of_several)
        return "".join(self._parts(text))

    def _parts(self, text: str) -> Iterator[str]:
        """Yield *text* in parts, masked: halved at line ends down to the lines that have one."""
        waiting = list(_pieces(text))[::-1]
        while waiting:
            part = waiting.pop()
            if not self._may_be_in(part):
                yield part
                continue
            middle = part.find("\n", len(part) // 2) + 1 if len(part) > _LEAF else 0
            if 0 < middle < len(part):
                waiting += [part[middle:], part[:middle]]
            else:
                yield _without(part, self._of_lines)

    def _may_be_in(self, text: str) -> bool:
        if not self._of_lines:
            return False
        if self._any is None or self._any.isinstance_python(text):
            return True
        return not text.isascii() and _has_surrogates(text)  # which are no text to pydantic-core


def _pieces(text: str) -> Iterator[str]:
    """Yield *text* in pieces of whole lines, each so small that the search for one is short."""
    begin = 0
    while begin < len(text):
        end = text.find("\n", begin + _PIECE) + 1 or len(text)
        yield text[begin:end]
        begin = end


def _any_of(texts: Sequence[str]) -> SchemaValidator | None:
    """Return what is valid if it has one of *texts*; None when that cannot be compiled."""
    starts = {text[:_PREFIX] for text in texts}
    pattern = "|".join(re.escape(start) for start in sorted(starts))
    with suppress(SchemaError, UnicodeEncodeError):
        return SchemaValidator(core_schema.str_schema(pattern=pattern))
    return None


def _has_surrogates(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _without(text: str, secrets: Sequence[str]) -> str:
    """Return *text* with MASK in the place of *secrets*, overlapping ones as one."""
    shown: list[str] = []
    at = 0
    for begin, end in _merged(sorted(_places(text, secrets))):
        shown += [text[at:begin], MASK]
        at = end
    return "".join([*shown, text[at:]])


def _places(text: str, secrets: Sequence[str]) -> Iterator[tuple[int, int]]:
    for secret in secrets:
        at = text.find(secret)
        while at >= 0:
            yield at, at + len(secret)
            at = text.find(secret, at + 1)


def _merged(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for begin, end in places:
        if merged and begin < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
