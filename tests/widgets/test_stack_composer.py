"""The composer: what fits, what is wrong, and the line, at every moment."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from stack_magic.enums import Severity, StackComponentType
from stack_magic.session import (
    DeleteComponent,
    RegisterFlavor,
    RenameComponent,
    UpdateStack,
)
from stack_magic.stack import Diagnostic, Stack
from stack_magic_widgets import StackComposer
from tests.sample_flavors import DeeperLake, Lake, Pager
from tests.widgets.hands import read, shown_by, type_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.session import Session

ORCHESTRATOR, STORE, METADATA, ALERTER = (
    StackComponentType.ORCHESTRATOR,
    StackComponentType.ARTIFACT_STORE,
    StackComponentType.METADATA_STORE,
    StackComponentType.ALERTER,
)


@pytest.fixture
def session(session: Session) -> Session:
    for cls in (Lake, Pager):
        session.register_flavor(cls)
    session.register_component("artifact_store", "blue", flavor="lake", path="/blue")
    session.register_component("alerter", "ops", flavor="pager")
    return session


@pytest.fixture
def composer(session: Session) -> Iterator[StackComposer]:
    made = StackComposer(session=session)
    yield made
    made.close()


def _name(composer: StackComposer, name: str) -> None:
    composer._name.value = name


def _line(composer: StackComposer) -> str:
    return read(composer._line.value).strip().removesuffix("Copy").strip()


def _fixes(composer: StackComposer) -> list[Any]:
    rows = composer._findings.widget.children
    return [part for row in rows for part in row.children if hasattr(part, "click")]


def _fill(composer: StackComposer) -> None:
    _name(composer, "prod")
    for kind in (ORCHESTRATOR, STORE, METADATA):
        composer.choose(kind, "default")


def test_an_empty_stack_names_everything_that_is_missing(composer: StackComposer) -> None:
    assert composer.report.verdict == "not valid, 4 errors"
    assert composer.act.disabled
    shown = shown_by(composer)
    assert shown.count("✕ required") == 3
    assert "0/3 required · 0/7 optional" in shown


def test_choosing_shows_what_is_left_at_once(composer: StackComposer) -> None:
    _name(composer, "prod")
    composer.rows[ORCHESTRATOR].choose("default")
    assert composer.report.verdict == "not valid, 2 errors"
    assert _line(composer) == "%stack register prod -o default"
    assert "✓ ready" in read(composer.rows[ORCHESTRATOR]._status.value)


def test_the_fixes_can_be_clicked(composer: StackComposer, session: Session) -> None:
    _name(composer, "prod")
    while _fixes(composer):
        fix = _fixes(composer)[0]
        if fix.description == "Choose one":
            composer.choose(STORE, "blue")
        else:
            fix.click()
    assert _line(composer) == "%stack register prod -o default -a blue -m default"
    composer.act.click()
    assert dict(session.registry.snapshot.stacks["prod"])[STORE] == "blue"
    assert composer.acts == ["%stack register prod -o default -a blue -m default"]


def test_a_taken_name_is_told_beside_the_slots(composer: StackComposer) -> None:
    _name(composer, "default")
    messages = [d.message for d in composer.report.errors]
    assert "stack 'default' is already registered" in messages
    assert "needs one orchestrator" in messages


class Picky(Pager):
    """An alerter that wants blue."""

    FLAVOR: ClassVar[str] = "picky"

    @property
    def validator(self) -> Any:
        return _WantsBlue()


class _WantsBlue:
    def validate(self, stack: Stack, owner: str = "") -> Iterator[Diagnostic]:
        store = stack.components.get(STORE)
        if store is not None and store.name != "blue":
            subject = f"{stack.name}.alerter"
            yield Diagnostic("picky", Severity.ERROR, subject, f"{owner} wants blue", "-a blue")


def test_what_does_not_fit_comes_last_with_the_reason(
    composer: StackComposer, session: Session
) -> None:
    session.register_flavor(Picky)
    session.register_component("alerter", "moody", flavor="picky")
    composer.choose(STORE, "default")
    labels = [label for label, _ in composer.rows[ALERTER]._box.options]
    assert labels[1] == "ops · pager"
    assert labels[2] == "moody · picky — does not fit: moody wants blue"


def test_a_conflict_is_shown_in_its_slot_and_mended_by_a_click(
    composer: StackComposer, session: Session
) -> None:
    session.register_flavor(Picky)
    session.register_component("alerter", "moody", flavor="picky")
    _fill(composer)
    composer.choose(ALERTER, "moody")
    assert "✕ conflict" in read(composer.rows[ALERTER]._status.value)
    fix = next(button for button in _fixes(composer) if button.description == "Choose blue")
    fix.click()
    assert composer.report.ok
    assert composer.slots[STORE] == "blue"


def test_a_new_component_is_registered_and_chosen(composer: StackComposer) -> None:
    _fill(composer)
    row = composer.rows[STORE]
    row._add.click()
    assert row._part is not None
    row._part._widgets.flavor.value = "lake"
    type_in(row._part, name="red", path="/red")
    row._part.act.click()
    assert row.name == "red"
    assert row._part is None
    assert composer.acts == ["%artifact_store register red --flavor=lake --path=/red"]


def test_a_registered_stack_shows_the_difference(session: Session) -> None:
    session.apply(UpdateStack("default", {ALERTER: "ops"}))
    composer = StackComposer("default", session=session)
    assert composer.act.disabled
    composer.choose(STORE, "blue")
    composer.rows[ALERTER].choose("")
    shown = shown_by(composer)
    assert "Artifact store: default → blue" in shown
    assert "Alerter: ops → none" in shown
    assert "Artifact store" in repr(composer)
    assert _line(composer) == "%stack update default -a blue --remove alerter"
    composer.act.click()
    assert dict(session.registry.snapshot.stacks["default"])[STORE] == "blue"
    assert ALERTER not in session.registry.snapshot.stacks["default"]


def test_components_that_come_elsewhere_are_offered_and_the_choice_stays(
    composer: StackComposer, session: Session
) -> None:
    _fill(composer)
    session.register_component("artifact_store", "green", flavor="lake", path="/green")
    assert ("green · lake", "green") in composer.rows[STORE]._box.options
    assert composer.slots[STORE] == "default"
    assert composer.name == "prod"


def test_a_component_that_is_renamed_stays_chosen(
    composer: StackComposer, session: Session
) -> None:
    _fill(composer)
    composer.choose(STORE, "blue")
    session.apply(RenameComponent(STORE, "blue", "navy"))
    assert composer.slots[STORE] == "navy"


def test_a_component_that_is_deleted_is_said_and_not_lost(
    composer: StackComposer, session: Session
) -> None:
    _fill(composer)
    composer.choose(STORE, "blue")
    session.apply(DeleteComponent(STORE, "blue"))
    assert composer.slots[STORE] == "blue"
    assert "no artifact_store is called 'blue'" in shown_by(composer)
    assert composer.act.disabled


def test_a_flavor_that_refuses_a_component_makes_it_stale_at_once(
    composer: StackComposer, session: Session
) -> None:
    session.register_component("artifact_store", "one", flavor="lake", path="/", retries=1)
    _fill(composer)
    composer.choose(STORE, "one")
    session.apply(RegisterFlavor(STORE, "Lake", DeeperLake))
    assert "see warning" in read(composer.rows[STORE]._status.value)
    assert composer.slots[STORE] == "one"


def test_a_stack_that_is_changed_elsewhere_is_followed(session: Session) -> None:
    composer = StackComposer("default", session=session)
    composer.choose(ALERTER, "ops")
    session.apply(UpdateStack("default", {STORE: "blue"}))
    assert composer.slots[STORE] == "blue"
    assert _line(composer) == "%stack update default -al ops"


def test_a_probe_says_who_was_asked(session: Session) -> None:
    class Silent(Pager):
        FLAVOR: ClassVar[str] = "silent"

        def probe(self) -> Iterator[Diagnostic]:
            yield Diagnostic("no-answer", Severity.ERROR, self.name, "nobody answers")

    session.register_flavor(Silent)
    session.register_component("alerter", "far", flavor="silent")
    session.apply(UpdateStack("default", {ALERTER: "far"}))
    composer = StackComposer("default", session=session)
    told = threading.Event()
    composer.message.observe(
        lambda change: told.set() if "nobody answers" in change.new else None, "value"
    )
    composer.probe.click()
    assert told.wait(30)
    assert composer.acts == ["%stack validate default --probe"]


def test_what_is_not_registered_cannot_be_probed(composer: StackComposer) -> None:
    _fill(composer)
    assert composer.probe.disabled


def test_an_error_of_an_act_is_shown_in_the_view(composer: StackComposer, session: Session) -> None:
    _fill(composer)
    session.register_stack(
        "prod", orchestrator="default", artifact_store="blue", metadata_store="default"
    )
    composer.act.disabled = False  # the click that was on its way
    composer.act.click()
    assert "stack 'prod' is already registered" in read(composer.message.value)


def test_a_bug_of_a_component_is_shown_whole(composer: StackComposer, session: Session) -> None:
    def explode(*_: Any) -> None:
        message = "boom"
        raise RuntimeError(message)

    session.look_around = explode
    _fill(composer)
    composer.act.click()
    shown = read(composer.message.value)
    assert "nothing was changed: RuntimeError: boom" in shown
    assert "Traceback" in shown


def test_the_document_is_the_card_of_the_draft(composer: StackComposer) -> None:
    _fill(composer)
    told = repr(composer)
    assert "stack prod: valid" in told
    assert "3/3 required, 0/7 optional" in told
    assert told.splitlines()[-1] == "  %stack register prod -o default -a default -m default"


def test_a_closed_composer_follows_no_more(composer: StackComposer, session: Session) -> None:
    composer.close()
    composer.close()
    before = composer.report
    session.register_component("artifact_store", "green", flavor="lake", path="/green")
    assert composer.report is before


def test_without_changes_the_line_is_the_one_that_made_the_stack(session: Session) -> None:
    composer = StackComposer("default", session=session)
    assert _line(composer) == "%stack register default -o default -a default -m default"


def test_a_stack_that_is_only_to_be_active_is_an_act(session: Session) -> None:
    session.register_stack(
        "prod", orchestrator="default", artifact_store="blue", metadata_store="default"
    )
    composer = StackComposer("prod", session=session)
    assert composer.act.disabled
    composer._activate.value = True
    composer.act.click()
    assert session.registry.snapshot.active == "prod"
    assert composer.act.disabled


def test_what_is_found_again_keeps_its_button(composer: StackComposer) -> None:
    fix = _fixes(composer)[0]
    _name(composer, "prod")
    assert _fixes(composer)[0] is fix
    fix.click()
    assert composer.slots == {ORCHESTRATOR: "default"}
