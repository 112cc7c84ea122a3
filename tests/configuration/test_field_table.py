"""Every field type of pydantic's page, by line, form, Tab, cards and history, and back."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from ipywidgets import Text, Textarea

from stack_magic.alerters import BaseAlerter
from stack_magic.enums import StackComponentType
from stack_magic.errors import InvalidFlavorError
from stack_magic.grammar import complete, parse
from stack_magic.session import DescribeComponent, DescribeFlavor, Session, ShowHistory
from stack_magic_widgets import ComponentForm
from tests.configuration.field_table import ANYTHING, REFUSED, ROWS
from tests.widgets.hands import control, note, status, type_in

if TYPE_CHECKING:
    from collections.abc import Mapping

ALERTER = StackComponentType.ALERTER


def _class_with(annotation: Any) -> type[BaseAlerter]:
    class Typed(BaseAlerter):
        FLAVOR: ClassVar[str] = "typed"

        def post(self, message: str, config: Mapping[str, Any] | None = None) -> bool:
            return True

        def ask(self, question: str, config: Mapping[str, Any] | None = None) -> bool:
            return True

    body = {
        "__module__": __name__,
        "__qualname__": "WithField",
        "__annotations__": {"x": annotation},
    }
    made: type[BaseAlerter] = types.new_class(
        "WithField", (Typed,), exec_body=lambda names: names.update(body)
    )
    return made


def _session(annotation: Any) -> Session:
    session = Session()
    session.namespace = {}
    session.register_flavor(_class_with(annotation))
    return session


def _value(session: Session, name: str) -> Any:
    component: Any = session.registry.snapshot.component(ALERTER, name).component
    return component.x


TAKEN = [pytest.param(*row[1:], id=row[0]) for row in ROWS if row[3] is not REFUSED]
NOT_TAKEN = [pytest.param(row[1], id=row[0]) for row in ROWS if row[3] is REFUSED]


@pytest.mark.parametrize(("annotation", "text", "value"), TAKEN)
def test_a_value_goes_through_every_door_and_back(annotation: Any, text: str, value: Any) -> None:
    session = _session(annotation)
    session.apply(parse("alerter", f"register one --flavor=typed --x='{text}'"))
    made = _value(session, "one")
    if value is not ANYTHING:
        assert made == value
        assert type(made) is type(value) or isinstance(value, (list, dict, set, int))
    for command in (DescribeComponent(ALERTER, "one"), DescribeFlavor(ALERTER, "typed")):
        assert "x" in repr(session.apply(command))
    _history_rebuilds(session, made)
    _python_value_comes_back(session, made)
    _form_shows_and_fills(session, text)
    for offered in complete("alerter", "register two --flavor=typed --x=", session).items:
        session.apply(parse("alerter", f"register two --flavor=typed --x={offered.text}"))
        session.apply(parse("alerter", "delete two"))


def _history_rebuilds(session: Session, made: Any) -> None:
    answer: Any = session.apply(ShowHistory(lines=True))
    line = answer.value[-1]
    session.apply(parse("alerter", "delete one"))
    session.apply(parse("alerter", line.removeprefix("%alerter ")))
    assert _value(session, "one") == made


def _python_value_comes_back(session: Session, made: Any) -> None:
    """Register what the line made, as Python gives it, and its line again."""
    field = type(session.registry.snapshot.component(ALERTER, "one").component).model_fields["x"]
    if "Json" in repr(field) or "ImportString" in repr(field) or "Encoded" in repr(field):
        return  # such a field takes a text that it decodes, and not what it has decoded
    session.register_component("alerter", "three", flavor="typed", x=made)
    answer: Any = session.apply(ShowHistory(lines=True))
    session.apply(parse("alerter", "delete three"))
    session.apply(parse("alerter", answer.value[-1].removeprefix("%alerter ")))
    assert _value(session, "three") == made


def _form_shows_and_fills(session: Session, text: str) -> None:
    shown = ComponentForm("alerter", name="one", session=session)
    assert "✕" not in status(shown.part)
    shown.close()
    form = ComponentForm("alerter", flavor="typed", session=session)
    box = getattr(control(form.part, "x"), "box", None)
    if isinstance(box, Text | Textarea):
        type_in(form.part, name="four", x=text)
        assert status(form.part) == "✓ ready", note(form.part, "x")
        form.part.act.click()
        assert _value(session, "four") == _value(session, "one")
    form.close()


@pytest.mark.parametrize("annotation", NOT_TAKEN)
def test_a_type_that_no_text_fills_is_refused_with_the_class(annotation: Any) -> None:
    with pytest.raises(InvalidFlavorError, match="field x cannot be filled") as caught:
        _session(annotation)
    assert "_x: Any = PrivateAttr" in str(caught.value)
