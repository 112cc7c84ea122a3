"""A form of a registered component changes what the user has changed, and nothing else."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, RootModel, SecretStr

from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.session import Session
from stack_magic_widgets import ComponentForm
from tests.widgets.hands import control, give_secret, line, registered, state_of, status, type_in

CANARY = "hunter2-SEKRET"


class Retry(BaseModel):
    attempts: int = 3
    backoff: float = 1.5


class Aliased(BaseModel):
    model_config = ConfigDict(populate_by_name=True, extra="allow")
    most: int = Field(3, alias="maxAttempts")


class Nullable(BaseModel):
    text: str | None = "x"
    number: int | None = 3


class ByKey(BaseModel):
    kind: Literal["key", "pin"] = "key"
    key: str
    secret: SecretStr


class ByName(BaseModel):
    kind: Literal["name"] = "name"
    name: str


class Full(LocalArtifactStore):
    """Has values of every making."""

    FLAVOR: ClassVar[str] = "full"

    note: str | None = None
    image: str = "3.12"
    loud: bool | None = None
    verbose: bool = False
    tags: list[str] = Field([])
    labels: dict[str, str] = Field({})
    retry: Retry = Retry(attempts=7, backoff=9)
    other: Retry | None = None
    aliased: Aliased = Aliased()
    nullable: Nullable = Nullable()
    numbers: RootModel[list[int]] | None = None
    login: Annotated[ByKey | ByName, Field(discriminator="kind")] | None = None


@pytest.fixture
def session() -> Session:
    made = Session()
    made.namespace = {}
    made.register_flavor(Full)
    return made


def _opened(session: Session, **values: Any) -> Any:
    session.register_component("artifact_store", "lake", flavor="full", **values)
    return ComponentForm("artifact_store", name="lake", session=session).part


@pytest.mark.parametrize(
    "values",
    [
        {"loud": "yes"},
        {"verbose": "y"},
        {"verbose": False},
        {"retry": '{"attempts": 5}'},
        {"retry": Retry(attempts=5)},
        {"other": "{}"},
        {"aliased": '{"maxAttempts": 5, "more": 1}'},
        {"nullable": '{"text": null, "number": null}'},
        {"numbers": "[1]"},
        {"login": {"kind": "pin", "key": "k", "secret": SecretStr(CANARY)}},
        {"tags": ["$x", "b"]},
        {"tags": ["@@x"]},
        {"tags": ["a\nb", " c "]},
        {"tags": [""]},
        {"labels": {"a=b": "c"}},
        {"labels": {"$a": "x\ny=1"}},
        {"note": "''"},
        {"image": "$$x"},
    ],
    ids=str,
)
def test_editing_one_field_leaves_the_others_what_they_are(
    session: Session, values: dict[str, Any]
) -> None:
    part = _opened(session, **values)
    before = registered(session, "lake").model_dump(exclude={"image"})
    assert status(part) == "no changes yet"
    type_in(part, image="3.13")
    assert line(part) == "%artifact_store update lake --image=3.13"
    part.act.click()
    assert registered(session, "lake").model_dump(exclude={"image"}) == before


def test_a_plain_value_beside_a_secret_is_changed(session: Session) -> None:
    login = {"kind": "key", "key": "k", "secret": SecretStr(CANARY)}
    part = _opened(session, login=login)
    control(part, "login", "key", "key").box.value = "changed"
    assert "update lake --login=" in line(part)
    part.act.click()
    now = registered(session, "lake").login
    assert (now.key, now.secret.get_secret_value()) == ("changed", CANARY)


def test_texts_that_are_equal_as_numbers_are_two_texts(session: Session) -> None:
    part = _opened(session, image="3.10")
    type_in(part, image="3.1")
    part.act.click()
    assert registered(session, "lake").image == "3.1"


def test_a_part_of_a_model_is_changed_and_the_rest_stays(session: Session) -> None:
    part = _opened(session, retry='{"attempts": 5}')
    control(part, "retry", "attempts").box.value = "6"
    part.act.click()
    assert registered(session, "lake").retry == Retry(attempts=6)


def test_a_list_is_shown_one_a_line_where_that_reads_back(session: Session) -> None:
    part = _opened(session, tags=["a", "b c"], labels={"x": "1"})
    assert control(part, "tags").box.value == "a\nb c"
    assert control(part, "labels").box.value == "x=1"


@pytest.mark.parametrize("password", ["$Tr0ub4dor", "{Tr0ub4dor}", "${Tr0ub4dor}"])
def test_a_password_that_looks_like_a_variable_is_a_password(
    session: Session, password: str
) -> None:
    form = ComponentForm("artifact_store", flavor="full", session=session)
    type_in(form.part, name="lake")
    control(form.part, "login").choice.value = "key"
    control(form.part, "login", "key", "key").box.value = "k"
    give_secret(form.part, password, "login", "key", "secret")
    assert "Tr0ub4dor" not in f"{state_of(form.widget)} {line(form.part)} {form!r}"
    form.part.act.click()
    secret = registered(session, "lake").login.secret
    assert secret.get_secret_value() == password
