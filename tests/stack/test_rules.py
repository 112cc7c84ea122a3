"""What may stand together: stated on properties, all findings at once, each with its fix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from stack_magic.enums import Origin, Reach, Severity, StackComponentType
from stack_magic.orchestrators import LocalOrchestrator
from stack_magic.stack import Draft, Flavor, Registered, Snapshot, StackComponent, diagnose
from stack_magic.step_operators import SubprocessStepOperator
from tests.sample_flavors import Lake, Pager

if TYPE_CHECKING:
    from collections.abc import Mapping

T = StackComponentType


class Cluster(LocalOrchestrator):
    """Runs its steps on other machines."""

    FLAVOR: ClassVar[str] = "cluster"

    @property
    def is_local(self) -> bool:
        return False

    @property
    def needs(self) -> frozenset[StackComponentType]:
        return frozenset({T.CONTAINER_REGISTRY})


class Far(SubprocessStepOperator):
    """Runs single steps on other machines, of a local orchestrator."""

    FLAVOR: ClassVar[str] = "far"

    @property
    def is_local(self) -> bool:
        return False

    @property
    def only_with(self) -> Mapping[StackComponentType, Reach]:
        return {T.ORCHESTRATOR: Reach.LOCAL}


class Bucket(Lake):
    """Is reached from anywhere."""

    FLAVOR: ClassVar[str] = "bucket"

    @property
    def local_path(self) -> str | None:
        return None


class Folder(Lake):
    """Is on this machine."""

    FLAVOR: ClassVar[str] = "folder"

    @property
    def local_path(self) -> str | None:
        return self.path


class Raising(Pager):
    """Its rules are broken."""

    FLAVOR: ClassVar[str] = "raising"

    @property
    def needs(self) -> frozenset[StackComponentType]:
        raise ZeroDivisionError


@pytest.fixture
def known() -> Snapshot:
    from stack_magic.session import Session

    components: list[StackComponent] = [
        Cluster(name="cluster"),
        Far(name="far"),
        Bucket(name="bucket", path="/b"),
        Folder(name="folder", path="/f"),
        Raising(name="bomb"),
        Pager(name="ops", channel="{{team.channel}}"),
    ]
    snapshot = Session().registry.snapshot
    for component in components:
        snapshot = snapshot.with_flavor(Flavor(type(component), Origin.CELL))
        snapshot = snapshot.with_component(Registered(component, {}))
    return snapshot


def found(known: Snapshot, **slots: str) -> list[Any]:
    chosen = {"orchestrator": "default", "artifact_store": "bucket", "metadata_store": "default"}
    draft = Draft("prod", {T(kind): name for kind, name in {**chosen, **slots}.items()})
    return [(d.code, d.severity, d.subject, d.fix) for d in diagnose(draft, known).diagnostics]


def test_steps_elsewhere_need_what_they_can_reach(known: Snapshot) -> None:
    assert found(known, orchestrator="cluster", artifact_store="folder") == [
        ("component-required", Severity.ERROR, "prod.container_registry", "-c NAME"),
        ("not-reachable", Severity.ERROR, "prod.artifact_store", "-a NAME"),
        ("not-reachable", Severity.ERROR, "prod.metadata_store", "-m NAME"),
    ]


def test_where_it_is_on_this_machine_is_told(known: Snapshot) -> None:
    slots = {T.ORCHESTRATOR: "cluster", T.ARTIFACT_STORE: "folder", T.METADATA_STORE: "default"}
    told = [d.message for d in diagnose(Draft("prod", slots), known).diagnostics]
    assert "folder is on this machine (/f), and orchestrator cluster runs steps on others" in told


def test_a_step_operator_elsewhere_needs_no_metadata_store_there(known: Snapshot) -> None:
    assert found(known, step_operator="far") == []
    assert found(known, step_operator="far", artifact_store="folder") == [
        ("not-reachable", Severity.ERROR, "prod.artifact_store", "-a NAME")
    ]


def test_a_component_may_work_with_a_local_one_only(known: Snapshot) -> None:
    codes = [code for code, *_ in found(known, orchestrator="cluster", step_operator="far")]
    assert codes == ["component-required", "not-reachable", "works-only-with"]


def test_on_one_machine_everything_local_goes_together(known: Snapshot) -> None:
    assert found(known, artifact_store="folder") == []


def test_a_reference_needs_a_secrets_manager(known: Snapshot) -> None:
    assert found(known, alerter="ops") == [
        ("secrets-manager-missing", Severity.ERROR, "prod.alerter", "-x NAME")
    ]


@pytest.mark.parametrize("inside", ["ops-{{team.room}}", "{{team.a}}{{team.b}}"])
def test_a_reference_among_other_words_is_noted(known: Snapshot, inside: str) -> None:
    known = known.with_component(Registered(Pager(name="ops", channel=inside), {}))
    ((code, severity, subject, fix),) = found(known, alerter="ops")
    assert (code, severity, subject) == ("reference-in-text", Severity.WARNING, "prod.alerter")
    assert fix.startswith("%alerter update ops --channel={{team.")


def test_rules_that_raise_are_a_finding(known: Snapshot) -> None:
    ((code, severity, subject, _),) = found(known, alerter="bomb")
    assert (code, severity, subject) == ("validator-failed", Severity.ERROR, "prod.alerter")


def test_an_artifact_store_recorded_in_two_places_is_noted(known: Snapshot) -> None:
    from stack_magic.metadata_stores import SqliteMetadataStore

    other = SqliteMetadataStore(name="other", uri="other.db")
    known = known.with_component(Registered(other, {}))
    known = known.with_stack(
        "dev", {T.ORCHESTRATOR: "default", T.ARTIFACT_STORE: "bucket", T.METADATA_STORE: "other"}
    )
    assert found(known) == [("artifacts-known-twice", Severity.HINT, "prod.artifact_store", "")]
