"""A field that is called like a secret is one, unless it says that it is none."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from pydantic import Field, SecretStr

from stack_magic.enums import StackComponentType
from stack_magic.errors import InvalidConfigurationError, InvalidFlavorError, ReferenceRefusedError
from stack_magic.grammar import parse
from stack_magic.session import Session
from tests.sample_flavors import Pager

CANARY = "hunter2-SEKRET"


class Named(Pager):
    """Has a password of plain text, and a token that is none."""

    FLAVOR: ClassVar[str] = "named"
    password: str = ""
    max_tokens: str = Field(default="", description="No secret")
    access_key: str = Field(default="", json_schema_extra={"secret": False})
    extra: Any = Field(default=None, description="Anything")


def run(session: Session, line: str) -> Any:
    magic, _, rest = line.removeprefix("%").partition(" ")
    return session.apply(parse(magic, rest))


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("CANARY", CANARY)
    monkeypatch.setenv("SHORT", "abc")
    session = Session()
    session.namespace = {"Named": Named, "word": CANARY, "thing": object()}
    return session


def test_registering_its_class_warns(session: Session) -> None:
    report = run(session, "%alerter flavor register Named").report
    (warning,) = report.warnings
    assert "field password is secret by its name: password" in warning.message


def test_a_literal_is_refused(session: Session) -> None:
    run(session, "%alerter flavor register Named")
    with pytest.raises(ReferenceRefusedError, match="password") as refused:
        run(session, f"%alerter register ops --flavor=named --password={CANARY}")
    assert CANARY not in str(refused.value)
    assert CANARY not in str(run(session, "%stack history --lines"))


@pytest.mark.parametrize("field", ["max_tokens", "access_key"])
def test_a_literal_for_what_is_no_secret_is_taken(session: Session, field: str) -> None:
    run(session, "%alerter flavor register Named")
    run(session, f"%alerter register ops --flavor=named --{field}=many")
    assert "many" in repr(run(session, "%alerter describe ops"))


@pytest.mark.parametrize("reference", ["@env:CANARY", "$word"])
def test_its_value_is_masked(session: Session, reference: str) -> None:
    run(session, "%alerter flavor register Named")
    run(session, f"%alerter register ops --flavor=named --password={reference}")
    component: Any = session.registry.snapshot.component(
        StackComponentType.ALERTER, "ops"
    ).component
    assert component.password == CANARY
    shown = repr(run(session, "%alerter describe ops")) + repr(component)
    assert CANARY not in shown
    assert f"****** ({reference})" in shown


def test_python_gives_its_value_as_a_secret_text(session: Session) -> None:
    run(session, "%alerter flavor register Named")
    session.namespace = {"sealed": SecretStr(CANARY)}
    run(session, "%alerter register ops --flavor=named --password=$sealed")
    component: Any = session.registry.snapshot.component(
        StackComponentType.ALERTER, "ops"
    ).component
    assert component.password == CANARY
    assert CANARY not in repr(component)


def test_a_literal_default_is_refused(session: Session) -> None:
    class Open(Pager):
        FLAVOR: ClassVar[str] = "open"
        password: str = "letmein"  # noqa: S105 - it is refused

    session.namespace = {"Open": Open}
    with pytest.raises(InvalidFlavorError, match="password has a literal default"):
        run(session, "%alerter flavor register Open")


def test_a_flavor_tells_which_fields_are_secret_and_why(session: Session) -> None:
    run(session, "%alerter flavor register Named")
    shown = repr(run(session, "%alerter flavor describe named"))
    assert "--token (by its type)" in shown
    assert "--password (by its name: password)" in shown


def test_of_an_open_type_the_value_decides(session: Session) -> None:
    run(session, "%alerter flavor register Named")
    with pytest.raises(InvalidConfigurationError, match="extra: cannot be shown as JSON"):
        run(session, "%alerter register ops --flavor=named --extra=$thing")
    run(session, "%alerter register ops --flavor=named --extra=$word")
    assert CANARY in repr(run(session, "%alerter describe ops"))
    run(session, "%alerter update ops --password=@env:CANARY")
    assert CANARY not in repr(run(session, "%alerter describe ops"))


def test_a_short_secret_warns_when_it_is_registered(session: Session) -> None:
    run(session, "%alerter flavor register Named")
    report = run(session, "%alerter register ops --flavor=named --token=@env:SHORT").report
    (warning,) = report.warnings
    assert "token has less than 4 characters" in warning.message


def test_a_dump_has_no_password_and_a_copy_takes_none_in_plain(session: Session) -> None:
    run(session, "%alerter flavor register Named")
    session.apply(parse("alerter", "register ops --flavor=named --password=$word", None))
    ops: Any = session.registry.snapshot.component(StackComponentType.ALERTER, "ops").component
    assert CANARY not in f"{ops.model_dump()} {ops.model_dump_json()}"
    with pytest.raises(ReferenceRefusedError, match="password is a secret, and a copy would"):
        ops.model_copy(update={"password": "other"})
