"""The session as Python code uses it: methods, answers with undo, one event a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest

import stack_magic
from stack_magic.enums import StackComponentType
from stack_magic.errors import (
    InUseError,
    InvalidConfigurationError,
    InvalidFlavorError,
    InvalidNameError,
    InvalidStackError,
    NameTakenError,
    StackMagicError,
    UnknownNameError,
)
from stack_magic.session import (
    ActivateStack,
    CheckComponent,
    DeleteComponent,
    DeleteFlavor,
    DeleteStack,
    GetComponent,
    GetStack,
    ListStacks,
    RegisterComponent,
    RegisterFlavor,
    RegisterStack,
    RemoveAttributes,
    RenameComponent,
    RunPipeline,
    Session,
    UpdateComponent,
    UpdateStack,
    ValidateStack,
)
from tests.sample_flavors import DeeperLake, Lake, LouderPager, Pager, plain

if TYPE_CHECKING:
    from pathlib import Path

    from stack_magic.session import Command
    from stack_magic.stack import Snapshot

STORE, ALERTER = StackComponentType.ARTIFACT_STORE, StackComponentType.ALERTER
PROD: dict[str, Any] = {
    "orchestrator": "default",
    "artifact_store": "blue",
    "metadata_store": "default",
}


def test_a_session_begins_with_a_stack_that_can_run(fresh: Session) -> None:
    stack = fresh.active_stack
    assert stack.name == "default"
    assert [str(kind) for kind in stack.components] == list(PROD)
    report: Any = fresh.apply(ValidateStack())
    assert report.ok


def test_a_kernel_has_one_session() -> None:
    assert stack_magic.session() is stack_magic.session()


def test_from_a_class_to_the_active_stack_in_four_calls(fresh: Session) -> None:
    fresh.register_flavor(Lake)
    fresh.register_component("artifact_store", "blue", flavor="lake", path="/b", tags=["x"])
    fresh.register_stack("prod", **PROD)
    fresh.activate("prod")
    assert fresh.active_stack.artifact_store.tags == ["x"]
    assert fresh.stack("default").artifact_store.name == "default"


def test_a_type_may_be_written_with_a_dash(fresh: Session) -> None:
    fresh.register_flavor(Lake)
    fresh.register_component("artifact-store", "blue", flavor="lake", path="/b")
    assert fresh.registry.snapshot.component(STORE, "blue").component.name == "blue"


@pytest.mark.parametrize(
    ("kind", "hint"), [("artefact_store", "did you mean 'artifact_store'"), ("zzz", "known: orch")]
)
def test_an_unknown_type_is_named(fresh: Session, kind: str, hint: str) -> None:
    with pytest.raises(
        UnknownNameError, match=f"no component type is called '{kind}'\nhint: {hint}"
    ):
        fresh.register_component(kind, "x", flavor="y")


def test_a_stack_can_be_active_from_the_start(furnished: Session) -> None:
    furnished.register_stack("prod", activate=True, **PROD)
    assert furnished.active_stack.name == "prod"


def test_the_decorator_registers_at_once() -> None:
    stack_magic.session.cache_clear()
    assert stack_magic.flavor(Lake) is Lake
    assert (STORE, "lake") in stack_magic.session().registry.snapshot.flavors
    stack_magic.session.cache_clear()


def test_the_decorator_refuses_with_every_reason(fresh: Session) -> None:
    class Bare:
        pass

    with pytest.raises(InvalidFlavorError, match="Bare is not a stack component: it has no TYPE"):
        fresh.register_flavor(Bare)


def test_the_repr_counts(furnished: Session) -> None:
    assert repr(furnished) == (
        "<Session: <Registry: 13 flavors, 5 components, 1 stacks>, active stack default>"
    )


# Undo.


def test_an_undo_takes_the_change_back(furnished: Session) -> None:
    before = plain(furnished.registry.snapshot)
    answer: Any = furnished.apply(RenameComponent(ALERTER, "ops", "night"))
    answer.undo()
    assert plain(furnished.registry.snapshot) == before


def test_an_answer_without_a_change_has_no_undo(furnished: Session) -> None:
    commands: list[Command] = [ListStacks(), GetStack(), GetComponent(ALERTER)]
    for command in [*commands, RenameComponent(ALERTER, "ops", "ops")]:
        answer: Any = furnished.apply(command)
        assert answer.undo is None


def test_an_undo_leaves_what_came_after(furnished: Session) -> None:
    answer: Any = furnished.apply(RegisterComponent(ALERTER, "night", "pager"))
    furnished.apply(RegisterComponent(ALERTER, "day", "pager"))
    answer.undo()
    assert furnished.registry.snapshot.component_names(ALERTER) == ["day", "ops"]


def test_an_undo_keeps_the_look_alikes_right(furnished: Session) -> None:
    answer: Any = furnished.apply(RegisterComponent(ALERTER, "horn", "pager"))
    furnished.apply(RegisterComponent(ALERTER, "HORN", "pager"))
    answer.undo()
    answer = furnished.apply(RegisterComponent(ALERTER, "horn", "pager"))
    assert "looks like 'HORN'" in repr(answer)


def test_an_undo_works_once(furnished: Session) -> None:
    answer: Any = furnished.apply(RegisterComponent(ALERTER, "night", "pager"))
    answer.undo()
    with pytest.raises(InUseError, match="this change is undone already"):
        answer.undo()


def test_an_undo_is_refused_when_the_same_was_changed_since(furnished: Session) -> None:
    first: Any = furnished.apply(UpdateComponent(ALERTER, "ops", {"channel": "a"}))
    second: Any = furnished.apply(UpdateComponent(ALERTER, "ops", {"channel": "b"}))
    with pytest.raises(InUseError, match="component 'ops' was changed since"):
        first.undo()
    second.undo()
    first.undo()
    assert not furnished.registry.snapshot.component(ALERTER, "ops").configuration


def test_an_undo_is_refused_while_others_use_it(fresh: Session) -> None:
    flavor: Any = fresh.register_flavor(Lake)
    component: Any = fresh.register_component("artifact_store", "blue", flavor="lake", path="/b")
    stack: Any = fresh.register_stack("prod", **PROD)
    fresh.activate("prod")
    for answer, reason in [
        (flavor, "artifact_store flavor 'lake' is used by 'blue'"),
        (component, "artifact_store 'blue' is used by stack 'prod'"),
        (stack, "stack 'prod' would be active without being registered"),
    ]:
        with pytest.raises(InUseError, match=reason):
            answer.undo()
    assert fresh.active_stack.name == "prod"


def test_an_undo_of_a_definition_is_refused_while_components_are_of_it(furnished: Session) -> None:
    answer: Any = furnished.register_flavor(DeeperLake)
    furnished.apply(RegisterComponent(STORE, "deep", "lake", {"path": "/d"}))
    with pytest.raises(InUseError, match="'deep' was made of the present class of flavor 'lake'"):
        answer.undo()
    furnished.apply(DeleteComponent(STORE, "deep"))
    answer.undo()
    assert furnished.registry.snapshot.flavor(STORE, "lake").cls is Lake


def test_an_undo_of_activating_gives_the_former_stack_back(furnished: Session) -> None:
    furnished.register_stack("prod", **PROD)
    answer: Any = furnished.activate("prod")
    answer.undo()
    assert furnished.active_stack.name == "default"


# One event a change.


@pytest.fixture
def seen(furnished: Session) -> list[tuple[Snapshot, Snapshot]]:
    changes: list[tuple[Snapshot, Snapshot]] = []
    furnished.registry.observe(lambda c: changes.append((c.old, c.new)), "snapshot")
    return changes


def test_a_change_is_told_once_with_old_and_new(
    furnished: Session, seen: list[tuple[Snapshot, Snapshot]]
) -> None:
    before = furnished.registry.snapshot
    furnished.register_flavor(LouderPager)
    assert seen == [(before, furnished.registry.snapshot)]
    assert seen[0][0] is before


def test_an_undo_is_told_too(furnished: Session, seen: list[tuple[Snapshot, Snapshot]]) -> None:
    answer: Any = furnished.register_stack("prod", **PROD)
    answer.undo()
    assert [len(new.stacks) - len(old.stacks) for old, new in seen] == [1, -1]


def test_nothing_is_told_when_nothing_changes(
    furnished: Session, seen: list[tuple[Snapshot, Snapshot]]
) -> None:
    furnished.register_flavor(Pager)
    furnished.apply(ListStacks())
    furnished.preview(RegisterComponent(ALERTER, "night", "pager"))
    with pytest.raises(NameTakenError, match="alerter 'ops' is already registered"):
        furnished.apply(RegisterComponent(ALERTER, "ops", "pager", {"retries": "9"}))
    assert not seen


def test_the_same_registration_again_is_fine(
    furnished: Session, seen: list[tuple[Snapshot, Snapshot]]
) -> None:
    """A cell that registers runs again: Run All must not stop there."""
    slots = dict(furnished.registry.snapshot.slots("default"))
    again: Any = furnished.apply(RegisterComponent(ALERTER, "ops", "pager"))
    assert "already registered with these values" in repr(again)
    again = furnished.apply(RegisterStack("default", slots))
    assert "already registered with these components" in repr(again)
    assert not seen


# Preview.

REFUSED: list[Command] = [
    RegisterFlavor(ALERTER, "Lake", Lake),
    RegisterFlavor(None, "nobody"),
    RegisterFlavor(None, "not a name"),
    DeleteFlavor(ALERTER, "pager"),
    DeleteFlavor(STORE, "local"),
    RegisterComponent(ALERTER, "ops", "pager", {"retries": "9"}),
    RegisterComponent(ALERTER, "a b", "pager"),
    RegisterComponent(ALERTER, "night", "pagr"),
    RegisterComponent(ALERTER, "night", "pager", {"retries": "many", "chanel": "x"}),
    RegisterComponent(ALERTER, "night", "pager", {"token": "hunter2"}),
    UpdateComponent(STORE, "blue", {"path": "relative", "retries": "-1"}),
    UpdateComponent(STORE, "blue"),
    RemoveAttributes(STORE, "blue", ("path", "pth")),
    DeleteComponent(STORE, "default"),
    RegisterStack("prod", {STORE: "bleu"}),
    UpdateStack("default", {STORE: "ops"}),
    DeleteStack("default"),
    ActivateStack("nobody"),
]


@pytest.mark.parametrize("command", REFUSED, ids=str)
def test_a_preview_reports_what_apply_would_raise(furnished: Session, command: Command) -> None:
    snapshot = furnished.registry.snapshot
    report = furnished.preview(command)
    with pytest.raises(StackMagicError, match=r"\w") as refused:
        furnished.apply(command)
    assert report.errors
    for found in report.errors:
        assert found.message in str(refused.value)
    assert furnished.registry.snapshot is snapshot


def test_a_preview_of_what_fits_changes_nothing(furnished: Session) -> None:
    snapshot = furnished.registry.snapshot
    slots = {StackComponentType(kind): name for kind, name in PROD.items()}
    commands: list[Command] = [
        RegisterFlavor(None, "DeeperLake", DeeperLake),
        RegisterComponent(ALERTER, "night", "pager"),
        RegisterStack("prod", slots, activate=True),
        RenameComponent(ALERTER, "ops", "night"),
        DeleteComponent(ALERTER, "ops"),
    ]
    assert all(furnished.preview(command).ok for command in commands)
    assert furnished.registry.snapshot is snapshot


def test_a_preview_has_the_warnings_of_what_fits(furnished: Session) -> None:
    report = furnished.preview(RegisterComponent(ALERTER, "OPS", "pager"))
    assert report.ok
    assert [d.code for d in report.warnings] == ["look-alike"]


def test_a_preview_runs_and_writes_nothing(fresh: Session, tmp_path: Path) -> None:
    ran: list[int] = []

    @stack_magic.pipeline
    def train() -> None:
        ran.append(1)

    fresh.namespace = {"train": train}
    fresh.register_component("artifact_store", "files", flavor="local", path=str(tmp_path / "a"))
    assert fresh.preview(RunPipeline("train")).ok
    assert fresh.preview(CheckComponent(STORE, "files")).ok
    assert not fresh.preview(RunPipeline("train", stack="nobody")).ok
    assert not ran
    assert not list(tmp_path.iterdir())


def test_a_report_says_which_option_it_is_about(furnished: Session) -> None:
    command = RegisterComponent(ALERTER, "night", "pager", {"retries": "x", "chanel": "y"})
    report = furnished.preview(command)
    assert sorted(d.subject for d in report.errors) == ["chanel", "retries"]
    with pytest.raises(InvalidConfigurationError, match="does not fit flavor 'pager'") as refused:
        furnished.apply(command)
    assert refused.value.report == report


def test_a_refused_stack_carries_its_report(furnished: Session) -> None:
    with pytest.raises(
        InvalidStackError, match="needs one orchestrator\n    fix: -o default"
    ) as refused:
        furnished.register_stack("prod", artifact_store="bleu")
    assert refused.value.report is not None
    assert len(refused.value.report.errors) == 3


@pytest.mark.parametrize("name", [None, 3, ["a"]])
def test_what_is_no_text_names_nothing(fresh: Session, name: Any) -> None:
    with pytest.raises(InvalidNameError, match="a name is text"):
        fresh.activate(name)
    with pytest.raises(InvalidNameError, match="a name is text"):
        fresh.register_component("alerter", "one", flavor=name)
    with pytest.raises(InvalidNameError, match="a name is text"):
        fresh.register_stack("prod", orchestrator=name)


def test_a_field_may_be_called_type(fresh: Session) -> None:
    class Typed(Pager):
        FLAVOR: ClassVar[str] = "typed"
        type: str = "a"

    fresh.register_flavor(Typed)
    fresh.register_component("alerter", "one", flavor="typed", type="b")
    component: Any = fresh.registry.snapshot.component(StackComponentType.ALERTER, "one").component
    assert component.type == "b"
