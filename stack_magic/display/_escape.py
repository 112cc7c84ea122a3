"""What may reach a screen: letters do, control and invisible characters are spelled out."""

from __future__ import annotations

import re
import unicodedata

_KEPT = frozenset("\n\t")
# Two bytes suffice to find the rare candidates; the category decides.
_CANDIDATE = re.compile(r"[^\x20-\x7e\xa1-\xac\xae-\u02ff]")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Joiners without which scripts and emoji fall apart; harmless in the middle of a text.
_ALLOWED_FORMATS = frozenset("\u200c\u200d")
# Letters and marks that show nothing.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def printable(text: str) -> str:
    r"""Return *text* with control, bidi and invisible characters as `\x1b`."""
    return _CANDIDATE.sub(_spell_out, text)


def _spell_out(match: re.Match[str]) -> str:
    character = match.group()
    if character in _KEPT or character in _ALLOWED_FORMATS:
        return character
    if not is_hidden(character):
        return character
    return character.encode("unicode_escape", "replace").decode("ascii")


def is_hidden(character: str) -> bool:
    """Whether a screen shows nothing for *character*, or something else than it is."""
    code = ord(character)
    is_no_character = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF  # noqa: PLR2004
    category = unicodedata.category(character)
    return is_no_character or category in _HIDDEN_CATEGORIES or character in _BLANK
