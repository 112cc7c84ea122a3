"""`{{secret.key}}` stands in text fields, waits for its value, and never shows it."""

from __future__ import annotations

import pickle
from typing import Any, ClassVar

import pytest
from pydantic import Field, SecretStr, ValidationError, field_validator

from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.errors import InvalidConfigurationError, UnknownNameError
from stack_magic.secrets import SecretReference, masked, secret_reference
from stack_magic.secrets_managers import BaseSecretsManager, Secret
from stack_magic.stack import Stack, resolved, secret_references

CANARY = "hunter2-SEKRET"


class Vault(BaseSecretsManager):
    """Knows one secret."""

    FLAVOR: ClassVar[str] = "vault"
    region: str = Field(default="eu", description="Text, to hold a reference")

    def register_secret(self, secret: Secret) -> None: ...

    def get_secret(self, name: str) -> Secret:
        if name != "db":
            raise UnknownNameError(name)
        return Secret(name="db", values={"password": SecretStr(CANARY), "region": SecretStr("eu")})

    def get_all_secret_keys(self) -> list[str]:
        return ["db"]

    def update_secret(self, secret: Secret) -> None: ...

    def delete_secret(self, name: str) -> None: ...

    def delete_all_secrets(self) -> None: ...


class Lake(LocalArtifactStore):
    """Has a field of every kind that may hold a reference."""

    FLAVOR: ClassVar[str] = "lake"
    token: SecretStr = Field(description="Opens the lake")
    region: str = Field(default="eu", pattern="^[a-z]{2}$", description="Where it is")
    account: str | None = Field(default=None, description="Whose it is")
    retries: int = Field(default=3, description="No text")
    headers: dict[str, SecretStr] = Field(default={}, description="Sent with each call")

    @field_validator("account")
    @classmethod
    def _no_braces(cls, account: str | None) -> str | None:
        if account and "{" in account:
            message = "account has braces"
            raise ValueError(message)
        return account


def lake(**values: Any) -> Lake:
    return Lake(**{"name": "blue", "token": "{{db.password}}", **values})


def stack_of(component: Lake) -> Stack:
    vault = Vault(name="vault")
    return Stack.from_components("lab", {c.TYPE: c for c in (component, vault)})


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("{{db.password}}", ("db", "password")),
        ("{{ db.password }}", ("db", "password")),
        (SecretStr("{{a-b.c_d}}"), ("a-b", "c_d")),
        ("s3://{{db.bucket}}", None),
        ("{{db}}", None),
        ("{db.password}", None),
        (7, None),
    ],
)
def test_a_whole_text_is_a_reference(text: Any, reference: Any) -> None:
    assert secret_reference(text) == reference


def test_rules_of_a_field_wait_for_the_value() -> None:
    component = lake(region="{{db.region}}", account="{{db.region}}", path="{{db.region}}")
    assert secret_references(component) == {
        "path": [("db", "region")],
        "token": [("db", "password")],
        "region": [("db", "region")],
        "account": [("db", "region")],
    }
    with pytest.raises(ValidationError, match="region"):
        lake(region="EUROPE")
    with pytest.raises(ValidationError, match="account has braces"):
        lake(account="{x}")


def test_a_field_that_is_no_text_takes_no_reference() -> None:
    with pytest.raises(ValidationError, match="retries"):
        lake(retries="{{db.password}}")


def test_a_stack_puts_the_values_in() -> None:
    component = lake(region="{{db.region}}", headers={"auth": "{{db.password}}"})
    used = stack_of(component).resolved().artifact_store
    assert used.token.get_secret_value() == CANARY
    assert used.headers["auth"].get_secret_value() == CANARY
    assert used.region == "eu"
    assert used.uuid == component.uuid
    assert component.region == "{{db.region}}"


def test_a_stack_without_references_is_itself() -> None:
    stack = stack_of(lake(token=SecretStr("x")))
    assert stack.resolved() is stack


def test_a_plain_field_shows_the_reference_and_not_the_value() -> None:
    used = stack_of(lake(account="{{db.password}}")).resolved().artifact_store
    assert used.account == CANARY
    assert CANARY not in repr(used)
    assert "account='{{db.password}}'" in repr(used)
    with pytest.raises(TypeError, match="account, token"):
        pickle.dumps(used)


def test_a_value_that_does_not_fit_is_told_without_it() -> None:
    with pytest.raises(InvalidConfigurationError, match="behind region does not fit") as raised:
        stack_of(lake(region="{{db.password}}")).resolved()
    assert CANARY not in str(raised.value)


def test_a_secret_that_is_not_there_is_named() -> None:
    stack = stack_of(lake(account="{{db.pasword}}"))
    with pytest.raises(UnknownNameError, match="has no key 'pasword'"):
        stack.resolved()


def test_relative_paths_stay_where_they_rested(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    component = lake()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    used = resolved(component, lambda _: CANARY)
    assert used.local_path == component.local_path


def test_what_is_held_in_secret_is_taken_out_of_texts() -> None:
    stack_of(lake(account="{{db.password}}")).resolved()
    assert masked(f"denied for {CANARY} in eu!") == "denied for ****** in eu!"


def test_a_dump_of_a_component_that_is_used_has_references() -> None:
    used = stack_of(lake(account="{{db.password}}")).resolved().artifact_store
    assert used.account == CANARY
    assert used.model_dump()["account"] == "{{db.password}}"
    assert CANARY not in used.model_dump_json()


def test_a_reference_is_written_as_it_is_read() -> None:
    assert str(SecretReference("db", "password")) == "{{db.password}}"


def test_a_component_is_the_same_until_its_secret_changes() -> None:
    component = lake()
    first = resolved(component, lambda _: "one")
    assert resolved(component, lambda _: "one") is first
    second = resolved(component, lambda _: "two")
    assert second is not first
    assert isinstance(second, Lake)
    assert second.token.get_secret_value() == "two"
