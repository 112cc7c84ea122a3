"""A secret stays unseen wherever a field holds it, and whatever goes wrong."""

from __future__ import annotations

import getpass
import pickle
import sys
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import pytest
from pydantic import BaseModel, Field, SecretStr, field_validator

from stack_magic.enums import StackComponentType
from stack_magic.errors import (
    InvalidConfigurationError,
    InvalidFlavorError,
    ReferenceRefusedError,
)
from stack_magic.grammar import parse
from stack_magic.session import (
    DescribeComponent,
    ListComponents,
    RegisterComponent,
    RegisterFlavor,
    Session,
)
from tests.sample_flavors import Pager

if TYPE_CHECKING:
    from pathlib import Path

ALERTER = StackComponentType.ALERTER
SECRET = "canary-in-clear"  # noqa: S105 - what must not be seen


class Creds(BaseModel):
    user: str = "me"
    token: SecretStr | None = None

    @field_validator("user")
    @classmethod
    def _lower(cls, value: str) -> str:
        if value != value.lower():
            message = f"{value} is not lower case"
            raise ValueError(message)
        return value


class Vault(Pager):
    FLAVOR = "vault"

    tokens: dict[str, SecretStr] = Field(default={})
    keys: list[SecretStr] = Field(default=[])
    creds: Creds | None = None
    number: int = Field(default=1)
    word: str = "x"

    @field_validator("word")
    @classmethod
    def _short(cls, value: str) -> str:
        if len(value) > 10:
            message = f"{value} is long"
            raise ValueError(message)
        return value


@pytest.fixture
def vault(fresh: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("TOK", SECRET)
    monkeypatch.setenv("JSON", f'{{"token": "{SECRET}"}}')
    fresh.register_flavor(Vault)
    return fresh


def _register(session: Session, **configuration: Any) -> Any:
    session.apply(RegisterComponent(ALERTER, "x", "vault", configuration))
    return session.registry.snapshot.component(ALERTER, "x").component


@pytest.mark.parametrize(
    "configuration",
    [
        {"tokens": {"a": SECRET}},
        {"tokens": f'{{"a": "{SECRET}"}}'},
        {"keys": [SecretStr("fine"), SECRET]},
        {"creds": {"token": SECRET}},
        {"creds": f'{{"token": "{SECRET}"}}'},
        {"creds": SECRET},
    ],
)
def test_a_literal_is_refused_at_any_depth(vault: Session, configuration: Any) -> None:
    command = RegisterComponent(ALERTER, "x", "vault", configuration)
    with pytest.raises(ReferenceRefusedError, match="holds a secret: a literal would") as refused:
        vault.apply(command)
    assert SECRET not in str(refused.value)
    assert SECRET not in repr(vault.preview(command))


@pytest.mark.parametrize(
    "configuration",
    [
        {"tokens": {"a": SecretStr(SECRET)}},
        {"tokens": {"a": "@env:TOK"}},
        {"keys": [SecretStr(SECRET)]},
        {"keys": '["@env:TOK"]'},
        {"creds": "@env:JSON"},
        {"creds": {"user": "you", "token": "@env:TOK"}},
        {"creds": Creds(token=SecretStr(SECRET))},
    ],
)
def test_secrets_and_references_are_taken_and_masked(vault: Session, configuration: Any) -> None:
    component = _register(vault, **configuration)
    (field,) = configuration
    assert SECRET in repr(_revealed(getattr(component, field)))
    for command in (DescribeComponent(ALERTER, "x"), ListComponents(ALERTER)):
        shown = str(vault.apply(command)._repr_mimebundle_())
        assert SECRET not in shown
        assert "******" in shown
    with pytest.raises(TypeError, match=f"holds a secret in {field}"):
        pickle.dumps(component)


def _revealed(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, dict):
        return {key: _revealed(item) for key, item in value.items()}
    return [_revealed(item) for item in value] if isinstance(value, list) else value


def test_a_card_names_the_reference_of_a_secret(vault: Session) -> None:
    _register(vault, creds="@env:JSON")
    assert "****** (@env:JSON)" in repr(vault.apply(DescribeComponent(ALERTER, "x")))


@pytest.mark.parametrize(
    ("configuration", "words"),
    [
        ({"number": "@env:TOK"}, "must be a whole number .int., not the value of @env:TOK"),
        ({"creds": "@env:TOK"}, "must be an object"),
        ({"creds": '{"user": "CANARY"}'}, "the reason is hidden, since the field is secret"),
        ({"word": "@env:TOK"}, r"word: .*\*\*\*\*\*\*"),
    ],
)
def test_an_error_never_shows_what_a_reference_led_to(
    vault: Session, configuration: Any, words: str
) -> None:
    with pytest.raises(InvalidConfigurationError, match=words) as refused:
        _register(vault, **configuration)
    assert SECRET not in str(refused.value)
    assert "CANARY" not in str(refused.value)


class ByKey(BaseModel):
    kind: Literal["key"] = "key"
    secret: SecretStr


class ByProfile(BaseModel):
    kind: Literal["profile"] = "profile"
    profile: str


class Door(Pager):
    """Opens by a key or by a profile."""

    FLAVOR: ClassVar[str] = "door"

    login: Annotated[ByKey | ByProfile, Field(discriminator="kind")] = ByProfile(profile="me")


def test_of_a_union_only_the_model_that_is_meant_holds_secrets(fresh: Session) -> None:
    fresh.register_flavor(Door)
    fresh.register_component(
        "alerter", "open", flavor="door", login='{"kind": "profile", "profile": "you"}'
    )
    with pytest.raises(ReferenceRefusedError, match="login holds a secret"):
        fresh.register_component(
            "alerter", "shut", flavor="door", login='{"kind": "key", "secret": "clear"}'
        )


def test_a_default_behind_an_unknown_annotation_is_no_flavor(fresh: Session) -> None:
    class Unread(Pager):
        FLAVOR = "unread"
        key: SecretText = "hunter2"  # type: ignore[name-defined] # noqa: F821

    with pytest.raises(
        InvalidFlavorError, match="field key is annotated with SecretText, which is not defined"
    ) as refused:
        fresh.register_flavor(Unread)
    assert "hunter2" not in str(refused.value)


def test_a_preview_asks_nothing(vault: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(_: str) -> str:
        pytest.fail("somebody was asked")

    monkeypatch.setattr(getpass, "getpass", asked)
    for given in ({"token": "@prompt"}, {"keys": ["@prompt"]}):
        assert vault.preview(RegisterComponent(ALERTER, "x", "vault", given)).ok
    wrong = {"token": "@prompt", "number": "many"}
    found = vault.preview(RegisterComponent(ALERTER, "x", "vault", wrong)).errors
    assert [d.subject for d in found] == ["number"]


def test_a_preview_imports_nothing(
    fresh: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "unseen_module.py").write_text("raise SystemExit")
    monkeypatch.syspath_prepend(tmp_path)
    assert fresh.preview(RegisterFlavor(ALERTER, "unseen_module.Pager")).ok
    assert fresh.preview(parse("flavor", "register unseen_module.Pager")).ok
    assert fresh.preview(parse("pipeline", "run unseen_module.train")).ok
    assert "unseen_module" not in sys.modules
