"""Nothing invisible and nothing that moves a cursor reaches a screen."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from stack_magic.display import is_hidden, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\x00b\x07", r"a\x00b\x07"),
        ("a\rb", r"a\rb"),
        ("\x9b31m", r"\x9b31m"),
        ("abc\u202etxt", r"abc\u202etxt"),
        ("\u2066x\u2069", r"\u2066x\u2069"),
        ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("soft\xadhyphen", r"soft\xadhyphen"),
        ("\u3164\u2800", r"\u3164\u2800"),
        ("\U000e0041", r"\U000e0041"),
        ("\ue000", r"\ue000"),
        ("\ud800", r"\ud800"),
        ("\ufffe\uffff", r"\ufffe\uffff"),
        ("one\u2028two", r"one\u2028two"),
    ],
)
def test_what_is_hidden_is_spelled_out(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    "text",
    ["plain ~", "tab\tand\nline", "Zürich naïve", "数据", "שלום", "👩\u200d💻", "ن\u200cم", "①"],
)
def test_what_people_write_stays(text: str) -> None:
    assert printable(text) == text


def test_no_control_or_format_character_is_left_out() -> None:
    hidden = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    kept = {"\n", "\t", "\u200c", "\u200d"}
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character) in hidden and character not in kept:
            assert printable(character) != character, hex(code)
            assert is_hidden(character)
