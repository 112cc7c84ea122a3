"""Every field type of pydantic's page, by line, form, Tab, cards and history, and back."""

from __future__ import annotations

import json
import types
from typing import TYPE_CHECKING, Any, ClassVar

import pydantic as p
import pytest

from stack_magic.alerters import BaseAlerter
from stack_magic.configuration import json_text
from stack_magic.enums import StackComponentType
from stack_magic.errors import InvalidFlavorError, ReferenceRefusedError
from stack_magic.grammar import complete, parse
from stack_magic.session import DescribeComponent, DescribeFlavor, Session, ShowHistory
from stack_magic_widgets import ComponentForm
from stack_magic_widgets._controls import SwitchControl
from stack_magic_widgets._nested_controls import ModelControl, UnionControl
from stack_magic_widgets._secret_control import SecretControl
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
    type_in(form.part, name="four")
    _fill(control(form.part, "x"), text)
    assert status(form.part) == "✓ ready", note(form.part, "x")
    form.part.act.click()
    assert _value(session, "four") == _value(session, "one")
    form.close()


def _fill(field: Any, text: str) -> None:
    """Do with a control what a user does to give it the value that *text* is on a line."""
    if isinstance(field, ModelControl):
        for name, value in json.loads(text).items():
            _fill(field.inner.controls[name], json_text(value))
    elif isinstance(field, UnionControl):
        values = json.loads(text)
        field.choice.value = values.pop(field.field.spec.discriminator)
        for name, value in values.items():
            _fill(field.boxes[field.choice.value].controls[name], json_text(value))
    elif isinstance(field, SecretControl):
        field.box._handle_custom_msg({"kind": "secret", "value": text}, [])
    elif isinstance(field, SwitchControl):
        field.box.value = text == "true"
    else:
        field.box.value = text


SECRET = "canary-in-clear"  # noqa: S105 - what must not be seen
SECRETS: list[Any] = [
    pytest.param(p.SecretStr, "@env:FIELD", p.SecretStr(SECRET), id="SecretStr"),
    pytest.param(p.SecretStr | None, "@env:FIELD", p.SecretStr(SECRET), id="SecretStr or None"),
    pytest.param(p.SecretBytes, "@env:FIELD", p.SecretBytes(SECRET.encode()), id="SecretBytes"),
    pytest.param(p.Secret[str], "@env:FIELD", p.Secret[str](SECRET), id="Secret"),
    pytest.param(list[p.SecretStr], '["@env:FIELD"]', [p.SecretStr(SECRET)], id="list"),
    pytest.param(
        list[p.SecretStr], '@json:["@env:FIELD"]', [p.SecretStr(SECRET)], id="list, marked as JSON"
    ),
    pytest.param(
        dict[str, p.SecretStr], '{"a": "@env:FIELD"}', {"a": p.SecretStr(SECRET)}, id="dict"
    ),
    pytest.param(
        tuple[int, p.SecretStr], '[1, "@env:FIELD"]', (1, p.SecretStr(SECRET)), id="tuple"
    ),
]


@pytest.mark.parametrize(("annotation", "text", "value"), SECRETS)
def test_a_secret_goes_through_every_door_by_reference(
    annotation: Any, text: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIELD", SECRET)
    session = _session(annotation)
    session.apply(parse("alerter", f"register one --flavor=typed --x='{text}'"))
    made = _value(session, "one")
    assert made == value
    for command in (DescribeComponent(ALERTER, "one"), DescribeFlavor(ALERTER, "typed")):
        shown = repr(session.apply(command))
        assert SECRET not in shown
    assert "secret  --x (by its type)" in shown
    _history_rebuilds(session, made)
    if not text.startswith("@json"):  # in a form's box it is JSON anyway
        _form_shows_and_fills(session, text)
    assert complete("alerter", "register two --flavor=typed --x=", session).items == ()
    literal = text.replace("@env:FIELD", "a-literal")
    with pytest.raises(ReferenceRefusedError, match=r"x (is|holds) a secret") as caught:
        session.apply(parse("alerter", f"register two --flavor=typed --x='{literal}'"))
    assert "a-literal" not in str(caught.value)
    assert SECRET not in repr(session.apply(ShowHistory(lines=True)))


@pytest.mark.parametrize("annotation", NOT_TAKEN)
def test_a_type_that_no_text_fills_is_refused_with_the_class(annotation: Any) -> None:
    with pytest.raises(InvalidFlavorError, match="field x cannot be filled") as caught:
        _session(annotation)
    assert "_x: Any = PrivateAttr" in str(caught.value)
