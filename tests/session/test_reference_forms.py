"""Values that say where a value is, and secrets that enter in no other way."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from stack_magic.enums import StackComponentType
from stack_magic.errors import MissingDependencyError, ReferenceRefusedError, StackMagicError
from stack_magic.grammar import parse
from stack_magic.session import (
    CopyComponent,
    DescribeComponent,
    ListComponents,
    Reference,
    RegisterComponent,
    Session,
    UpdateComponent,
    parse_variable,
)
from tests.sample_flavors import LouderPager

if TYPE_CHECKING:
    from pathlib import Path

    from stack_magic.session import Command

ALERTER = StackComponentType.ALERTER
SECRET = "canary-in-clear"  # noqa: S105 - what must not be seen


def _register(session: Session, **configuration: Any) -> Any:
    session.apply(RegisterComponent(ALERTER, "night", "pager", configuration))
    return session.registry.snapshot.component(ALERTER, "night").component


def test_an_environment_variable_gives_a_secret(
    furnished: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER_TOKEN", SECRET)
    component = _register(furnished, token="@env:PAGER_TOKEN")  # noqa: S106 - a reference
    assert component.token == SecretStr(SECRET)


def test_a_file_gives_a_value_without_its_last_line_break(
    furnished: Session, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(f"{SECRET}\n", encoding="utf-8")
    assert _register(furnished, token=f"@file:{tmp_path}/token").token == SecretStr(SECRET)


def test_a_variable_gives_any_value(furnished: Session) -> None:
    furnished.namespace = {"often": 7, "where": type("Place", (), {"channel": "attic"})}
    furnished.apply(parse("alerter", "register night -f pager --retries=$often"))
    furnished.apply(parse("alerter", "update night --channel={where.channel}"))
    component: Any = furnished.registry.snapshot.component(ALERTER, "night").component
    assert (component.retries, component.channel) == (7, "attic")


def test_a_variable_of_the_function_around_comes_first(furnished: Session) -> None:
    furnished.namespace = {"often": 7}
    furnished.apply(
        parse("alerter", "register night -f pager --retries=$often"), local={"often": 1}
    )
    component: Any = furnished.registry.snapshot.component(ALERTER, "night").component
    assert component.retries == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("@@me", "@me"),
        ("a@b", "a@b"),
        ("$$often", "$often"),
        ("$${often}", "{often}"),
        ("pa$5", "pa$5"),
        ("$often-", "$often-"),
    ],
)
def test_a_sign_can_be_meant_literally(furnished: Session, text: str, value: str) -> None:
    furnished.namespace = {"often": 7}
    furnished.apply(parse("alerter", f"register night -f pager --channel={text}"))
    component: Any = furnished.registry.snapshot.component(ALERTER, "night").component
    assert component.channel == value


def test_python_values_are_no_variables(furnished: Session) -> None:
    assert _register(furnished, channel="$often").channel == "$often"
    assert parse_variable("$often") == Reference("variable", "often")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("@env:PAGER_NONE", "environment variable 'PAGER_NONE' is not set"),
        ("@file:/nowhere/x", "cannot read '/nowhere/x': No such file"),
        ("@file:/\0", "cannot read"),
        ("@vault:x", "@vault is no form of reference\nhint: use @env:NAME"),
        ("@env:", "@env is no form of reference"),
        ("@", "@ is no form of reference"),
        (
            Reference("variable", "oftn"),
            r"no variable 'oftn' for \$oftn\nhint: did you mean \$often",
        ),
        (Reference("variable", "zzz"), "hint: assign it first: zzz = "),
        (Reference("variable", "often.x"), "{often.x}: 'often' has no attribute 'x'"),
    ],
)
def test_a_reference_without_a_value_is_refused(
    furnished: Session, value: Any, reason: str
) -> None:
    furnished.namespace = {"often": 7}
    with pytest.raises(ReferenceRefusedError, match=reason):
        _register(furnished, channel=value)


def test_a_file_has_a_limit(furnished: Session, tmp_path: Path) -> None:
    (tmp_path / "big").write_text("x" * 70_000)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ReferenceRefusedError, match="is over the limit of 65536 bytes"):
        _register(furnished, channel=f"@file:{tmp_path}/big")
    with pytest.raises(ReferenceRefusedError, match="it is not UTF-8 text"):
        _register(furnished, channel=f"@file:{tmp_path}/binary")


@pytest.mark.parametrize("content", ["", "\n", "\n\n", " \n"])
def test_an_empty_file_holds_no_value(furnished: Session, tmp_path: Path, content: str) -> None:
    (tmp_path / "empty").write_text(content)
    with pytest.raises(ReferenceRefusedError, match="is empty"):
        _register(furnished, token=f"@file:{tmp_path}/empty")


def test_an_empty_variable_is_a_value_only_if_that_is_said(
    furnished: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER_TOKEN", "")
    with pytest.raises(ReferenceRefusedError, match=r"is empty\n.*--token=@env:PAGER_TOKEN\?empty"):
        _register(furnished, token="@env:PAGER_TOKEN")  # noqa: S106 - a reference
    with pytest.raises(ReferenceRefusedError, match="'PAGER_NONE' is not set"):
        _register(furnished, token="@env:PAGER_NONE?empty")  # noqa: S106 - a reference
    component = _register(furnished, token="@env:PAGER_TOKEN?empty")  # noqa: S106 - a reference
    assert component.token == SecretStr("")
    assert component.model_dump()["token"] == "@env:PAGER_TOKEN?empty"  # noqa: S105 - a reference


def test_a_pipe_and_a_device_are_no_files(furnished: Session, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/null"):
        with pytest.raises(ReferenceRefusedError, match="is no regular file"):
            _register(furnished, token=f"@file:{path}")
    with pytest.raises(ReferenceRefusedError, match="Is a directory"):
        _register(furnished, token=f"@file:{tmp_path}")


def test_nobody_is_asked_without_standard_input(
    furnished: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(_: str) -> str:
        raise EOFError

    monkeypatch.setattr(getpass, "getpass", closed)
    with pytest.raises(ReferenceRefusedError, match=r"nobody can be asked here.*\nhint: use @env"):
        _register(furnished, token="@prompt")  # noqa: S106 - a reference


def test_an_answer_to_a_prompt_is_asked_once(
    furnished: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return SECRET

    monkeypatch.setattr(getpass, "getpass", answer)
    _register(furnished, token="@prompt")  # noqa: S106 - a reference
    furnished.apply(UpdateComponent(ALERTER, "night", {"channel": "attic"}))
    furnished.register_flavor(LouderPager)
    component: Any = furnished.registry.snapshot.component(ALERTER, "night").component
    assert component.token.get_secret_value() == SECRET
    assert asked == ["token: "]


def test_a_keyring_needs_its_package(furnished: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    with pytest.raises(MissingDependencyError, match="needs the package keyring\nhint: %pip inst"):
        _register(furnished, token="@keyring:pager/me")  # noqa: S106 - a reference


@pytest.mark.parametrize("value", [SECRET, SECRET.encode(), ""])
def test_a_literal_secret_is_refused_unseen(furnished: Session, value: Any) -> None:
    with pytest.raises(
        ReferenceRefusedError, match="token is a secret: a literal would"
    ) as refused:
        _register(furnished, token=value)
    assert SECRET not in str(refused.value)


def test_a_secret_object_is_accepted_in_python(furnished: Session) -> None:
    assert _register(furnished, token=SecretStr(SECRET)).token == SecretStr(SECRET)


@pytest.mark.parametrize(
    "value", ["@env:PAGER_TOKEN", Reference("variable", "token"), SecretStr(SECRET)]
)
def test_a_secret_is_shown_nowhere(
    furnished: Session, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER_TOKEN", SECRET)
    furnished.namespace = {"token": SECRET}
    command = RegisterComponent(ALERTER, "night", "pager", {"token": value})
    shown = [str(command), repr(furnished.apply(command))]
    commands: list[Command] = [
        DescribeComponent(ALERTER, "night"),
        ListComponents(ALERTER),
        CopyComponent(ALERTER, "night", "day"),
    ]
    shown += [str(c._repr_mimebundle_()) for c in map(furnished.apply, commands)]
    shown += [repr(furnished.registry.snapshot), str(command)]
    assert all(SECRET not in text for text in shown)
    assert any("******" in text for text in shown)


def test_a_refusal_of_a_secret_hides_why(
    furnished: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnished.namespace = {"number": 12345678}
    with pytest.raises(StackMagicError, match="--token: must be text") as e:
        _register(furnished, token=Reference("variable", "number"))
    assert "12345678" not in str(e.value)
