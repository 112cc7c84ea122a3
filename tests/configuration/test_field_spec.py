"""One description of a field: Tab, line, cards, forms and errors say the same of it."""

from __future__ import annotations

import enum
import gc
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal
from weakref import ref

import pytest
from pydantic import Field

from stack_magic.alerters import BaseAlerter
from stack_magic.configuration import fields_of
from stack_magic.enums import StackComponentType
from stack_magic.errors import InvalidConfigurationError
from stack_magic.grammar import complete, parse
from stack_magic.session import DescribeFlavor, Session
from stack_magic_widgets import ComponentForm
from tests.widgets.hands import control, note, status, type_in

if TYPE_CHECKING:
    from collections.abc import Mapping

ALERTER = StackComponentType.ALERTER


class Odd(enum.Enum):
    PAIR = (1, 2)
    NOTHING = None
    SPACED = "two words"
    LIKE_A_REFERENCE = "@env:HOME"
    LIKE_A_VARIABLE = "$HOME"
    IN_BRACES = "{HOME}"
    QUOTED = "it's"
    LIKE_JSON = "[1]"


class Poster(BaseAlerter):
    FLAVOR: ClassVar[str] = "poster"

    odd: Odd
    mode: Literal["fast", "slow"] = "fast"
    loud: bool = False
    modes: list[Literal["r", "w"]] = Field(default_factory=list)
    limit: Annotated[int, Field(gt=0)] | None = None
    size: int = Field(default=1, json_schema_extra={"unit": "MB"}, description="Of a message")
    channel: str = Field(default="", examples=["#ops"])
    password: str = Field(default="", examples=["hunter2"])

    def post(self, message: str, config: Mapping[str, Any] | None = None) -> bool:
        return True

    def ask(self, question: str, config: Mapping[str, Any] | None = None) -> bool:
        return True


@pytest.fixture
def session() -> Session:
    session = Session()
    session.namespace = {}
    session.register_flavor(Poster)
    return session


def _offered(session: Session, option: str) -> list[str]:
    line = f"register one --flavor=poster --{option}="
    return [item.text for item in complete("alerter", line, session).items]


def test_what_tab_offers_the_line_takes_as_that_value(session: Session) -> None:
    offered = _offered(session, "odd")
    assert len(offered) == len(Odd)
    made = []
    for text in offered:
        session.apply(parse("alerter", f"register one --flavor=poster --odd={text}"))
        component: Any = session.registry.snapshot.component(ALERTER, "one").component
        made.append(component.odd)
        session.apply(parse("alerter", "delete one"))
    assert made == list(Odd)


def test_a_form_gives_the_choices_that_tab_offers(session: Session) -> None:
    for number, value in enumerate(Odd):
        form = ComponentForm("alerter", flavor="poster", session=session)
        box = control(form.part, "odd").box
        box.value = box.options[number + 1][1]
        type_in(form.part, name="one")
        assert status(form.part) == "✓ ready", note(form.part, "odd")
        form.part.act.click()
        component: Any = session.registry.snapshot.component(ALERTER, "one").component
        assert component.odd is value
        session.apply(parse("alerter", "delete one"))
        form.close()


def test_within_quotes_tab_offers_no_more_quotes(session: Session) -> None:
    found = complete("alerter", "register one --flavor=poster --odd='two", session)
    assert [item.text for item in found.items] == ["two words"]
    assert found.fragment == "two"


def test_tab_offers_bools_and_nothing_for_what_a_list_holds(session: Session) -> None:
    assert _offered(session, "loud") == ["true", "false"]
    assert _offered(session, "modes") == []


def test_a_line_that_lacks_a_field_lists_its_choices(session: Session) -> None:
    with pytest.raises(InvalidConfigurationError, match=r"--odd: is required: one of .*two words"):
        session.apply(parse("alerter", "register one --flavor=poster"))


def test_the_card_of_a_flavor_says_choices_bounds_unit_and_example(session: Session) -> None:
    card = repr(session.apply(DescribeFlavor(ALERTER, "poster")))
    for words in ("one of [1, 2], null", "(> 0)", "Of a message; in MB", "for example #ops"):
        assert words in card
    assert "hunter2" not in card
    assert "one of fast" not in card  # its type says so


def test_a_form_says_bounds_unit_and_example(session: Session) -> None:
    form = ComponentForm("alerter", flavor="poster", session=session)
    assert "&gt; 0" in note(form.part, "limit") or "> 0" in note(form.part, "limit")
    assert control(form.part, "size").box.description == "size [MB]"
    assert control(form.part, "channel").box.placeholder == "for example #ops"
    form.close()


def test_a_field_is_described_once_and_goes_with_its_class() -> None:
    class Passing(Poster):
        FLAVOR: ClassVar[str] = "passing"

    assert fields_of(Passing)["mode"] is fields_of(Passing)["mode"]
    gone = ref(Passing)
    del Passing
    gc.collect()
    assert gone() is None
