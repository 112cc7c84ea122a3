"""Which fields are secret: by their type however it is spelled, or by their name."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NamedTuple, NewType, Optional, TypeVar

import pytest
from pydantic import BaseModel, Field, Secret, SecretBytes, SecretStr
from typing_extensions import TypeAliasType

from stack_magic.secrets import holds_literal, is_secret_annotation, secret_words, why_secret

Token = NewType("Token", SecretStr)
Deeper = NewType("Deeper", Token)
T = TypeVar("T")
Bound = TypeVar("Bound", bound=SecretStr)
Alias = TypeAliasType("Alias", dict[str, SecretStr])
Boxed = TypeAliasType("Boxed", list[T], type_params=(T,))


class Pair(NamedTuple):
    user: str
    key: SecretStr


class Inner(BaseModel):
    pairs: list[Pair] = []
    again: Optional[Inner] = None  # noqa: UP045 - as it is often written


@pytest.mark.parametrize(
    "annotation",
    [
        SecretStr,
        SecretBytes,
        Secret[int],
        Token,
        Deeper,
        Alias,
        Boxed[Token],
        Bound,
        Pair,
        Inner,
        deque[Token],
        Iterable[SecretStr],
        Mapping[str, Inner],
        Annotated[Token | None, Field(min_length=3)],
        tuple[int, ...] | list[dict[str, Alias]],
    ],
)
def test_a_type_is_secret_however_deep(annotation: Any) -> None:
    assert is_secret_annotation(annotation)


@pytest.mark.parametrize("annotation", [str, Any, object, dict, Boxed[int], list[int] | None])
def test_a_plain_type_is_none(annotation: Any) -> None:
    assert not is_secret_annotation(annotation)


@pytest.mark.parametrize(
    "name",
    ["password", "db_password", "passwd", "secret", "token", "apiKey", "access_key", "private_key"],
)
def test_a_name_says_that_a_field_is_secret(name: str) -> None:
    assert secret_words(name)


@pytest.mark.parametrize(
    "name", ["max_tokens", "tokenizer", "key_file", "token_url", "secret_name", "keys", "author"]
)
def test_a_name_says_nothing_of_a_secret(name: str) -> None:
    assert not secret_words(name)


def test_a_field_says_why_it_is_secret() -> None:
    class Login(BaseModel):
        user: str
        key: Token
        password: str = ""
        token: str = Field(default="", json_schema_extra={"secret": False})
        secret: bool = False
        pin: int = Field(default=0, json_schema_extra={"secret": True})

    assert dict(why_secret(Login)) == {
        "key": "by its type",
        "password": "by its name: password",
        "pin": "marked as secret",
    }


def test_a_named_tuple_is_given_by_its_places() -> None:
    assert not holds_literal(Pair, ["me", SecretStr("x")])
    assert holds_literal(Pair, ["me", "x"])
    assert holds_literal(list[Pair], [["me", "x"]])
