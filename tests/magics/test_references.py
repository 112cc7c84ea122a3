"""Secrets reach a component by reference, and are shown and kept nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.live_kernel import Answer, LiveKernel

CANARY = "hunter2-SEKRET"
MODEL = """
import os
from pydantic import SecretStr
from stack_magic.artifact_stores import BaseArtifactStore

class Lake(BaseArtifactStore):
    FLAVOR = "lake"
    SUPPORTED_SCHEMES = {"/"}
    token: SecretStr | None = None
    note: str = ""
    depth: int = 3

%artifact_store flavor register Lake
class part: word = "attribute"
os.environ["LAKE_TOKEN"] = "".join(["hunter2", "-", "SEKRET"])
token = SecretStr(os.environ["LAKE_TOKEN"])
"""
REGISTER = "%artifact_store register blue --flavor=lake --path=/blue"
HELD = (
    "__import__('stack_magic').session().registry.snapshot"
    ".components['artifact_store', 'blue'].component."
)


@pytest.fixture
def model(kernel: LiveKernel) -> LiveKernel:
    """Return a kernel with a flavor that has a secret field."""
    answer = kernel.run(MODEL)
    assert answer.ok, answer.shown
    return kernel


def refused(answer: Answer) -> str:
    assert answer.reply["status"] == "error"
    assert CANARY not in answer.everything
    assert "Traceback" not in answer.shown
    return answer.shown


def test_a_literal_for_a_secret_is_refused_and_not_repeated(model: LiveKernel) -> None:
    shown = refused(model.run(f"{REGISTER} --token={CANARY}"))
    assert "ReferenceRefusedError" in shown
    for form in ("@env:NAME", "@file:PATH", "@prompt", "$variable", "history"):
        assert form in shown


@pytest.mark.parametrize("form", ["@env:LAKE_TOKEN", "@file:token.txt", "$token", "{token}"])
def test_a_secret_comes_by_reference(form: str, model: LiveKernel, tmp_path: Path) -> None:
    (tmp_path / "project" / "token.txt").write_text(f"{CANARY}\n", encoding="utf-8")
    lines = [
        f"{REGISTER} --token={form}",
        "%artifact_store list",
        "%artifact_store describe blue",
        f"{HELD[:-1]}",
        "%artifact_store copy blue green",
        "%artifact_store update blue --depth=4",
        "%artifact_store describe blue",
        "%artifact_store update blue --depth=deep",
    ]
    for line in lines:
        answer = model.run(line)
        assert CANARY not in answer.everything
    assert model.value(f"{HELD}token.get_secret_value()") == CANARY
    assert model.value(f"{HELD}depth") == 4


def test_a_card_shows_the_reference_and_not_the_secret(model: LiveKernel) -> None:
    assert model.run(f"{REGISTER} --token=@env:LAKE_TOKEN").ok
    assert "****** (@env:LAKE_TOKEN)" in model.run("%artifact_store describe blue").shown


def test_a_text_that_begins_with_an_at_sign_is_doubled(model: LiveKernel) -> None:
    assert model.run(f"{REGISTER} --note=@@home").ok
    assert model.value(f"{HELD}note") == "@home"


def test_a_variable_stands_for_a_whole_value(model: LiveKernel) -> None:
    assert model.run(f"text = 'two words'\n{REGISTER} --note=$text").ok
    assert model.value(f"{HELD}note") == "two words"
    assert model.run("%artifact_store update blue --note={part.word}").ok
    assert model.value(f"{HELD}note") == "attribute"
    assert model.run("%artifact_store update blue --note='pa$5word {x y}'").ok
    assert model.value(f"{HELD}note") == "pa$5word {x y}"


def test_a_variable_of_a_function_is_found(model: LiveKernel) -> None:
    assert model.run(f"def f(deep):\n    {REGISTER} --depth=$deep\nf(7)").ok
    assert model.value(f"{HELD}depth") == 7


def test_an_update_takes_the_new_value_of_a_variable(model: LiveKernel) -> None:
    assert model.run(f"deep = 5\n{REGISTER} --depth=$deep").ok
    assert model.run("deep = 6\n%artifact_store update blue --depth=$deep").ok
    assert model.value(f"{HELD}depth") == 6
    assert model.run("text = 'new'\n%artifact_store update blue --note=$text").ok
    assert model.value(f"{HELD}note") == "new"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("@env:NOT_SET", ["NOT_SET", "environment"]),
        ("@file:no-such-file", ["no-such-file", "cannot read"]),
        ("@/etc/hostname", ["@file:PATH"]),
        ("@vault:x", ["@vault", "@env:NAME"]),
        ("$tokn", ["tokn", "did you mean $token"]),
        ("{token.nothing}", ["nothing"]),
        ("@prompt", ["nobody can be asked", "@env:NAME"]),
    ],
)
def test_a_reference_to_nothing_is_refused(form: str, words: list[str], model: LiveKernel) -> None:
    shown = refused(model.run(f"{REGISTER} --token={form}"))
    assert "ReferenceRefusedError" in shown
    for word in words:
        assert word in shown


def test_a_misspelt_secret_option_does_not_show_its_value(model: LiveKernel) -> None:
    shown = refused(model.run(f"{REGISTER} --tokn=$token"))
    assert "did you mean --token" in shown


def test_no_secret_is_shown_in_verbose_mode_or_afterwards(model: LiveKernel) -> None:
    line = "%artifact_store register blue --flavor=lake --token=@env:LAKE_TOKEN"
    refused(model.run(f"%xmode Verbose\n{line}"))
    assert CANARY not in model.run("%tb").everything
    assert CANARY not in model.run("import sys; sys.last_value").everything
    assert model.run("%xmode Context").ok
