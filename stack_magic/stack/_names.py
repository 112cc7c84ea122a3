"""The one rule for names of flavors, components and stacks."""

from __future__ import annotations

import keyword
import re
import unicodedata
from functools import lru_cache
from typing import Any

from stack_magic.display import is_hidden, safe_repr
from stack_magic.errors import InvalidNameError

MAX_CHARACTERS = 64
MAX_BYTES = 200  # a name with its suffix fits a file name (255 bytes) everywhere

_WORDS = """
activate apply ask browse cancel check compose copy delete deploy describe distrust down
explain export flavor form get help history import list logs package panel post probe promote
provision recover register register-secrets remove-attribute remove-component rename reset
resume run runs set start stop suspend trust up update validate
"""

RESERVED = frozenset(_WORDS.split())
"""Words of the grammar, kept free so that a line reads one way only."""

_FIRST = re.compile(r"[^\W_]")
_ALLOWED = re.compile(r"[\w.-]")
_MARKS = frozenset({"Mn", "Mc"})
"""Marks that belong to the letter before them: vowels of Hindi, tones of Thai."""

_PLAIN = {bool, int, float, bytes, list, tuple, dict, set}
"""Types of values that are shown where a name is wanted; the `repr` of others says no more."""

RULE = "1-64 letters, digits and _ . -, starting with a letter or digit"

# Letters of other scripts that look like Latin ones (Unicode TR 39, the common part).
_TWINS = str.maketrans(
    "асеорхуіјѕԁԛԝһӏкмтвнαβεικνορτυχγ",
    "aceopxyijsdqwhlkmtbhabeikvoptuxy",
)


def check_name(name: Any) -> str:
    """Return *name* in Unicode form NFC.

    Raises:
        InvalidNameError: It is not a string, or breaks the rule for names.
    """
    if not isinstance(name, str):
        value = f": {safe_repr(name):.80}" if type(name) in _PLAIN else ""
        message = f"a name is text, not {type(name).__name__}{value}"
        raise InvalidNameError(message, hint=f"allowed: {RULE}")
    normal = unicodedata.normalize("NFC", name)
    broken = _broken_rule(normal)
    if broken:
        message = f"{name[:80]!r} cannot be a name: {broken}"
        raise InvalidNameError(message, hint=f"allowed: {RULE}")
    return normal


def refuse_no_text(name: Any) -> None:
    """Raise InvalidNameError for None, a number or a list in the place of a name."""
    if not isinstance(name, str):
        check_name(name)


def _broken_rule(name: str) -> str | None:
    if not name.strip():
        return "it is blank"
    if len(name) > MAX_CHARACTERS:
        size = len(name.encode(errors="replace"))
        return f"it has {len(name)} characters ({size} bytes), {MAX_CHARACTERS} are allowed"
    if len(name.encode(errors="replace")) > MAX_BYTES:
        return f"it has more than {MAX_BYTES} bytes in UTF-8"
    if not _FIRST.match(name) or not all(map(_is_allowed, name)):
        return _broken_character(name)
    if name.lower() in RESERVED or keyword.iskeyword(name):
        whose = "the commands" if name.lower() in RESERVED else "Python"
        return f"{name.lower()} is a reserved word of {whose}"
    return None


def _is_allowed(character: str) -> bool:
    if is_hidden(character):
        return False
    return bool(_ALLOWED.match(character)) or unicodedata.category(character) in _MARKS


def _broken_character(name: str) -> str:
    if name.startswith("_"):
        return "a name starting with _ is reserved"
    for character in name:
        if not _is_allowed(character):
            return f"it contains {_described(character)}"
    return f"it starts with {name[0]!r}"


def _described(character: str) -> str:
    if character.isprintable() and not is_hidden(character):
        return repr(character)
    title = unicodedata.name(character, "a control character")
    return f"{character!r} (U+{ord(character):04X}, {title})"


@lru_cache(maxsize=4096)
def skeleton(name: str) -> str:
    """Return what a reader sees of *name*: equal skeletons are look-alikes."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return bare.translate(_TWINS)
