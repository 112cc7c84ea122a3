"""A flavor defined again: its components follow, or are kept with the reason."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import Field, SecretStr, field_validator

from stack_magic.enums import StackComponentType
from stack_magic.errors import InUseError, InvalidConfigurationError
from stack_magic.session import (
    DescribeComponent,
    DescribeStack,
    Reference,
    RegisterComponent,
    RegisterStack,
    RemoveAttributes,
    RenameComponent,
    Session,
    UpdateComponent,
)
from tests.sample_flavors import LouderPager, Pager

ALERTER = StackComponentType.ALERTER


def _component(session: Session, name: str = "ops") -> Any:
    return session.registry.snapshot.component(ALERTER, name).component


def test_components_are_rebuilt_and_stay_who_they_were(furnished: Session) -> None:
    before = _component(furnished)
    answer = furnished.register_flavor(LouderPager)
    after = _component(furnished)
    assert type(after) is LouderPager
    assert (after.uuid, after.name) == (before.uuid, "ops")
    assert repr(answer).splitlines() == [
        "✓ redefined alerter flavor pager (LouderPager)",
        "▲ LouderPager takes the place of another class, Pager",
        '  to keep both: FLAVOR = "louderpager"',
        "  rebuilt: ops",
    ]


def test_the_same_class_again_changes_nothing(furnished: Session) -> None:
    snapshot = furnished.registry.snapshot
    assert "already registered with this class" in repr(furnished.register_flavor(Pager))
    assert furnished.registry.snapshot is snapshot


def test_a_component_that_no_longer_fits_keeps_its_class(furnished: Session) -> None:
    furnished.apply(UpdateComponent(ALERTER, "ops", {"channel": "attic", "retries": "1"}))
    former = _component(furnished)
    answer = furnished.register_flavor(LouderPager)
    registered = furnished.registry.snapshot.component(ALERTER, "ops")
    assert registered.component is former
    assert registered.stale == (
        "channel is not a field of LouderPager; known: --retries, --token",
        "retries must be at least 2, not '1'",
    )
    assert "▲ ops keeps its former class" in repr(answer)


def test_others_are_rebuilt_beside_a_stale_one(furnished: Session) -> None:
    furnished.apply(RegisterComponent(ALERTER, "night", "pager", {"retries": "1"}))
    furnished.register_flavor(LouderPager)
    assert type(_component(furnished, "ops")) is LouderPager
    assert type(_component(furnished, "night")) is Pager


@pytest.fixture
def stale(furnished: Session) -> Session:
    slots = {kind: "default" for kind in StackComponentType if kind.is_required}
    furnished.apply(UpdateComponent(ALERTER, "ops", {"retries": "1"}))
    furnished.apply(RegisterStack("prod", {**slots, ALERTER: "ops"}))
    furnished.register_flavor(LouderPager)
    return furnished


def test_a_stale_component_is_seen_wherever_it_is(stale: Session) -> None:
    assert "▲ stale" in repr(stale.apply(DescribeStack("prod")))
    assert "stale: the present class refuses it" in repr(
        stale.apply(DescribeComponent(ALERTER, "ops"))
    )
    report: Any = stale.apply(DescribeStack("prod"))
    assert [d.code for d in report.report.warnings] == ["component-stale"]


@pytest.mark.parametrize(
    "command",
    [
        UpdateComponent(ALERTER, "ops", {"retries": "2"}),
        RemoveAttributes(ALERTER, "ops", ("retries",)),
    ],
    ids=str,
)
def test_a_stale_component_is_mended_by_a_command(stale: Session, command: Any) -> None:
    stale.apply(command)
    assert type(_component(stale)) is LouderPager
    assert not stale.registry.snapshot.component(ALERTER, "ops").stale


def test_a_stale_component_is_mended_by_the_former_class(stale: Session) -> None:
    stale.register_flavor(Pager)
    assert not stale.registry.snapshot.component(ALERTER, "ops").stale
    assert _component(stale).retries == 1


def test_a_stale_component_stays_stale_when_renamed(stale: Session) -> None:
    stale.apply(RenameComponent(ALERTER, "ops", "night"))
    assert stale.registry.snapshot.component(ALERTER, "night").stale


def test_an_update_that_does_not_mend_it_is_refused(stale: Session) -> None:
    with pytest.raises(InvalidConfigurationError, match="--retries: must be at least 2, not '1'"):
        stale.apply(UpdateComponent(ALERTER, "ops", {"token": Reference("env", "HOME")}))


def test_a_secret_from_a_variable_survives_the_variable(furnished: Session) -> None:
    furnished.namespace = {"key": SecretStr("canary")}
    command = UpdateComponent(ALERTER, "ops", {"token": Reference("variable", "key")})
    furnished.apply(command)
    furnished.namespace = {}
    furnished.register_flavor(LouderPager)
    assert type(_component(furnished)) is LouderPager
    assert _component(furnished).token.get_secret_value() == "canary"


def test_an_environment_variable_is_read_again(
    furnished: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER_TOKEN", "first")
    furnished.apply(UpdateComponent(ALERTER, "ops", {"token": "@env:PAGER_TOKEN"}))
    monkeypatch.setenv("PAGER_TOKEN", "second")
    furnished.register_flavor(LouderPager)
    assert _component(furnished).token.get_secret_value() == "second"


def test_an_environment_variable_that_is_gone_makes_it_stale(
    furnished: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER_TOKEN", "first")
    furnished.apply(UpdateComponent(ALERTER, "ops", {"token": "@env:PAGER_TOKEN"}))
    monkeypatch.delenv("PAGER_TOKEN")
    furnished.register_flavor(LouderPager)
    (reason,) = furnished.registry.snapshot.component(ALERTER, "ops").stale
    assert reason == "token: environment variable 'PAGER_TOKEN' is not set"
    assert type(_component(furnished)) is Pager


def test_a_validator_that_fails_makes_it_stale(furnished: Session) -> None:
    class Buggy(Pager):
        channel: str = Field(default="general")

        @field_validator("channel")
        @classmethod
        def _checked(cls, value: str) -> str:
            raise ZeroDivisionError(value)

    furnished.register_flavor(Buggy)
    (reason,) = furnished.registry.snapshot.component(ALERTER, "ops").stale
    assert reason.startswith("Buggy (flavor 'pager') failed while it validated channel: ZeroDiv")


def test_a_new_required_field_makes_it_stale(furnished: Session) -> None:
    class Strict(Pager):
        number: int

    furnished.register_flavor(Strict)
    assert furnished.registry.snapshot.component(ALERTER, "ops").stale == ("number is required",)


def test_the_last_redefinitions_can_be_undone_and_earlier_classes_are_let_go(
    furnished: Session,
) -> None:
    undos = []
    for number in range(5):
        again = type("Pager", (Pager,), {"__doc__": f"Number {number}."})
        answer: Any = furnished.register_flavor(again)
        undos.append(answer.undo)
    with pytest.raises(InUseError, match="the class that was there before is let go"):
        undos[0]()
    for undo in undos[:1:-1]:
        undo()
    assert type(_component(furnished)).__doc__ == "Number 1."
