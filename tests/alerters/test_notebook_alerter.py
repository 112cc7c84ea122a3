from __future__ import annotations

import io
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from stack_magic.alerters import NotebookAlerter
from stack_magic.alerters._question import Question, QuestionChoices
from stack_magic.errors import InvalidConfigurationError


@pytest.fixture
def alerter() -> NotebookAlerter:
    return NotebookAlerter(name="here")


def asked(**choices: Any) -> Question:
    return Question("Go on?", QuestionChoices.read(choices, timeout=5))


def test_outside_of_notebooks_a_message_is_printed(
    alerter: NotebookAlerter, capsys: pytest.CaptureFixture[str]
) -> None:
    assert alerter.post("accuracy is 0.93\r\nloss is 0.1", {"title": "Ended"}) is True
    assert capsys.readouterr().out == "Ended\n● accuracy is 0.93\n  loss is 0.1\n"


def test_a_message_cannot_steer_the_terminal(
    alerter: NotebookAlerter, capsys: pytest.CaptureFixture[str]
) -> None:
    assert alerter.post("\x1b[2J\u202e")
    assert capsys.readouterr().out == "● \\x1b[2J\\u202e\n"


def test_a_terminal_without_unicode_shows_the_message(
    alerter: NotebookAlerter, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    assert alerter.post("zwölf")
    assert stream.buffer.getvalue() == b"\\u25cf zw\\xf6lf\n"


@pytest.mark.parametrize("gone", [None, io.StringIO()])
def test_a_message_that_is_not_shown_is_not_sent(
    alerter: NotebookAlerter, monkeypatch: pytest.MonkeyPatch, gone: Any
) -> None:
    if gone is not None:
        gone.close()
    monkeypatch.setattr(sys, "stdout", gone)
    assert alerter.post("lost") is False


def test_without_a_terminal_the_answer_is_no_at_once(
    alerter: NotebookAlerter, capsys: pytest.CaptureFixture[str]
) -> None:
    assert alerter.ask("Deploy?\nAccuracy is 0.93") is False
    assert capsys.readouterr().out == (
        "Deploy?\nAccuracy is 0.93\n  ✕ no: nobody can be asked here\n"
    )
    (found,) = alerter.probe()
    assert found.message == "nobody can be asked here: every answer is no"


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"timout": 5}, r"no key 'timout'; known: timeout, yes, no\nhint: did you mean 'timeout'"),
        ({"timeout": -1}, "config key 'timeout' does not fit: .*greater than or equal to 0"),
        ({"timeout": float("nan")}, "config key 'timeout' does not fit"),
        ({"yes": ""}, "config key 'yes' does not fit"),
        ({"yes": "no"}, "'no' and 'No' must be two different words"),
        ({1: 2}, "config has no key 1"),
        ("timeout", "config is of type str, and must be a mapping"),
    ],
)
def test_a_choice_that_does_not_fit_is_refused(
    alerter: NotebookAlerter, config: Any, said: str
) -> None:
    with pytest.raises(InvalidConfigurationError, match=said):
        alerter.ask("Go on?", config)


def test_a_misspelt_choice_for_a_message_is_refused(alerter: NotebookAlerter) -> None:
    with pytest.raises(InvalidConfigurationError, match=r"no key 'titel'.*\nhint: .* 'title'"):
        alerter.post("x", {"titel": "y"})


@pytest.mark.parametrize("timeout", [-1, float("inf"), "soon"])
def test_a_time_limit_must_make_sense(timeout: Any) -> None:
    with pytest.raises(ValidationError, match="timeout"):
        NotebookAlerter(name="here", timeout=timeout)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Deploy", True), ("d\n", True), ("DEP", True), ("stop", False), ("s", False)],
)
def test_a_typed_answer_may_be_shortened(typed: str, meant: bool) -> None:
    assert asked(yes="Deploy", no="Stop").understood(typed) is meant


@pytest.mark.parametrize("typed", ["", "\n", "yes", "deploy it"])
def test_other_words_are_no_answer(typed: str) -> None:
    assert asked(yes="Deploy", no="Stop").understood(typed) is None


def test_a_beginning_of_both_answers_is_neither() -> None:
    question = asked(yes="Do", no="Do not")
    assert question.understood("d") is None
    assert question.understood("do") is True
    assert question.understood("do n") is False
