"""The one rule for names, and which names look alike."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

import pytest

from stack_magic.errors import InvalidNameError
from stack_magic.stack import RESERVED, check_name, skeleton


@pytest.mark.parametrize(
    "name", ["a", "prod-2.1_x", "9lives", "Zürich", "数据", "नमस्ते", "ภาษาไทย", "x" * 64]
)
def test_letters_and_digits_of_any_script_are_names(name: str) -> None:
    assert check_name(name) == name


def test_a_name_is_kept_in_one_unicode_form() -> None:
    assert check_name(normalize("NFD", "Zürich")) == "Zürich"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "it is blank"),
        ("   ", "it is blank"),
        ("x" * 65, r"it has 65 characters \(65 bytes\), 64 are allowed"),
        ("\U00020000" * 64, "it has more than 200 bytes"),
        ("_private", "a name starting with _ is reserved"),
        ("-x", "it starts with '-'"),
        (".hidden", r"it starts with '\.'"),
        ("a b", "it contains ' '"),
        ("../x", "it contains '/'"),
        ("a/b", "it contains '/'"),
        ("a\nb", r"it contains '\\n' \(U\+000A, a control character\)"),
        ("a\u202eb", "RIGHT-TO-LEFT OVERRIDE"),
        ("a\u200bb", "ZERO WIDTH SPACE"),
        ("\u3164", r"HANGUL FILLER"),
        ("<b>", "it contains '<'"),
        ("list", "a reserved word"),
        ("Register", "a reserved word"),
        ("lambda", "a reserved word"),
        ("a\ud800", "it contains"),
        (3, "a name is text, not int: 3"),
        (None, "a name is text, not NoneType"),
    ],
)
def test_what_breaks_the_rule_is_named(name: Any, reason: str) -> None:
    with pytest.raises(InvalidNameError, match=reason) as refused:
        check_name(name)
    assert refused.value.hint == (
        "allowed: 1-64 letters, digits and _ . -, starting with a letter or digit"
    )


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_a_word_of_the_commands_is_no_name(word: str) -> None:
    with pytest.raises(InvalidNameError, match="reserved word"):
        check_name(word)


@pytest.mark.parametrize(
    ("name", "other"),
    [("lake", "Lake"), ("a", "\u0430"), ("cafe", "café")],
)
def test_names_that_look_alike_have_one_skeleton(name: str, other: str) -> None:
    assert skeleton(name) == skeleton(other)


def test_other_names_have_other_skeletons() -> None:
    assert len({skeleton(name) for name in ("lake", "like", "lak", "prod-1", "prod-2")}) == 5
