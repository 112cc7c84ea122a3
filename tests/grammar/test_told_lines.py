"""Each line that a message tells a user to type is a line of the grammar."""

from __future__ import annotations

import ast
import re
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from stack_magic.enums import StackComponentType
from stack_magic.errors import StackMagicError
from stack_magic.grammar import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parents[2]
PACKAGES = (PROJECT / "stack_magic", PROJECT / "widgets" / "stack_magic_widgets")
MAGICS = {*map(str, StackComponentType), "stack", "pipeline", "secret"}
"""Not `%pip`, nor `%%flavor`, whose line is empty."""

_HOLE = "\x00"
_LINE = re.compile(rf"%({_HOLE}|[a-z_]+)((?: [^\n]*)?)")
_IN_MAGIC = [str(kind) for kind in StackComponentType]
_IN_WORDS = ("x", "artifact_store", "oci://x:1", "", "--x=1", "-a x", "update", "up")
"""What may stand where a message puts a value of its own."""


class Told(NamedTuple):
    """A line in a text of the product, with a hole for each value that is put in."""

    place: str
    text: str


def _texts_of(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module, its docstrings apart."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    parts = {
        id(part)
        for node in ast.walk(tree)
        for part in (
            node.values
            if isinstance(node, ast.JoinedStr)
            else [node.value]
            if isinstance(node, ast.Expr)
            else []
        )
    }
    for node in ast.walk(tree):
        if id(node) in parts:
            continue
        if isinstance(node, ast.JoinedStr):
            pieces = (p.value if isinstance(p, ast.Constant) else _HOLE for p in node.values)
            yield node.lineno, "".join(map(str, pieces))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, re.sub(r"{\w+}", _HOLE, node.value)  # for str.format


def _told() -> Iterator[Told]:
    for package in PACKAGES:
        for file in sorted(package.rglob("*.py")):
            for number, text in _texts_of(file):
                for found in _LINE.finditer(text):
                    if found[1] == _HOLE or found[1] in MAGICS:
                        place = f"{file.relative_to(PROJECT)}:{number}"
                        yield Told(place, found[0].replace("…", "x"))


TOLD = list(_told())


def _is_line(words: list[str]) -> bool:
    """Return whether words are a line, whatever is put into their holes."""
    magics = _IN_MAGIC if words[0] == f"%{_HOLE}" else [words[0].removeprefix("%")]
    rest = " ".join(words[1:])
    return any(
        _parses(magic, rest, values)
        for magic in magics
        for values in product(_IN_WORDS, repeat=rest.count(_HOLE))
    )


def _parses(magic: str, rest: str, values: tuple[str, ...]) -> bool:
    pieces = iter((*values, ""))
    text = "".join(part + next(pieces) for part in rest.split(_HOLE))
    try:
        parse(magic, text)
    except StackMagicError:
        return False
    return True


def test_lines_are_found() -> None:
    assert len(TOLD) > 120


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told.place)
def test_a_line_that_is_told_is_one(told: Told) -> None:
    """A sentence may go on behind it: `%stack set NAME makes one active`."""
    words = re.split(r", | needs at least ", told.text)[0].rstrip(" .").split()
    least = max(
        (at for at, word in enumerate(words) if word.startswith("-") or word.isupper()),
        default=min(1, len(words) - 1),
    )
    assert any(_is_line(words[: end + 1]) for end in range(least, len(words))), told.text
