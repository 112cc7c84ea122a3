"""A secret: what may be its name, its keys and its values."""

from __future__ import annotations

import copy
import pickle

import pytest
from pydantic import SecretStr, ValidationError

from stack_magic.errors import InvalidConfigurationError, InvalidNameError, UnknownNameError
from stack_magic.secrets import secret_reference
from stack_magic.secrets_managers import MAX_VALUE, Secret

CANARY = "canary-in-clear"


def secret(key: str = "password", value: str = CANARY, name: str = "db") -> Secret:
    return Secret(name=name, values={key: SecretStr(value)})


@pytest.mark.parametrize("name", ["../db", "", "a b", "list", "a\nb", "-x", "x" * 65])
def test_a_name_follows_the_one_rule_for_names(name: str) -> None:
    with pytest.raises(InvalidNameError, match="cannot be a name"):
        secret(name=name)


def test_a_name_is_kept_in_one_unicode_form() -> None:
    assert secret(name="cafe\u0301").name == "caf\u00e9"


@pytest.mark.parametrize("key", ["password", "API-KEY", "api_key", "2fa", "_", "-x", "k" * 64])
def test_a_reference_reaches_every_key(key: str) -> None:
    assert secret(key).value(key).get_secret_value() == CANARY
    found = secret_reference(f"{{{{db.{key}}}}}")
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize("key", ["", "a.b", "a b", "zwölf", "a}}", "k" * 65, "a\n"])
def test_a_key_that_no_reference_reaches_is_refused(key: str) -> None:
    with pytest.raises(InvalidNameError, match="cannot be a key of a secret"):
        secret(key)


def test_a_secret_has_keys_and_not_endlessly_many() -> None:
    with pytest.raises(InvalidConfigurationError, match="1 to 256 keys, not 0"):
        Secret(name="db", values={})
    many = {f"k{number}": SecretStr("") for number in range(257)}
    with pytest.raises(InvalidConfigurationError, match="1 to 256 keys, not 257"):
        Secret(name="db", values=many)


def test_a_value_has_a_limit_in_bytes() -> None:
    secret(value="x" * MAX_VALUE)
    with pytest.raises(InvalidConfigurationError, match=f"has {MAX_VALUE + 2} bytes") as refused:
        secret(value="ö" * (MAX_VALUE // 2 + 1))
    assert "ö" not in str(refused.value)


def test_values_are_masked_in_every_form() -> None:
    one = secret()
    shown = f"{one!r} {one} {one.model_dump()} {one.model_dump_json()} {copy.deepcopy(one)!r}"
    assert CANARY not in shown


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_secret_does_not_pickle(protocol: int) -> None:
    with pytest.raises(TypeError, match="secret 'db' does not leave by pickle"):
        pickle.dumps(secret(), protocol)


def test_what_does_not_fit_is_not_repeated() -> None:
    with pytest.raises(ValidationError, match="values") as refused:
        Secret.model_validate({"name": "db", "values": CANARY})
    assert CANARY not in str(refused.value)


def test_an_unknown_key_names_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match="has no key 'zzz'") as refused:
        secret().value("zzz")
    assert refused.value.hint == "known: password"
