"""What is offered at the end of an unfinished line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from stack_magic import pipeline
from stack_magic.enums import StackComponentType
from stack_magic.grammar import complete
from stack_magic.session import RegisterComponent, RegisterStack, Session
from tests.sample_flavors import Lake, Pager

if TYPE_CHECKING:
    from pathlib import Path

ALERTER = StackComponentType.ALERTER


class Siren(Pager):
    FLAVOR = "siren"

    volume: Literal["low", "high"] = "low"
    muted: bool = False


@pipeline
def train() -> None:
    """Do nothing."""


@pytest.fixture
def furnished() -> Session:
    session = Session()
    session.namespace = {"Lake": Lake, "Siren": Siren, "train": train, "_Hidden": Lake, "x": 1}
    for cls in (Lake, Pager, Siren):
        session.register_flavor(cls)
    session.apply(RegisterComponent(ALERTER, "ops", "pager"))
    session.apply(RegisterComponent(ALERTER, "horn", "siren"))
    slots = {kind: "default" for kind in StackComponentType if kind.is_required}
    session.apply(RegisterStack("prod", slots))
    return session


def _offered(session: Session, line: str) -> list[str]:
    magic, _, text = line.removeprefix("%").partition(" ")
    return [item.text for item in complete(magic, text, session).items]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("%stack re", ["register", "register-secrets", "remove-component", "rename"]),
        ("%stack set ", ["default", "prod"]),
        ("%stack set p", ["prod"]),
        ("%stack register x -al ", ["horn", "ops"]),
        ("%stack register x --alerter=o", ["ops"]),
        ("%stack register 'x y' -al o", ["ops"]),
        ("%alerter describe 'o", ["ops"]),
        ('%alerter describe "', ["horn", "ops"]),
        ("%alerter register x --flavor=", ["notebook", "pager", "siren"]),
        ("%alerter register x -f s", ["siren"]),
        ("%alerter register x --flavor=siren --vol", ["--volume"]),
        ("%alerter register x --flavor=siren --volume=", ["low", "high"]),
        ("%alerter register x --flavor siren --muted ", ["true", "false"]),
        ("%alerter update horn --m", ["--muted"]),
        ("%alerter flavor de", ["delete", "describe"]),
        ("%alerter flavor register ", ["Siren"]),
        ("%artifact-store flavor register L", ["Lake"]),
        ("%flavor register ", ["Lake", "Siren"]),
        ("%pipeline run t", ["train"]),
        ("%pipeline run train --stack=p", ["prod"]),
        ("%stack set nobody", []),
        ("%nosuch", None),
    ],
)
def test_what_fits_is_offered(furnished: Session, line: str, offered: list[str] | None) -> None:
    if offered is None:
        with pytest.raises(ValueError, match="nosuch"):
            _offered(furnished, line)
    else:
        assert _offered(furnished, line) == offered


def test_the_fragment_is_what_a_word_replaces(furnished: Session) -> None:
    assert complete("alerter", "describe 'o", furnished).fragment == "o"
    assert complete("stack", "register x --alerter=o", furnished).fragment == "o"
    assert complete("stack", "register x --aler", furnished).fragment == "--aler"


def test_components_that_leave_fewer_findings_come_first(furnished: Session) -> None:
    class Needy(Pager):
        FLAVOR = "needy"

        @property
        def validator(self) -> None:
            raise RuntimeError

    furnished.register_flavor(Needy)
    furnished.apply(RegisterComponent(ALERTER, "ants", "needy"))
    line = "%stack register x -o default -a default -m default -al "
    assert _offered(furnished, line) == ["horn", "ops", "ants"]


def test_an_offer_has_a_kind(furnished: Session) -> None:
    kinds = {item.text: item.kind for item in complete("stack", "set ", furnished).items}
    assert kinds == {"default": "stack", "prod": "stack"}
    assert complete("stack", "regi", furnished).items[0].kind == "command"
    assert complete("stack", "register x --set", furnished).items[0].kind == "option"


@pytest.mark.parametrize(
    "line", ["register x --path='a b", "'", '"', "register \"it's", "- --", "="]
)
def test_any_unfinished_line_is_completed_without_an_error(furnished: Session, line: str) -> None:
    for magic in ("stack", "artifact-store", "pipeline", "flavor"):
        assert complete(magic, line, furnished).items is not None


def test_recorded_runs_are_offered_the_newest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    session = Session()
    assert _offered(session, "%pipeline describe ") == []
    store = session.active_stack.metadata_store
    for _ in range(2):
        store.start_run("train", "default", parameters={}, steps=[])
    assert _offered(session, "%pipeline describe tr") == ["train-2", "train-1"]
    store.start_run("fit", "default", parameters={}, steps=["load", "fit", "fit_2"])
    assert _offered(session, "%pipeline explain f") == ["fit-1"]
    assert _offered(session, "%pipeline explain fit-1/") == [
        "fit-1/load",
        "fit-1/fit",
        "fit-1/fit_2",
    ]
    assert _offered(session, "%pipeline explain fit-1/f") == ["fit-1/fit", "fit-1/fit_2"]
    assert _offered(session, "%pipeline explain fit-9/") == []
    store.close()
