"""A class body that makes no component is refused in a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import Field, SecretStr

from stack_magic.alerters import BaseAlerter
from stack_magic.errors import InvalidFlavorError, ReferenceRefusedError
from stack_magic.stack import StackComponent, check_flavor
from tests.sample_flavors import Pager


@pytest.mark.parametrize(
    ("value", "advice"),
    [(3, "room: int = 3"), ("a", "room: str = 'a'"), ([1], "room: list = ...")],
)
@pytest.mark.parametrize("base", [StackComponent, BaseAlerter])
def test_a_field_without_an_annotation_says_what_to_write(
    base: type, value: object, advice: str
) -> None:
    with pytest.raises(InvalidFlavorError, match=r"Bad\.room has no annotation") as caught:
        type(base)("Bad", (base,), {"__module__": __name__, "__qualname__": "Bad", "room": value})
    assert advice in (caught.value.hint or "")
    assert "ClassVar" in (caught.value.hint or "")


def test_what_pydantic_refuses_otherwise_names_the_class() -> None:
    with pytest.raises(InvalidFlavorError, match="Bad cannot be a component"):

        class Bad(BaseAlerter):
            model_config = {"frozen": True}  # noqa: RUF012 - a slip of the user's

            class Config:
                frozen = True


@pytest.mark.parametrize(
    ("annotation", "reason"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("list[", "SyntaxError"),
        ("{}['nothing']", "KeyError: 'nothing'"),
        ("str().nothing", "AttributeError"),
    ],
)
def test_an_annotation_that_raises_is_told_with_its_field(annotation: str, reason: str) -> None:
    body = {"__module__": __name__, "__qualname__": "Bad", "__annotations__": {"room": annotation}}
    metaclass: Any = type(BaseAlerter)
    words = rf"Bad\.room has an annotation that cannot be resolved: .*{reason}"
    with pytest.raises(InvalidFlavorError, match=words) as caught:
        metaclass("Bad", (BaseAlerter,), body)
    assert "room: str" in (caught.value.hint or "")


def test_what_code_of_the_users_raises_stays_as_it_is() -> None:
    class Strict(BaseAlerter):
        def __init_subclass__(cls, **kwargs: object) -> None:
            message = "no subclass of mine"
            raise LookupError(message)

    with pytest.raises(LookupError, match="no subclass of mine"):
        type("Bad", (Strict,), {"__module__": __name__})


def test_an_annotation_that_raises_once_its_names_are_there_is_a_reason() -> None:
    class Late(Pager):
        FLAVOR = "late"
        room: "Nowhere[1 / 0]"  # type: ignore[name-defined]  # noqa: F821, UP037

    (found,) = check_flavor(Late, BaseAlerter).errors
    assert "Nowhere" in found.message


def test_fields_of_every_component_keep_their_types() -> None:
    class Own(Pager):
        FLAVOR = "own"
        uuid: int = 3  # type: ignore[assignment]
        name: str = Field(description="Another description is fine")

    (found,) = check_flavor(Own, BaseAlerter).errors
    assert found.message == "field uuid is one of every component, and has its type"


@pytest.mark.parametrize("value", [property(lambda _: 1 / 0), object()])
def test_a_flavor_name_that_is_no_text_is_told_without_an_address(value: object) -> None:
    cls = type("Odd", (Pager,), {"__module__": __name__, "FLAVOR": value})
    (found,) = check_flavor(cls, BaseAlerter).errors
    assert found.message == f"FLAVOR of Odd: a name is text, not {type(value).__name__}"


def test_a_copy_takes_no_plain_text_for_a_secret() -> None:
    pager = Pager(name="ops")
    with pytest.raises(ReferenceRefusedError, match="token is a secret") as caught:
        pager.model_copy(update={"token": "hunter2"})
    assert "hunter2" not in str(caught.value)
    copy = pager.model_copy(update={"token": SecretStr("hunter2"), "channel": "night"})
    assert (copy.channel, copy.token) == ("night", SecretStr("hunter2"))
    assert pager.model_copy(update={"token": None}).token is None
