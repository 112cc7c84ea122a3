"""A user's request as a frozen value: line, form, Python call and terminal all end here."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from stack_magic.configuration import json_text

from ._configuration import Bare
from ._references import Reference
from ._variables import is_variable, literal

_PLAIN = re.compile(r"""[^\s'"\\#;|&<>()*?!`{}[\]\u2018\u2019\u201c\u201d]+""")
_SINGLE = re.compile("('+)")
_MISREAD = re.compile(r"""\\['"]|\\\Z""")
"""A backslash before a quote: IPython looks for the ends of lines with Python's tokens."""

_ESCAPES = {"\n": r"\n", "\t": r"\t", "\r": r"\r", "\\": r"\\", "'": r"\'"}
_IN_TWO_DIGITS, _IN_FOUR = 0x100, 0x10000

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.stack import Snapshot

    from ._answers import Change
    from ._world import World


NOTHING: Mapping[Any, Any] = MappingProxyType({})
"""The default of a command's mapping."""


class Command(Protocol):
    """A frozen value whose `str()` is the line that says the same.

    Commands are named tuples: to make fifty frozen dataclasses would take a fifth of the
    time in which a session loads.
    """

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return what the command would make of *snapshot*; change nothing."""
        ...


def line(*words: str, **options: Any) -> str:
    """Return a line of words and `--option=value`, quoted where needed."""
    given = [_option(name.replace("_", "-"), value) for name, value in options.items()]
    first, *rest = words
    return " ".join([f"%{first}", *map(quoted, rest), *given])


def _option(name: str, value: Any) -> str:
    return f"--{name}" if isinstance(value, Bare) else f"--{name}={quoted(value)}"


def configured(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration as the texts of its options."""
    return {key: typed_text(value) for key, value in configuration.items()}


def typed_text(value: Any) -> Any:
    """Return a value of a configuration as it is typed after `--key=`."""
    if isinstance(value, Bare):
        return value
    if isinstance(value, Reference):
        return str(value)
    text = json_text(value)
    return literal(text) if isinstance(value, str) else text


def quoted(word: str) -> str:
    """Return *word* so that the grammar reads it back as one token.

    What a cell would break or Python would read otherwise stands in `$'...'`, escaped.
    """
    if not word.isprintable() or _MISREAD.search(word):
        return f"$'{''.join(map(_escaped, word))}'"
    if _PLAIN.fullmatch(word) or is_variable(word):
        return word
    if "'" not in word:
        return f"'{word}'"
    if '"' not in word:
        return f'"{word}"'
    # Quotes cannot be escaped: the single ones stand between double ones.
    parts = [part for part in _SINGLE.split(word) if part]
    return "".join(f'"{part}"' if part[0] == "'" else f"'{part}'" for part in parts)


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code < _IN_TWO_DIGITS:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < _IN_FOUR else f"\\U{code:08x}"
