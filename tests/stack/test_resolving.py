"""A component made of the values of secrets: rules once, hidden failures, one instance."""

from __future__ import annotations

import re  # noqa: TC003 - pydantic reads the annotations
from collections.abc import Callable, Mapping  # noqa: TC003 - likewise
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Annotated, Any, ClassVar, NamedTuple

import pytest
from pydantic import BaseModel, Field, Secret, SecretBytes, SecretStr, field_validator

from stack_magic.errors import FlavorFailedError
from stack_magic.secrets import SecretReference, tells_secret
from stack_magic.stack import resolved, secret_references
from tests.sample_flavors import Pager

CANARY = "hunter2-SEKRET"


def value_of(_: SecretReference) -> str:
    return CANARY


class Inner(BaseModel):
    """Is known by another name outside."""

    token: SecretStr = Field(alias="tok")
    note: str = ""


class Pair(NamedTuple):
    """Two texts."""

    user: str
    key: str


@dataclass
class Login:
    """Two texts, too."""

    user: str
    key: str


class Careful(Pager):
    """Its rules take no result of their own, and say what they get."""

    FLAVOR: ClassVar[str] = "careful"
    hosts: list[str] = Field(default=[], description="Read from one text")
    region: str = Field(default="eu", description="Gets an ending")
    uri: str = Field(
        default_factory=lambda data: f"{data['channel']}/{data['region']}", description="Follows"
    )
    checked: str = Field(default="", description="Its rule raises")

    @field_validator("hosts", mode="before")
    @classmethod
    def _split(cls, hosts: str) -> list[str]:
        return hosts.split(",") if hosts else []

    @field_validator("region")
    @classmethod
    def _ending(cls, region: str) -> str:
        return f"{region}-1"

    @field_validator("checked")
    @classmethod
    def _raise(cls, text: str) -> str:
        if text:
            raise RuntimeError(text)
        return text


def careful(**values: Any) -> Careful:
    return Careful(**{"name": "ops", "channel": "{{db.channel}}", **values})


def test_rules_of_the_other_fields_are_not_applied_again() -> None:
    used = resolved(careful(hosts="a,b", region="us"), value_of)
    assert isinstance(used, Careful)
    assert (used.hosts, used.region) == (["a", "b"], "us-1")


def test_what_follows_from_a_secret_follows_from_its_value() -> None:
    used = resolved(careful(), value_of)
    assert isinstance(used, Careful)
    assert used.uri == f"{CANARY}/eu-1"
    given = resolved(careful(uri="mine"), value_of)
    assert isinstance(given, Careful)
    assert given.uri == "mine"


def test_what_a_rule_raises_of_its_own_is_told_without_the_value() -> None:
    component = careful(checked="{{db.key}}")
    with pytest.raises(FlavorFailedError, match="Careful raised RuntimeError for what is") as told:
        resolved(component, value_of)
    assert CANARY not in str(told.value)
    assert told.value.__cause__ is None


def test_a_copy_with_another_value_is_not_the_former() -> None:
    component = careful()
    resolved(component, value_of)
    copy = resolved(component.model_copy(update={"region": "us"}), value_of)
    assert isinstance(copy, Careful)
    assert copy.region == "us"


def test_two_threads_get_the_same_component() -> None:
    component = careful(checked="{{db.key}}", channel="night")
    both = Barrier(2, timeout=10)

    def empty(_: SecretReference) -> str:
        both.wait()
        return ""

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: resolved(component, empty), range(2))
    assert one is other


@pytest.mark.parametrize(
    ("annotation", "given", "held"),
    [
        (Inner, {"tok": "{{db.key}}"}, lambda value: value.token.get_secret_value()),
        (Pair, ("me", "{{db.key}}"), lambda value: value.key),
        (Login, {"user": "me", "key": "{{db.key}}"}, lambda value: value.key),
        (Secret[str], Secret("{{db.key}}"), lambda value: value.get_secret_value()),
        (SecretBytes, b"{{db.key}}", lambda value: value.get_secret_value().decode()),
        (dict[str, Pair], {"a": ("me", "{{db.key}}")}, lambda value: value["a"].key),
        (Annotated[str | None, Field(pattern="^h")], "{{db.key}}", str),
    ],
)
def test_a_reference_stands_wherever_a_text_does(
    annotation: Any, given: Any, held: Callable[[Any], str]
) -> None:
    body = {"__annotations__": {"login": annotation}, "FLAVOR": "any", "__module__": __name__}
    flavor: Any = type("Any", (Pager,), body)
    used: Any = resolved(flavor(name="ops", login=given), value_of)
    assert held(used.login) == CANARY
    assert tells_secret(f"denied for {CANARY}")
    assert CANARY not in repr(used)


def test_a_field_may_be_of_any_type() -> None:
    class Hooked(Pager):
        FLAVOR: ClassVar[str] = "hooked"
        hook: Callable[[str], int] | None = Field(default=None, description="Called")
        names: Mapping[str, re.Pattern[str]] = Field(default={}, description="Patterns")

    assert secret_references(Hooked(name="ops")) == {}
