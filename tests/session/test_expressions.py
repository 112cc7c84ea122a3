"""Braces on a line stand for values, as IPython's magics take them, and run no call."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from stack_magic.enums import StackComponentType
from stack_magic.errors import InvalidNameError, LineError, ReferenceRefusedError
from stack_magic.grammar import parse
from stack_magic.secrets import secret_reference
from stack_magic.session import Session, literal, parse_variable

ALERTER = StackComponentType.ALERTER


class Place:
    """A value of the notebook whose code would be noticed."""

    channel = "attic"

    def __add__(self, _: object) -> str:
        os.environ["PWNED"] = "1"
        return "added"

    def __format__(self, _: str) -> str:
        message = "it has no text"
        raise RuntimeError(message)


NAMES: dict[str, Any] = {
    "n": 4,
    "word": "lake",
    "cfg": {"a b": "attic", "list": [1, 2, 3], "it's": {"depth": 7}},
    "place": Place(),
    "nested": SimpleNamespace(inner=SimpleNamespace(channel="cellar")),
    "password": SecretStr("canary-in-clear"),
}


@pytest.fixture
def session(furnished: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.delenv("PWNED", raising=False)
    furnished.namespace = NAMES
    return furnished


def _registered(session: Session, options: str, name: str = "night") -> Any:
    line = f"register {name} -f pager {options}"
    session.apply(parse("alerter", line, session.namespace, session))
    return session.registry.snapshot.component(ALERTER, name.format(**NAMES)).component


@pytest.mark.parametrize(
    ("options", "channel", "retries"),
    [
        ("--channel={word} --retries={n}", "lake", 4),
        ('--channel={cfg["a b"]} --retries={cfg["list"][-1]}', "attic", 3),
        ("--channel={place.channel} --retries={n + 1}", "attic", 5),
        ("--channel='{nested.inner.channel}' --retries='{(n + 2) * 3 // 2 - -1}'", "cellar", 10),
        ("""--channel=x --retries={cfg["it's"]["depth"]}""", "x", 7),
        ("--channel=./{word}/{n:03d}/{word!r:>8}", "./lake/004/  'lake'", 3),
        ("--channel={n:02d}", "04", 3),
        ("--channel={word[1:3]}{cfg['list'][0]}", "ak1", 3),
        ("--channel={'a' + word}", "alake", 3),
        # Braces without a name in them, doubled ones and what is no expression are text.
        (r"--channel='\d{2,3} *.{csv,txt} {} {2} a{ }b'", r"\d{2,3} *.{csv,txt} {} {2} a{ }b", 3),
        ("--channel={{word}}/{n}", "{word}/4", 3),
        ("--channel=$${word}", "{word}", 3),
        ("--channel='[{word}'", "[lake", 3),
    ],
)
def test_braces_stand_for_values(
    session: Session, options: str, channel: str, retries: int
) -> None:
    component = _registered(session, options)
    assert (component.channel, component.retries) == (channel, retries)
    assert "PWNED" not in os.environ


@pytest.mark.parametrize("name", ["lake_{n}", "lake_$n", "{word}_{n}", "$word-{n}"])
def test_names_take_braces_and_variables_within(session: Session, name: str) -> None:
    session.apply(parse("alerter", f"register {name} -f pager", NAMES))
    assert session.registry.snapshot.component_names(ALERTER)[0] in {"lake_4", "lake-4"}


def test_json_stays_json_with_and_without_quotes(session: Session) -> None:
    for name, tags in (("a", '["n", "{n}"]'), ("b", """'["n", "{n}"]'""")):
        session.apply(
            parse("artifact_store", f"register {name} -f lake --path=/x --tags={tags}", NAMES)
        )
        store: Any = session.registry.snapshot.component(
            StackComponentType.ARTIFACT_STORE, name
        ).component
        assert store.tags == ["n", "{n}"]


@pytest.mark.parametrize(
    "braces",
    [
        '{__import__("os").environ.setdefault("PWNED","1")}',
        "{word.upper()}",
        "{place.__class__}",
        "{place._hidden}",
        "{[x for x in cfg]}",
        "{(lambda: n)}",
        "{(n := 5)}",
        "{f'{n}'}",
        "{n if word else n}",
        "{n ** n}",
        "{word!r:{n}}",
    ],
)
@pytest.mark.parametrize("line", ["register {} -f pager", "register x -f pager --channel='a{}b'"])
def test_what_could_run_code_is_refused(session: Session, braces: str, line: str) -> None:
    text = line.replace("{}", braces if "'" in braces or "a{}b" in line else f"'{braces}'")
    if "'" in braces and "a{}b" in line:
        text = line.replace("'a{}b'", f'"a{braces}b"')
    with pytest.raises((LineError, InvalidNameError), match=r"\{"):
        session.apply(parse("alerter", text, NAMES))
    assert "PWNED" not in os.environ


@pytest.mark.parametrize(
    ("braces", "words"),
    [
        ("{wrd}", r"no variable 'wrd' for \$wrd\nhint: did you mean \$word"),
        ("x{zzz}", r"no variable 'zzz' for {zzz}\nhint: double the braces of a text"),
        ('{cfg["nothing"]}', "there is no such item"),
        ("{word.nothing}", "'word' has no attribute 'nothing'"),
        ("{place + 1}", "a Place is no number"),
        ("{word + 1}", "a str is no number"),
        ("{n / 0}", "raised ZeroDivisionError"),
        ("x{place}", "{place} cannot be written: RuntimeError"),
        ("x{n:99999999}", "asks for thousands of characters"),
        ("x{password}", "is a secret, which can only be a value as a whole"),
    ],
)
def test_what_has_no_value_is_refused_in_words(session: Session, braces: str, words: str) -> None:
    with pytest.raises(ReferenceRefusedError, match=words) as caught:
        _registered(session, f"--channel='{braces}'")
    assert "canary" not in str(caught.value)
    assert "PWNED" not in os.environ


def test_a_secret_is_a_whole_variable_and_no_text_around_one(session: Session) -> None:
    assert _registered(session, "--token={password}").token == NAMES["password"]
    with pytest.raises(ReferenceRefusedError, match="token is a secret: a literal would stay"):
        _registered(session, "--token=canary{n}", name="day")


def test_history_keeps_what_expressions_gave(session: Session) -> None:
    """A kernel into which it is pasted has no such variables."""
    _registered(session, '--channel={cfg["a b"]}/{n} --retries={n + 1}')
    typed = session.history.lines()[-1]
    assert typed.endswith("--channel=attic/4 --retries=5")


@settings(derandomize=True, database=None, deadline=None)
@given(st.text("{}$n.:!ab[]'\"@ ,1") | st.text())
def test_a_text_can_always_be_meant_literally(text: str) -> None:
    if not text.startswith("@") and secret_reference(text) is None:  # references in Python too
        assert parse_variable(literal(text)) == text
