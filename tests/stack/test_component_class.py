"""A class body that makes no component is refused in a sentence."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from stack_magic.alerters import BaseAlerter
from stack_magic.errors import InvalidFlavorError, ReferenceRefusedError
from stack_magic.stack import StackComponent
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


def test_a_copy_takes_no_plain_text_for_a_secret() -> None:
    pager = Pager(name="ops")
    with pytest.raises(ReferenceRefusedError, match="token is a secret") as caught:
        pager.model_copy(update={"token": "hunter2"})
    assert "hunter2" not in str(caught.value)
    copy = pager.model_copy(update={"token": SecretStr("hunter2"), "channel": "night"})
    assert (copy.channel, copy.token) == ("night", SecretStr("hunter2"))
    assert pager.model_copy(update={"token": None}).token is None
