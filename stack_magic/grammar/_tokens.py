r"""From a line to its words: quotes group, backslashes are letters, nothing expands.

Within `$'...'` a backslash begins an escape, as in bash: `$'two\nlines'`.
"""

from __future__ import annotations

import re
import sys

from stack_magic.errors import LineError
from stack_magic.session import GROUPED

_ESCAPED = r"\$'(?:[^'\\]|\\.)*'"
_QUOTED = r"""(?<!\$)'[^']*'|"[^"]*\""""
_WORD = re.compile(rf"""(?:{_ESCAPED}|{GROUPED}|[^ \t\r\n'"]|{_QUOTED})+""", re.DOTALL)
_PART = re.compile(rf"{_ESCAPED}|{GROUPED}|{_QUOTED}", re.DOTALL)
_GROUP = re.compile(GROUPED, re.DOTALL)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_SHORT_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}
_SHELL_WORDS = frozenset({">", ">>", "<", "|", "||", "&", "&&"})
_TYPOGRAPHIC_DASH = re.compile(r"[\u2013\u2014]+(?=[^\W\d])")
_TYPOGRAPHIC = re.compile("[\u2018\u2019\u201c\u201d]")
_HALF = re.compile("[\ud800-\udfff]")
_OPTION = re.compile(r"--?[\w-]+(?==|\s|$)")


def tokenize(line: str) -> list[str]:
    """Return the words of *line*.

    Raises:
        LineError: A quote is open, or something of a shell or of Python was typed that
            a magic line does not have.
    """
    opened = _open_quote(line)
    if opened is not None:
        options = _OPTION.findall(line[: opened + 1])
        place = f" after {options[-1]}" if options else ""
        message = f"a quote ({line[opened]}) is opened and never closed{place}"
        raise LineError(message, hint="close it, or quote the value with the other kind")
    written = _WORD.findall(line)
    for word in written:
        _refuse_foreign(word, line)
        _refuse_slips(word)
        _refuse_broken_json(word)
    return [_whole(word) for word in written]


def open_tokens(line: str) -> tuple[list[str], str]:
    """Return the whole words of an unfinished line, and the word under the cursor."""
    opened = _open_quote(line)
    closing = "" if opened is None else line[opened]
    words = [_unquoted(word) for word in _WORD.findall(line + closing)]
    if not closing and (not line or line[-1] in " \t\r\n"):
        return words, ""
    return words[:-1], words[-1]


def is_in_quotes(line: str) -> bool:
    """Whether the end of an unfinished line is inside of quotes."""
    return _open_quote(line) is not None


def _open_quote(line: str) -> int | None:
    """Return where the quote stands that nothing closes, or None."""
    rest = _PART.sub(lambda match: " " * len(match.group()), line)
    places = [place for place in map(rest.find, "'\"") if place >= 0]
    return min(places, default=None)


def _unquoted(word: str) -> str:
    return _PART.sub(lambda match: _content(match.group()), word)


def _whole(written: str) -> str:
    """Return what a word stands for, if it is whole text and no bare `--`.

    Half of a character comes by pasting; who wants one writes it as an escape.
    """
    word = _unquoted(written)
    if word == "--":  # after which a name could begin with a dash: no name does
        message = "'--' stands alone: every word after it would be a name"
        raise LineError(message, hint="for a value that is --, write --option=--")
    half = _HALF.search(written)
    if half is None:
        return word
    message = f"the line holds half of a character: U+{ord(half[0]):04X}"
    raise LineError(message, hint="type the word anew instead of pasting it")


def _content(part: str) -> str:
    """Return what a part in quotes stands for; in braces and brackets, quotes are kept."""
    if part[0] in "{[":
        return part
    return _ESCAPE.sub(_character, part[2:-1]) if part.startswith("$") else part[1:-1]


def _character(escape: re.Match[str]) -> str:
    number = escape[1] or escape[2] or escape[3]
    if number is None:
        return _SHORT_ESCAPES.get(escape[4], escape.group())
    code = int(number, 16)
    return chr(code) if code <= sys.maxunicode else escape.group()


def _refuse_foreign(word: str, line: str) -> None:
    """Refuse what means something elsewhere; in quotes it is text like any other."""
    if word.startswith("#"):
        message = "a magic line has no comments: everything after # would be read too"
        raise LineError(message, hint="put the comment on a line of its own")
    if word in _SHELL_WORDS:
        message = f"{word!r} belongs to a shell: a magic line has no redirection"
        raise LineError(message, hint="assign the answer instead: answer = %stack list")
    if word.endswith(";"):
        message = "';' does not end a magic line: the whole line is read"
        raise LineError(message, hint="put the next statement on its own line")


def _refuse_slips(word: str) -> None:
    """Refuse what an editor or a habit made of an option."""
    bare = _PART.sub("", word)
    if word == "=":
        message = "'=' stands alone: no space may be around it"
        raise LineError(message, hint="--flavor=local, or --flavor local")
    if _TYPOGRAPHIC_DASH.match(word):
        message = f"{word!r} begins with a typographic dash"
        raise LineError(message, hint=f"type {_TYPOGRAPHIC_DASH.sub('--', word)}")
    if _TYPOGRAPHIC.search(bare):
        message = f"{_named(word)} has typographic quotes, which do not group words"
        raise LineError(message, hint="""type ' or " instead""")


def _refuse_broken_json(word: str) -> None:
    option, equals, value = word.partition("=")
    if not (equals and option.startswith("--") and value[:1] in {"{", "["}):
        return
    if _GROUP.fullmatch(value):
        return
    if value.count("{") != value.count("}") or value.count("[") != value.count("]"):
        message = f"the value of {option} is cut at a space"
        raise LineError(message, hint=f"quote the JSON: {option}='{{\"key\": 1}}'")


def _named(word: str) -> str:
    """Return what errors call a word: never the value of an option, which may be secret."""
    option, equals, _ = word.partition("=")
    return f"the value of {option}" if equals and option.startswith("-") else repr(word)
