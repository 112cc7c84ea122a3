"""A component that has its secrets lists references and masks, by whatever way it is listed."""

from __future__ import annotations

import copy
import json
import pickle
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from pydantic import SecretStr

from stack_magic.alerters import BaseAlerter
from stack_magic.enums import StackComponentType
from stack_magic.errors import ReferenceRefusedError
from stack_magic.grammar import parse
from stack_magic.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

ALERTER = StackComponentType.ALERTER
CANARY = "canary-in-clear"


class Caller(BaseAlerter):
    FLAVOR: ClassVar[str] = "caller"

    token: SecretStr | None = None
    password: str = ""
    anything: Any = None
    several: list[SecretStr] = []  # noqa: RUF012 - pydantic copies it
    note: str = "plain"

    def post(self, message: str, config: Mapping[str, Any] | None = None) -> bool:
        return True

    def ask(self, question: str, config: Mapping[str, Any] | None = None) -> bool:
        return True


def _registered(session: Session, name: str = "here") -> Caller:
    component = session.registry.snapshot.component(ALERTER, name).component
    assert isinstance(component, Caller)
    return component


@pytest.fixture(params=["variable", "manager", "python"])
def held(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Session, Caller]:
    """Return a session and a component that has its secrets, however they came."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CANARY", CANARY)
    session = Session()
    session.namespace = {}
    session.register_flavor(Caller)
    if request.param == "python":
        secret = SecretStr(CANARY)
        session.register_component(
            "alerter", "here", flavor="caller", token=secret, password=secret, several=[secret]
        )
        return session, _registered(session)
    reference = "@env:CANARY"
    if request.param == "manager":
        reference = "{{db.word}}"
        session.register_component("secrets_manager", "vault", flavor="local")
        session.apply(parse("stack", "update default -x vault"))
        session.apply(parse("secret", "register db --word=@env:CANARY"))
    fields = " ".join(f"--{name}={reference}" for name in ("token", "password", "anything"))
    session.apply(parse("alerter", f"register here --flavor=caller {fields}"))
    session.apply(parse("stack", "update default -al here"))
    component: Any = session.stack().alerter
    return session, component


WAYS: dict[str, Callable[[Caller], object]] = {
    "repr": repr,
    "dict": dict,
    "list": list,
    "vars": vars,
    "__dict__": lambda component: component.__dict__,
    "state": lambda component: component.__getstate__(),
    "dump": lambda component: component.model_dump(),
    "dumped JSON": lambda component: component.model_dump_json(),
    "copy": copy.copy,
    "deep copy": copy.deepcopy,
    "copy listed": lambda component: dict(component.model_copy(update={"note": "x"})),
    "copy dumped": lambda component: component.model_copy().model_dump(),
    "values": lambda component: [component.__dict__[name] for name in ("token", "password")],
}


@pytest.mark.parametrize("way", WAYS)
def test_no_list_of_a_component_shows_a_secret(held: tuple[Session, Caller], way: str) -> None:
    _, component = held
    assert component.password == CANARY
    assert str(component.password) == CANARY
    assert CANARY not in str(WAYS[way](component))


def test_a_component_with_secrets_leaves_by_no_pickle(held: tuple[Session, Caller]) -> None:
    with pytest.raises(TypeError, match="secrets do not leave by pickle"):
        pickle.dumps(held[1])


def test_a_hidden_text_is_used_as_any_other(held: tuple[Session, Caller]) -> None:
    _, component = held
    assert f"{component.password}!" == f"{CANARY}!"
    assert json.loads(json.dumps(component.password)) == CANARY
    assert type(pickle.loads(pickle.dumps(component.password))) is str  # noqa: S301 - our own
    assert {component.password: 1}[CANARY] == 1


@pytest.mark.parametrize("verb", ["copy", "rename"])
def test_what_has_a_secret_by_its_name_is_copied_and_renamed(
    held: tuple[Session, Caller], verb: str
) -> None:
    session, _ = held
    before = _registered(session)
    session.apply(parse("alerter", f"{verb} here there"))
    after = _registered(session, "there")
    assert (after.password, after.token) == (before.password, before.token)
    assert after.model_dump(exclude={"name", "uuid"}) == before.model_dump(exclude={"name", "uuid"})


@pytest.mark.parametrize(
    ("field", "value"), [("token", "plain"), ("password", "plain"), ("several", ["plain"])]
)
def test_a_copy_takes_no_plain_text_for_a_secret(field: str, value: Any) -> None:
    with pytest.raises(ReferenceRefusedError, match=f"{field} is a secret, and a copy would"):
        Caller(name="a").model_copy(update={field: value})


def test_a_copy_with_another_value_does_not_show_the_former_reference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CANARY", CANARY)
    session = Session()
    session.namespace = {}
    session.register_flavor(Caller)
    session.apply(parse("alerter", "register here --flavor=caller --note=@env:CANARY"))
    component = _registered(session)
    copied = component.model_copy(update={"note": "another"})
    assert (copied.model_dump()["note"], component.model_dump()["note"]) == (
        "another",
        "@env:CANARY",
    )
