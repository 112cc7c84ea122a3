"""Fields that flavors really have, beside the usual kinds."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum
from typing import Annotated, Any, ClassVar, Optional

import pytest
from pydantic import BaseModel, Field, Secret, SecretBytes, SecretStr

from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.session import Session
from stack_magic_widgets import ComponentForm
from tests.widgets.hands import control, give_secret, line, registered, status, type_in

CANARY = "hunter2-SEKRET"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Node(BaseModel):
    value: int = 1
    child: Optional[Node] = None  # noqa: UP045 - a model that holds itself


class Login(BaseModel):
    user: str
    password: SecretStr


class Odd(LocalArtifactStore):
    """Has odd fields."""

    FLAVOR: ClassVar[str] = "odd"

    anything: Any = None
    pair: tuple[int, str] = (1, "a")
    table: list[list[int]] = Field([[1]])
    by_name: dict[str, list[int]] = Field({})
    levels: list[Level] = Field([Level.LOW])
    level: Level = Level.HIGH
    tree: Node = Node()
    pause: timedelta = timedelta(seconds=3)
    day: date | None = None
    money: Decimal = Decimal("1.5")
    positive: Annotated[int, Field(gt=0)] = 1
    maybe: bool | None = None
    many: list[int] = Field(list(range(1000)))
    text: str = Field("", title="<i>t</i>", description="<img src=x onerror=alert(1)>")
    logins: list[Login] = Field([])
    keys: dict[str, SecretStr] | None = None
    raw: SecretBytes | None = None
    pin: Secret[int] | None = None


@pytest.fixture
def form() -> ComponentForm:
    session = Session()
    session.namespace = {}
    session.register_flavor(Odd)
    made = ComponentForm("artifact_store", flavor="odd", session=session)
    type_in(made.part, name="lake")
    return made


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("anything", "x", "x"),
        ("pair", '[2, "b"]', (2, "b")),
        ("table", "[[1, 2], [3]]", [[1, 2], [3]]),
        ("by_name", '{"a": [1]}', {"a": [1]}),
        ("levels", "2\n1", [Level.HIGH, Level.LOW]),
        ("level", "1", Level.LOW),
        ("pause", "PT5S", timedelta(seconds=5)),
        ("day", "2026-01-02", date(2026, 1, 2)),
        ("money", "2.25", Decimal("2.25")),
        ("positive", "7", 7),
        ("maybe", "false", False),
    ],
)
def test_a_value_is_typed(form: ComponentForm, name: str, typed: str, value: object) -> None:
    type_in(form.part, **{name: typed})
    assert status(form.part) == "✓ ready"
    form.part.act.click()
    assert getattr(registered(form.session, "lake"), name) == value


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("logins", f'[{{"user": "me", "password": "{CANARY}"}}]'),
        ("keys", f'{{"a": "{CANARY}"}}'),
        ("raw", CANARY),
    ],
)
def test_secrets_inside_of_others_are_typed_as_json(
    form: ComponentForm, name: str, typed: str
) -> None:
    give_secret(form.part, typed, name)
    assert status(form.part) == "✓ ready"
    assert "@prompt" in line(form.part)
    form.part.act.click()
    assert CANARY not in f"{form!r} {line(form.part)} {form.acts}"
    assert registered(form.session, "lake") is not None


def test_a_secret_number_is_no_text_field(form: ComponentForm) -> None:
    give_secret(form.part, "4711", "pin")
    form.part.act.click()
    assert registered(form.session, "lake").pin.get_secret_value() == 4711
    assert "4711" not in f"{form!r} {form.acts}"


@pytest.mark.parametrize("typed", ["{", '{"a": {"b": 1}}', '["x"]'])
def test_bad_json_of_secrets_is_refused_unseen(form: ComponentForm, typed: str) -> None:
    give_secret(form.part, typed, "keys")
    assert "must be JSON that fits the type" in control(form.part, "keys")._note.value
    assert form.part.act.disabled


def test_references_stand_in_json_of_secrets(
    form: ComponentForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKE_KEY", CANARY)
    give_secret(form.part, '{"a": "@env:LAKE_KEY"}', "keys")
    form.part.act.click()
    assert registered(form.session, "lake").keys["a"].get_secret_value() == CANARY


def test_a_model_that_holds_itself_has_an_end(form: ComponentForm) -> None:
    deepest = control(form.part, "tree", "child", "child", "child")
    deepest.box.value = '{"value": 9}'
    form.part.act.click()
    tree: Any = registered(form.session, "lake").tree
    assert tree.child.child.child.value == 9


def test_a_long_default_is_cut_and_markup_is_text(form: ComponentForm) -> None:
    assert len(control(form.part, "many").field.spec.default_text) == 80
    note = control(form.part, "text")._note.value
    assert "&lt;img" in note
    assert "<img" not in note
    assert not control(form.part, "text").box.description_allow_html
