"""What is found in a draft of a stack: each finding with its fix, all at once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.enums import Origin, Severity, StackComponentType
from stack_magic.orchestrators import LocalOrchestrator
from stack_magic.stack import (
    Diagnostic,
    Draft,
    Flavor,
    Registered,
    Report,
    Snapshot,
    Stack,
    StackComponent,
    StackValidator,
    diagnose,
    mended,
    notes_of,
)
from tests.sample_flavors import Lake, Pager

if TYPE_CHECKING:
    from collections.abc import Iterator

ORCHESTRATOR = StackComponentType.ORCHESTRATOR
STORE = StackComponentType.ARTIFACT_STORE
METADATA_STORE = StackComponentType.METADATA_STORE
REGISTRY = StackComponentType.CONTAINER_REGISTRY
ALERTER = StackComponentType.ALERTER


def _with(snapshot: Snapshot, *components: StackComponent) -> Snapshot:
    for component in components:
        flavor = Flavor(type(component), Origin.CELL)
        snapshot = snapshot.with_flavor(flavor).with_component(Registered(component, {}))
    return snapshot


@pytest.fixture
def snapshot() -> Snapshot:
    from stack_magic.session import Session

    first = Session().registry.snapshot
    return _with(first, Lake(name="lake", path="/lake"), Pager(name="ops"))


@pytest.fixture
def whole() -> dict[StackComponentType, str]:
    return {ORCHESTRATOR: "default", STORE: "lake", METADATA_STORE: "default"}


def _found(report: Report) -> list[tuple[str, str, str]]:
    return [(d.code, d.message, d.fix) for d in report.diagnostics]


def test_a_bad_draft_is_mended_by_the_nearest_choices(snapshot: Snapshot) -> None:
    draft = Draft("prod", {STORE: "laek", ALERTER: "opps"})
    better = mended(draft, snapshot)
    assert better is not None
    assert better.slots == {
        ORCHESTRATOR: "default",
        STORE: "lake",
        METADATA_STORE: "default",
        ALERTER: "ops",
    }


def test_of_several_choices_the_ready_one_mends(snapshot: Snapshot, whole: Any) -> None:
    known = _with(snapshot, LocalOrchestrator(name="again"))
    better = mended(Draft("prod", {**whole, ORCHESTRATOR: "zzzzzzzzz"}), known)
    assert better is not None
    assert better.slots == whole


def test_what_no_choice_would_mend_is_left(snapshot: Snapshot) -> None:
    nothing = Snapshot(snapshot.flavors)
    assert mended(Draft("prod", {}), nothing) is None


def test_a_whole_stack_has_no_findings(snapshot: Snapshot, whole: Any) -> None:
    report = diagnose(Draft("prod", whole), snapshot)
    assert report.diagnostics == ()
    assert report.verdict == "valid"


def test_every_required_slot_is_asked_for(snapshot: Snapshot) -> None:
    report = diagnose(Draft("prod", {}), snapshot)
    assert [d.subject for d in report.errors] == [
        "prod.orchestrator",
        "prod.artifact_store",
        "prod.metadata_store",
    ]
    assert {d.code for d in report.errors} == {"slot-empty"}
    assert report.errors[1].message == "needs one artifact_store"
    assert report.verdict == "not valid, 3 errors"


def test_the_fix_of_an_empty_slot_names_the_only_choice(snapshot: Snapshot) -> None:
    draft = diagnose(Draft("prod", {}), snapshot)
    registered = diagnose(Draft("default", {}), snapshot)
    assert draft.errors[0].fix == "-o default"
    assert draft.errors[1].fix == "-a NAME"
    assert registered.errors[0].fix == "%stack update default -o default"


@pytest.mark.parametrize(
    ("slot", "message", "fix"),
    [
        (
            (STORE, "lkae"),
            "no artifact_store is called 'lkae'; did you mean 'lake'?",
            "-a lake",
        ),
        (
            (STORE, "ops"),
            "'ops' is an alerter, not an artifact_store",
            "%artifact_store list",
        ),
        (
            (REGISTRY, "zzz"),
            "no container_registry is called 'zzz'",
            "%container_registry register zzz --flavor=FLAVOR",
        ),
    ],
)
def test_an_unknown_component_is_named(
    snapshot: Snapshot, whole: Any, slot: Any, message: str, fix: str
) -> None:
    report = diagnose(Draft("prod", {**whole, slot[0]: slot[1]}), snapshot)
    assert _found(report) == [("component-unknown", message, fix)]


def test_a_stale_component_is_a_warning(snapshot: Snapshot, whole: Any) -> None:
    stale = replace(snapshot.component(STORE, "lake"), stale=("retries is too small",))
    report = diagnose(Draft("prod", whole), snapshot.with_components([stale]))
    assert report.ok
    assert report.verdict == "valid, 1 warning"
    assert _found(report) == [
        (
            "component-stale",
            "lake is of a former definition of flavor lake: retries is too small",
            "%artifact_store update lake --retries=VALUE",
        )
    ]


def test_a_stale_component_may_have_what_its_flavor_has_no_more(
    snapshot: Snapshot, whole: Any
) -> None:
    lake = snapshot.component(STORE, "lake")
    stale = replace(lake, configuration={"path": "/lake", "region": "x"}, stale=("is another",))
    (found,) = diagnose(Draft("prod", whole), snapshot.with_components([stale])).diagnostics
    assert found.fix == "%artifact_store remove-attribute lake --region"
    stale = replace(lake, configuration={"path": "/lake"}, stale=("is another",))
    (found,) = diagnose(Draft("prod", whole), snapshot.with_components([stale])).diagnostics
    assert found.fix == "%artifact_store update lake --FIELD=VALUE"


class Checking(Pager):
    FLAVOR = "checking"

    @property
    def validator(self) -> StackValidator:
        return StackValidator({REGISTRY, METADATA_STORE}, lambda _: (False, "the moon is full"))


def test_a_component_asks_for_others_and_says_why_not(snapshot: Snapshot, whole: Any) -> None:
    known = _with(snapshot, Checking(name="picky"))
    report = diagnose(Draft("prod", {**whole, ALERTER: "picky"}), known)
    assert _found(report) == [
        (
            "component-required",
            "needs one container_registry (asked by picky)",
            "-c NAME",
        ),
        ("validator", "the moon is full (asked by picky)", ""),
    ]


def _explode(stack: Stack) -> tuple[bool, str]:
    message = "hunter2"
    raise ZeroDivisionError(message)


class Exploding(Pager):
    FLAVOR = "exploding"

    @property
    def validator(self) -> StackValidator:
        return StackValidator(custom_validation_function=_explode)


def test_a_raising_validator_is_a_finding(snapshot: Snapshot, whole: Any) -> None:
    known = _with(snapshot, Exploding(name="bomb"))
    report = diagnose(Draft("prod", {**whole, ALERTER: "bomb"}), known)
    (found,) = report.errors
    assert found.code == "validator-failed"
    assert re.fullmatch(
        r"the validator of bomb failed: ZeroDivisionError at line \d+ in _explode", found.message
    )
    assert found.fix == "mend Exploding.validator and run its cell again"


class Misspelling(Pager):
    FLAVOR = "misspelling"

    @property
    def validator(self) -> StackValidator:
        return StackValidator(custom_validation_function=lambda stack: stack.orchestratr)  # type: ignore[attr-defined]


class Terse(Pager):
    FLAVOR = "terse"

    @property
    def validator(self) -> StackValidator:
        return StackValidator(custom_validation_function=lambda _: False)  # type: ignore[arg-type,return-value]


def test_a_slip_in_a_validator_is_quoted_with_its_line(snapshot: Snapshot, whole: Any) -> None:
    known = _with(snapshot, Misspelling(name="slip"))
    (found,) = diagnose(Draft("prod", {**whole, ALERTER: "slip"}), known).errors
    assert "has no attribute 'orchestratr' at line" in found.message


def test_a_validator_that_answers_a_bare_bool_is_told_the_form(
    snapshot: Snapshot, whole: Any
) -> None:
    known = _with(snapshot, Terse(name="terse"))
    (found,) = diagnose(Draft("prod", {**whole, ALERTER: "terse"}), known).errors
    assert found.message.startswith("the validation function (asked by terse) answers bool, but")
    assert found.fix == 'return (fine, "why not")'


def test_what_a_registered_stack_lacks_is_a_whole_line(snapshot: Snapshot, whole: Any) -> None:
    known = _with(snapshot, Checking(name="picky")).with_stack("prod", whole)
    report = diagnose(Draft("prod", {**whole, ALERTER: "picky"}), known)
    assert report.errors[0].fix == "%stack update prod -c NAME"


@pytest.mark.parametrize("kind", [kind for kind in StackComponentType if not kind.is_required])
def test_a_stack_has_a_property_for_each_optional_type(
    snapshot: Snapshot, whole: Any, kind: StackComponentType
) -> None:
    stack = Draft("prod", whole).stack(snapshot)
    assert getattr(stack, kind.value) is None
    component = Checking(name="picky")
    assert getattr(Stack("prod", {kind: component}), kind.value) is component


class Curious(Pager):
    FLAVOR = "curious"

    @property
    def validator(self) -> StackValidator:
        return StackValidator(
            custom_validation_function=lambda stack: (bool(stack.artifact_store.path), "no path")
        )


def test_a_validator_that_reads_an_empty_slot_says_so(snapshot: Snapshot, whole: Any) -> None:
    del whole[STORE]
    known = _with(snapshot, Curious(name="cat"))
    report = diagnose(Draft("prod", {**whole, ALERTER: "cat"}), known)
    assert [d.code for d in report.errors] == ["slot-empty", "validator"]
    assert "cat could not check the stack: stack 'prod' has no" in report.errors[1].message
    assert report.errors[1].fix == "%stack update prod --artifact_store NAME"


class Talking(Pager):
    FLAVOR = "talking"

    def diagnostics(self) -> Iterator[Diagnostic]:
        yield Diagnostic("quiet", Severity.HINT, self.name, "is set to whisper")
        yield Diagnostic("loud", Severity.WARNING, self.name, "is loud")
        raise OSError


def test_what_a_component_notes_is_kept_when_it_then_fails(snapshot: Snapshot, whole: Any) -> None:
    known = _with(snapshot, Talking(name="bell"))
    report = diagnose(Draft("prod", {**whole, ALERTER: "bell"}), known)
    assert [d.code for d in report.diagnostics] == ["diagnostics-failed", "loud", "quiet"]
    assert str(report.errors[0]) == "prod.alerter: the diagnostics of bell failed: OSError"


def test_notes_are_diagnostics() -> None:
    class Chatty(Pager):
        FLAVOR = "chatty"

        def diagnostics(self) -> Any:
            return ["something is off"]

    (found,) = notes_of(Chatty(name="chat"))
    assert str(found) == "chat: the diagnostics of chat failed: TypeError"


def test_several_findings_come_at_once(snapshot: Snapshot) -> None:
    known = _with(snapshot, Checking(name="picky"))
    report = diagnose(Draft("prod", {STORE: "nobody", ALERTER: "picky"}), known)
    assert [d.code for d in report.errors] == [
        "slot-empty",
        "slot-empty",
        "component-unknown",
        "component-required",
        "component-required",
        "validator",
    ]


def test_a_finding_is_said_once() -> None:
    found = Diagnostic("a", Severity.ERROR, "x", "is wrong", "mend x")
    report = Report.of("x", [found, replace(found), found])
    assert report.diagnostics == (found,)
    assert report.as_message() == "  - is wrong\n    fix: mend x"
    assert str(found) == "x: is wrong"


def test_errors_come_before_warnings_and_hints() -> None:
    found = [Diagnostic(s, s, "x", "y") for s in reversed(Severity)]
    assert [d.severity for d in Report.of("x", found).diagnostics] == list(Severity)
