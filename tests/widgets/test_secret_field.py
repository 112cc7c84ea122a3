"""The box for secrets: nothing of a value is in its state."""

from __future__ import annotations

import getpass
from typing import Any

import pytest
from pydantic import BaseModel

from stack_magic_widgets import SecretField
from stack_magic_widgets._fields import Kind, placed_fields

CANARY = "hunter2-SEKRET"


@pytest.fixture
def field() -> SecretField:
    return SecretField("token")


def _send(field: SecretField, **content: Any) -> dict[str, Any]:
    field._handle_custom_msg(content, [])
    return content


def test_a_value_comes_by_message_and_is_in_no_state(field: SecretField) -> None:
    content = _send(field, kind="secret", value=CANARY)
    assert field.value is not None
    assert field.value.get_secret_value() == CANARY
    assert CANARY not in f"{field.get_state()} {field!r} {content}"
    assert field.is_set
    assert "set" in repr(field)


def test_a_value_can_be_cleared_and_is_forgotten_on_close(field: SecretField) -> None:
    _send(field, kind="secret", value=CANARY)
    _send(field, kind="clear")
    assert field.value is None
    _send(field, kind="secret", value=CANARY)
    field.close()
    assert field.value is None


def test_a_text_with_the_name_of_a_secret_has_a_box_for_secrets() -> None:
    class Login(BaseModel):
        password: str
        max_tokens: str

    assert [f.kind for f in placed_fields(Login)] == [Kind.SECRET, Kind.TEXT]


def test_listeners_hear_of_a_value(field: SecretField) -> None:
    heard: list[bool] = []
    field.on_value(lambda: heard.append(field.is_set))
    _send(field, kind="secret", value=CANARY)
    field.value = None
    assert heard == [True, False]


def test_where_the_script_cannot_run_it_asks(
    field: SecretField, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda prompt: f"{CANARY} for {prompt}")
    field.ask()
    assert field.value is not None
    assert field.value.get_secret_value() == f"{CANARY} for token: "
