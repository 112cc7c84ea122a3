"""Lines that open views say what they would show where there are no widgets."""

from __future__ import annotations

import pytest

from stack_magic.enums import StackComponentType
from stack_magic.errors import (
    InvalidConfigurationError,
    InvalidStackError,
    LineError,
    UnknownNameError,
)
from stack_magic.session import (
    CancelRun,
    OpenBrowser,
    OpenComposer,
    OpenForm,
    RegisterComponent,
    Session,
    UpdateComponent,
    UpdateStack,
)

STORE, ALERTER = StackComponentType.ARTIFACT_STORE, StackComponentType.ALERTER


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (OpenForm(STORE), "%artifact_store register NAME --flavor=FLAVOR --key=value"),
        (OpenForm(STORE, "blue"), "%artifact_store update blue --key=value"),
        (OpenComposer(), "%stack register NAME -o NAME -a NAME -m NAME"),
        (OpenComposer("default"), "%stack update default -a NAME"),
        (OpenBrowser(), "Alerters: 1"),
    ],
)
def test_a_terminal_gets_the_card_and_the_line(
    furnished: Session, command: OpenForm, words: str
) -> None:
    shown = repr(furnished.apply(command))
    assert words in shown
    assert "need a notebook" in shown


def test_a_form_for_an_unknown_flavor_is_refused(furnished: Session) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'lake'"):
        furnished.apply(OpenForm(STORE, flavor="leke"))


def test_a_form_keeps_to_the_flavor_of_the_component(furnished: Session) -> None:
    with pytest.raises(LineError, match="'blue' is of flavor 'lake', not 'local'"):
        furnished.apply(OpenForm(STORE, "blue", "local"))


def test_nothing_that_does_not_run_can_be_cancelled(fresh: Session) -> None:
    with pytest.raises(UnknownNameError, match="no run 'train-1' is under way"):
        fresh.apply(CancelRun("train-1"))


def test_a_slot_can_be_emptied_and_another_filled_at_once(furnished: Session) -> None:
    furnished.apply(UpdateStack("default", {ALERTER: "ops"}))
    furnished.apply(UpdateStack("default", {STORE: "blue"}, removed=(ALERTER,)))
    assert furnished.registry.snapshot.stacks["default"][STORE] == "blue"
    assert ALERTER not in furnished.registry.snapshot.stacks["default"]


def test_a_required_slot_cannot_be_emptied(furnished: Session) -> None:
    with pytest.raises(InvalidStackError, match="artifact_store is required"):
        furnished.apply(UpdateStack("default", removed=(STORE,)))


def test_a_slot_cannot_be_filled_and_emptied(furnished: Session) -> None:
    with pytest.raises(LineError, match="say one of both"):
        furnished.apply(UpdateStack("default", {STORE: "blue"}, removed=(STORE,)))


def test_a_field_goes_back_to_its_default_while_another_changes(furnished: Session) -> None:
    furnished.apply(UpdateComponent(STORE, "blue", {"retries": "5"}))
    furnished.apply(UpdateComponent(STORE, "blue", {"path": "/red"}, removed=("retries",)))
    registered = furnished.registry.snapshot.component(STORE, "blue")
    assert registered.configuration == {"path": "/red"}


def test_a_required_field_has_no_default_to_go_back_to(furnished: Session) -> None:
    with pytest.raises(InvalidConfigurationError, match="path: is required"):
        furnished.apply(UpdateComponent(STORE, "blue", removed=("path",)))


def test_references_that_lead_nowhere_and_values_that_do_not_fit_are_told_together(
    furnished: Session,
) -> None:
    values = {"path": "/x", "retries": "@env:NOT_THERE", "tags": "@nonsense:x", "token": "clear"}
    report = furnished.preview(RegisterComponent(STORE, "red", "lake", values))
    assert {d.subject for d in report.errors} == {"retries", "tags", "token"}
