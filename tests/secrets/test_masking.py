"""A secret is taken out of texts however they spell it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
from pydantic import AnyUrl, Field, SecretStr

from stack_magic.enums import Severity
from stack_magic.errors import InvalidStackError, StackMagicError
from stack_magic.secrets import learn_fields, masked, masking
from stack_magic.stack import Diagnostic, Report
from tests.sample_flavors import Pager

CANARY = "hunter2-SEKRET"


class Placed(Pager):
    """Has fields that are texts only when they are shown."""

    FLAVOR: ClassVar[str] = "placed"
    uri: AnyUrl | None = Field(default=None, description="A URL")
    folder: Path | None = Field(default=None, description="A path")


def shown(text: str, secret: str) -> str:
    Pager(name="ops", token=SecretStr(secret))
    return masked(text)


@pytest.mark.parametrize("spell", [str, repr, json.dumps, quote, lambda text: quote(text, safe="")])
def test_a_secret_is_masked_as_it_is_spelled(spell: Any) -> None:
    odd = 'p@ss/w"\u00f6rd\n+1'
    assert shown(f"{spell(odd)} is denied", odd).strip("'\"")[:6] == "******"
    assert "rd" not in shown(spell(odd), odd)


def test_the_lines_of_a_secret_are_masked_one_by_one() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----\n"
    assert shown("read MIIEvQIBADANBg", key) == "read ******"


@pytest.mark.parametrize("uri", [f"sftp://me:{CANARY}@host/x", "sftp://me:hunter2%2DSEKRET@host"])
def test_the_password_of_a_url_is_masked_without_the_url(uri: str) -> None:
    assert shown(f"no access with {CANARY}", uri) == "no access with ******"


def test_a_text_that_looks_like_a_url_and_is_none_is_masked() -> None:
    assert shown("no http://[x here", "http://[x") == "no ****** here"


def test_a_reference_is_no_secret() -> None:
    assert shown("{{db.key}} is missing", "{{db.key}}") == "{{db.key}} is missing"


def test_what_came_by_reference_is_masked_whatever_its_type() -> None:
    component = Placed(
        name="a", uri=AnyUrl(f"https://me:{CANARY}@host/"), folder=Path(f"/{CANARY}")
    )
    said = f"no {component.uri}, {component.folder}"
    assert masked(said) == said
    learn_fields(component, {"uri", "folder"})
    assert masked(said) == "no ******, ******"


def raised_in(error: StackMagicError, cause: BaseException | None = None) -> StackMagicError:
    """Return what comes out of a block in which *error* is raised."""
    Pager(name="ops", token=SecretStr(CANARY))
    with (
        pytest.raises(type(error), match="no way") as raised,
        masking(),
    ):
        raise error from cause
    return raised.value


def test_nothing_of_an_error_says_a_secret() -> None:
    found = Diagnostic("x", Severity.ERROR, "lab", f"not {CANARY}", f"--token={CANARY}")
    report = Report("lab", (found,))
    asked = InvalidStackError(f"no way: {CANARY}", hint=f"use {CANARY}", report=report)
    error = raised_in(asked)
    said = [str(error), error.message, error.hint, repr(error.report), repr(error.args)]
    assert not [text for text in said if CANARY in str(text)]


def test_no_cause_of_an_error_says_a_secret() -> None:
    cause = ValueError("broken")
    cause.__context__ = OSError(CANARY)
    error = raised_in(StackMagicError("no way"), cause)
    assert (error.__cause__, error.__context__) == (None, None)


def test_an_error_that_says_no_secret_keeps_its_cause() -> None:
    cause = OSError("it is closed")
    assert raised_in(StackMagicError("no way"), cause).__cause__ is cause
