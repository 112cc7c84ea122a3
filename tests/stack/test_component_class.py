"""A class body that makes no component is refused in a sentence."""

from __future__ import annotations

import pytest

from stack_magic.alerters import BaseAlerter
from stack_magic.errors import InvalidFlavorError
from stack_magic.stack import StackComponent


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
