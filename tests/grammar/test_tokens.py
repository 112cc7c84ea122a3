"""How a line falls into words, and what of other languages is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stack_magic.errors import LineError
from stack_magic.grammar._tokens import open_tokens, tokenize


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("  register \t lake ", ["register", "lake"]),
        ("register lake   --flavor=s3\n --path=x", ["register", "lake", "--flavor=s3", "--path=x"]),
        (r"--path=C:\data\new", [r"--path=C:\data\new"]),
        ("--note='two words' next", ["--note=two words", "next"]),
        ("'--note=two words'", ["--note=two words"]),
        ("""--note="it's" '' """, ["--note=it's", ""]),
        ("""--tags='["a", "b"]'""", ['--tags=["a", "b"]']),
        ("--path=pa$5word", ["--path=pa$5word"]),
        ("--sql='select 1;'", ["--sql=select 1;"]),
        ("'#1' '>' '\u2019'", ["#1", ">", "\u2019"]),
        ("""--x='{"a": "}"}'""", ['--x={"a": "}"}']),
        (
            """--x={"a": "} ]", 'b': [1, {2: 3}]} y""",
            ["""--x={"a": "} ]", 'b': [1, {2: 3}]}""", "y"],
        ),
        ('lake_{cfg["a b"]}_x {n + 1}', ['lake_{cfg["a b"]}_x', "{n + 1}"]),
        ("a{b c}d e{ f", ["a{b c}d", "e{", "f"]),
        ("a[ 'x y' b", ["a[", "x y", "b"]),
    ],
)
def test_quotes_group_and_nothing_expands(line: str, words: list[str]) -> None:
    assert tokenize(line) == words


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("register --path='x", r"a quote \('\) is opened and never closed after --path"),
        ('list "', r"a quote \(\"\) is opened and never closed\nhint"),
        ('list it\'s "a b"', r"a quote \('\) is opened"),
        ("list # all of them", "a magic line has no comments"),
        ("list > file", "'>' belongs to a shell"),
        ("list | grep x", r"'\|' belongs to a shell"),
        ("list;", "';' does not end a magic line"),
        ("list; print(1)", "';' does not end a magic line"),
        ("--note=\u201cx\u201d", "has typographic quotes"),
        ('--x={"a": 1', "the value of --x is cut at a space"),
    ],
)
def test_what_belongs_elsewhere_is_refused(line: str, reason: str) -> None:
    with pytest.raises(LineError, match=reason):
        tokenize(line)


@pytest.mark.parametrize(
    ("line", "words", "incomplete"),
    [
        ("", [], ""),
        ("reg", [], "reg"),
        ("register ", ["register"], ""),
        ("register la", ["register"], "la"),
        ("register 'my la", ["register"], "my la"),
        ('register --path="a b', ["register"], "--path=a b"),
        ("register 'a b' ", ["register", "a b"], ""),
        ('it\'s "a b"', [], 'its "a b"'),
    ],
)
def test_the_word_at_the_cursor_may_be_open(line: str, words: list[str], incomplete: str) -> None:
    assert open_tokens(line) == (words, incomplete)


@settings(derandomize=True, database=None, deadline=None)
@given(st.text("ab'\" \\\t;#{=-$\u2019"))
def test_a_line_is_read_or_refused(line: str) -> None:
    try:
        words = tokenize(line)
    except LineError as error:
        assert error.hint  # noqa: PT017 - either outcome is right
    else:
        assert all(isinstance(word, str) for word in words)
    assert isinstance(open_tokens(line), tuple)
