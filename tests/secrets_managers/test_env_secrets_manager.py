"""Secrets in environment variables: one variable a value, told apart without doubt."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr, ValidationError

from stack_magic.errors import (
    InvalidConfigurationError,
    InvalidNameError,
    NameTakenError,
    UnknownNameError,
)
from stack_magic.secrets_managers import EnvSecretsManager, Secret

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """Take secrets out of the environment, and undo what a test does to it."""
    former = dict(os.environ)
    for variable in [name for name in former if name.startswith("SECRET_")]:
        del os.environ[variable]
    yield
    os.environ.clear()
    os.environ.update(former)


@pytest.fixture
def manager() -> EnvSecretsManager:
    os.environ |= {"SECRET_DB__PIN": "hunter2", "SECRET_DB__USER": "ada"}
    return EnvSecretsManager(name="ci")


def secret(name: str, **values: str) -> Secret:
    return Secret(name=name, values={key: SecretStr(value) for key, value in values.items()})


def test_variables_are_a_secret(manager: EnvSecretsManager) -> None:
    assert manager.get_all_secret_keys() == ["db"]
    assert manager.get_secret("db") == secret("db", pin="hunter2", user="ada")


@pytest.mark.parametrize(
    ("name", "key", "variable"),
    [
        ("mail", "pin", "SECRET_MAIL__PIN"),
        ("my_mail", "api_key", "SECRET_MY_MAIL__API_KEY"),
        ("s3", "2fa", "SECRET_S3__2FA"),
    ],
)
def test_a_name_and_its_variable_are_one_and_the_same(
    manager: EnvSecretsManager, name: str, key: str, variable: str
) -> None:
    manager.register_secret(secret(name, **{key: "value"}))
    assert os.environ[variable] == "value"
    assert manager.get_secret(name) == secret(name, **{key: "value"})
    manager.delete_secret(name)
    assert variable not in os.environ


@pytest.mark.parametrize("name", ["my-db", "my.db", "Db", "a__b", "db_", "größe"])
def test_a_name_that_no_variable_can_tell_is_refused(manager: EnvSecretsManager, name: str) -> None:
    before = dict(os.environ)
    with pytest.raises(InvalidNameError, match="cannot be told from others"):
        manager.register_secret(secret(name, pin="1"))
    with pytest.raises(UnknownNameError, match="has no secret called"):
        manager.get_secret(name)
    assert dict(os.environ) == before


@pytest.mark.parametrize("key", ["api-key", "KEY", "_key", "key_", "a__b"])
def test_a_key_that_no_variable_can_tell_changes_nothing(
    manager: EnvSecretsManager, key: str
) -> None:
    before = dict(os.environ)
    with pytest.raises(InvalidNameError, match="cannot be told from others"):
        manager.register_secret(secret("mail", user="ada", **{key: "1"}))
    with pytest.raises(InvalidNameError, match="cannot be told from others"):
        manager.update_secret(secret("db", **{key: "1"}))
    assert dict(os.environ) == before


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_a_value_that_no_variable_holds_changes_nothing(
    manager: EnvSecretsManager, text: str
) -> None:
    before = dict(os.environ)
    with pytest.raises(InvalidConfigurationError, match="'pin' has a character") as refused:
        manager.register_secret(secret("mail", user="ada", pin=text))
    assert text not in str(refused.value)
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    "variable",
    [
        "SECRET_",
        "SECRET_DB",
        "SECRET_DB_PASSWORD",
        "SECRET_DB__",
        "SECRET___X",
        "SECRET_A__B__C",
        "SECRET_A___B",
        "SECRET_db__PIN",
        "SECRET_LIST__X",
        "SECRET_CLASS__X",
        f"SECRET_LONG__{'K' * 65}",
        "OTHER_MAIL__PIN",
    ],
)
def test_other_variables_are_none_of_ours(manager: EnvSecretsManager, variable: str) -> None:
    os.environ[variable] = "theirs"
    assert manager.get_all_secret_keys() == ["db"]
    manager.delete_all_secrets()
    assert manager.get_all_secret_keys() == []
    assert os.environ[variable] == "theirs"


def test_an_update_unsets_the_keys_that_are_gone(manager: EnvSecretsManager) -> None:
    manager.update_secret(secret("db", pin="new", host="here"))
    assert "SECRET_DB__USER" not in os.environ
    assert manager.get_secret("db") == secret("db", pin="new", host="here")


def test_a_name_is_registered_once(manager: EnvSecretsManager) -> None:
    with pytest.raises(NameTakenError, match="has a secret called 'db' already"):
        manager.register_secret(secret("db", other="1"))
    assert "SECRET_DB__OTHER" not in os.environ


def test_prefixes_keep_managers_apart(manager: EnvSecretsManager) -> None:
    other = EnvSecretsManager(name="other", prefix="TEAM_")
    other.register_secret(secret("mail", pin="1"))
    assert "TEAM_MAIL__PIN" in os.environ
    assert manager.get_all_secret_keys() == ["db"]


@pytest.mark.parametrize("prefix", ["", "_", "secret_", "SECRET", "A=B_", "1_"])
def test_a_prefix_begins_the_name_of_a_variable(prefix: str) -> None:
    with pytest.raises(ValidationError, match="is not in capitals with _ at the end"):
        EnvSecretsManager(name="ci", prefix=prefix)


def test_processes_started_later_have_the_secret(manager: EnvSecretsManager) -> None:
    manager.register_secret(secret("mail", pin="from here"))
    program = "import os; print(os.environ['SECRET_MAIL__PIN'])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "from here\n"


def test_nothing_of_a_value_is_in_the_component(manager: EnvSecretsManager) -> None:
    assert "hunter2" not in f"{manager!r} {manager.get_secret('db')!r} {manager.model_dump()}"
