"""How a component changes: mended when stale, built anew when copied, compared when rerun."""

from __future__ import annotations

import re
from contextlib import chdir
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from pydantic import PrivateAttr, field_validator

from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.enums import StackComponentType
from stack_magic.errors import (
    FlavorFailedError,
    InvalidPipelineError,
    LineError,
    NameTakenError,
    ReferenceRefusedError,
    StackMagicError,
)
from stack_magic.grammar import complete, parse
from stack_magic.session import RegisterComponent, Session
from tests.sample_flavors import Pager

ALERTER = StackComponentType.ALERTER
STORE = StackComponentType.ARTIFACT_STORE


class First(Pager):
    FLAVOR = "changing"
    route: str = "a"


class Second(Pager):
    FLAVOR = "changing"
    level: int


@pytest.fixture
def stale(fresh: Session) -> Session:
    """Return a session with a component whose class lost a field and gained one."""
    fresh.register_flavor(First)
    fresh.apply(parse("alerter", "register a1 --flavor=changing --route=b"))
    answer = fresh.register_flavor(Second)
    assert "%alerter update a1 --level=VALUE" in repr(answer)
    return fresh


def _of(session: Session, name: str) -> Any:
    return session.registry.snapshot.component(ALERTER, name).component


def test_the_printed_fix_mends_a_stale_component(stale: Session) -> None:
    assert "%alerter update a1 --level=VALUE" in repr(stale.apply(parse("alerter", "describe a1")))
    answer = stale.apply(parse("alerter", "update a1 --level=3"))
    assert "dropped route: no field of Second" in repr(answer)
    assert isinstance(_of(stale, "a1"), Second)
    assert "stale" not in repr(stale.apply(parse("alerter", "describe a1")))


def test_a_field_of_the_former_class_can_be_removed(fresh: Session) -> None:
    fresh.register_flavor(First)
    fresh.apply(parse("alerter", "register a1 --flavor=changing --route=b"))

    class Third(Pager):
        FLAVOR = "changing"

    assert "%alerter remove-attribute a1 --route" in repr(fresh.register_flavor(Third))
    fresh.apply(parse("alerter", "remove-attribute a1 --route"))
    assert isinstance(_of(fresh, "a1"), Third)


def test_completion_offers_the_fields_of_the_present_class(stale: Session) -> None:
    words = {item.text for item in complete("alerter", "update a1 --", stale).items}
    assert "--level" in words
    assert "--route" not in words


def test_a_line_run_again_compares_what_its_variable_is_now(furnished: Session) -> None:
    again = parse("alerter", "register night -f pager --retries=$n")
    furnished.namespace = {"n": 1}
    furnished.apply(again)
    assert "already registered with these values" in repr(furnished.apply(again))
    furnished.namespace = {"n": 2}
    with pytest.raises(NameTakenError, match="%alerter update night"):
        furnished.apply(again)


def test_a_list_that_changes_later_changes_no_component(fresh: Session) -> None:
    class Loose(Pager):
        FLAVOR = "loose"
        value: Any = None

    fresh.register_flavor(Loose)
    given = {"a": [1]}
    command = RegisterComponent(ALERTER, "x", "loose", {"value": given})
    fresh.apply(command)
    given["a"].append(2)
    assert _of(fresh, "x").value == {"a": [1]}
    with pytest.raises(NameTakenError, match="already registered"):
        fresh.apply(command)


class Opening(Pager):
    FLAVOR = "opening"
    _opened: list[int] = PrivateAttr(default_factory=list)


@pytest.mark.parametrize(("verb", "opened"), [("copy", []), ("rename", [1])])
def test_a_copy_opens_its_own_and_a_renamed_component_goes_on(
    fresh: Session, verb: str, opened: list[int]
) -> None:
    fresh.register_flavor(Opening)
    fresh.apply(parse("alerter", "register one --flavor=opening --channel=attic"))
    one = _of(fresh, "one")
    one._opened.append(1)
    fresh.apply(parse("alerter", f"{verb} one two"))
    two = _of(fresh, "two")
    assert (two.channel, two._opened) == ("attic", opened)
    assert (two.uuid == one.uuid) is (verb == "rename")


class Here(LocalArtifactStore):
    FLAVOR = "here"
    note: str = ""


@pytest.mark.parametrize("line", ["copy one two", "rename one two", "update one --note=b"])
def test_a_relative_path_stays_where_it_was_made(
    fresh: Session, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "first")
    fresh.register_flavor(Here)
    fresh.apply(parse("artifact_store", "register one --flavor=here --path=data"))
    monkeypatch.chdir(tmp_path / "second")
    fresh.apply(parse("artifact_store", line))
    name = "one" if line.startswith("update") else "two"
    component: Any = fresh.registry.snapshot.component(STORE, name).component
    assert component._made_in == str(tmp_path / "first")


class Setting(Pager):
    FLAVOR = "setting"

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.conn = 3


def test_a_flavor_that_sets_itself_is_told_of_private_attributes(fresh: Session) -> None:
    fresh.register_flavor(Setting)
    with pytest.raises(FlavorFailedError, match=r"sets self\.conn, but a component is frozen") as e:
        fresh.apply(parse("alerter", "register x --flavor=setting"))
    assert "_conn: Any = PrivateAttr" in str(e.value)


class Broken:
    @property
    def x(self) -> int:
        raise OSError


def test_a_property_that_raises_is_a_refused_reference(furnished: Session) -> None:
    furnished.namespace = {"pp": Broken()}
    with pytest.raises(ReferenceRefusedError, match=r"\{pp\.x\} raised OSError"):
        furnished.apply(parse("alerter", "register night -f pager --channel={pp.x}"))


@pytest.mark.parametrize("text", ["{Path.home()}", "{a@b}", "{f'{x}'}"])
def test_an_expression_that_runs_code_is_refused(text: str) -> None:
    with pytest.raises(LineError, match="no line runs it\nhint: assign it first"):
        parse("alerter", f'register night -f pager "--channel={text}"')


def test_what_looks_like_an_expression_can_be_text() -> None:
    command = RegisterComponent(ALERTER, "x", "pager", {"channel": "{a + b}"})
    assert parse("alerter", str(command).removeprefix("%alerter ")) == command


class Loud(Pager):
    FLAVOR = "loud"
    verbose: bool = False

    @field_validator("channel")
    @classmethod
    def _quiet(cls, value: str) -> str:
        return value


@pytest.mark.parametrize(("flag", "value"), [("--verbose", True), ("--no-verbose", False)])
def test_a_bare_option_is_a_bool(fresh: Session, flag: str, value: bool) -> None:
    fresh.register_flavor(Loud)
    command = parse("alerter", f"register x --flavor=loud {flag}")
    assert str(command).endswith(flag)
    fresh.apply(command)
    assert _of(fresh, "x").verbose is value


@pytest.mark.parametrize("rest", ["--retries", "--retries --channel=a", "--no-retries"])
def test_another_bare_option_needs_a_value(fresh: Session, rest: str) -> None:
    fresh.register_flavor(Loud)
    with pytest.raises(LineError, match="retries needs a value"):
        fresh.apply(parse("alerter", f"register x --flavor=loud {rest}"))


def test_a_misspelled_flavor_option_is_named() -> None:
    with pytest.raises(LineError, match=r"no option --flavr, .*\nhint: did you mean --flavor"):
        parse("alerter", "register x --flavr=pager")


def test_a_required_slot_cannot_be_emptied(fresh: Session) -> None:
    with pytest.raises(StackMagicError, match="orchestrator is required in stack 'default'") as e:
        fresh.apply(parse("stack", "remove-component default -o"))
    assert "%stack update default -o NAME" in str(e.value)


def test_an_updated_stack_can_become_the_active_one(fresh: Session) -> None:
    fresh.apply(parse("stack", "copy default prod"))
    command = parse("stack", "update prod -o default --set")
    assert str(command) == "%stack update prod -o default --set"
    fresh.apply(command)
    assert fresh.registry.snapshot.active == "prod"


def test_a_pipeline_is_run_with_the_values_of_variables(
    fresh: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stack_magic.pipelines import pipeline, step

    seen: list[Any] = []

    @step(cache=False)
    def note(value: Any) -> int:
        seen.append(value)
        return 1

    @pipeline
    def train(x: Any = 1) -> None:
        note(x)

    monkeypatch.chdir(tmp_path)
    fresh.namespace = {"train": train, "n": [1, 2]}
    fresh.apply(parse("pipeline", "run train --x=$n"))
    assert seen == [[1, 2]]
    fresh.active_stack.metadata_store.close()


@pytest.mark.parametrize(
    ("default", "typed", "value"),
    [
        (3, "5", 5),
        (3, "2.5", 2.5),
        (3.0, "5", 5.0),
        (True, "no", False),
        ("a", "5", "5"),
        ((1,), "[1, 2]", (1, 2)),
        ({}, '{"a": 1}', {"a": 1}),
        (Path("a"), "b", Path("b")),
        (None, "5", 5),
        (None, "null", None),
        (None, "five", "five"),
        (None, "007", "007"),
    ],
)
def test_what_is_typed_for_a_parameter_is_read_as_its_default_tells(
    fresh: Session, tmp_path: Path, default: Any, typed: str, value: Any
) -> None:
    from stack_magic.pipelines import pipeline, step

    seen: list[Any] = []

    @step(cache=False)
    def note(x: Any) -> None:
        seen.append(x)

    @pipeline
    def train(x=default) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - untyped
        note(x)

    fresh.namespace = {"train": train}
    with chdir(tmp_path):
        fresh.apply(parse("pipeline", f"run train --x='{typed}'"))
    fresh.active_stack.metadata_store.close()
    assert seen == [value]
    assert type(seen[0]) is type(value)


class Mode(StrEnum):
    FAST = "fast"
    EXACT = "exact"


def test_a_text_of_an_enum_is_its_member() -> None:
    from stack_magic.pipelines import pipeline

    @pipeline
    def train(mode=Mode.FAST) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - untyped
        """Do nothing."""

    assert train.typed({"mode": "exact"}, ["mode"])["mode"] is Mode.EXACT


@pytest.mark.parametrize(
    ("default", "typed", "refusal"),
    [
        (3, "--rate=x", ("takes int, not 'x': its default is 3", "--rate=3")),
        (3, "--rate=true", ("takes int, not 'true'", "--rate=3")),
        (3, "--rate", ("--rate stands alone, and 'rate' takes int", "--rate=3")),
        (0.5, "--rate=x", ("takes float, not 'x'", "--rate=0.5")),
        (0.5, "--rate", ("--rate stands alone", "--rate=0.5")),
        (True, "--rate=maybe", ("takes bool, not 'maybe'", "--rate=true")),
        ("a", "--rate", ("--rate stands alone, and 'rate' takes str", "--rate=VALUE")),
        ([1], "--rate=x", ("takes list, not 'x'", "--rate='[1, 2]'")),
        ({}, "--rate=[1]", ("takes dict, not '[1]'", """--rate='{"a": 1}'""")),
        (Mode.FAST, "--rate=slow", ("takes Mode, not 'slow'", "--rate=VALUE")),
    ],
)
@pytest.mark.parametrize("annotated", [False, True])
def test_what_is_of_another_type_than_the_parameter_is_refused(
    fresh: Session, default: Any, typed: str, refusal: tuple[str, str], *, annotated: bool
) -> None:
    from stack_magic.pipelines import pipeline

    def train(rate=default) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - untyped
        """Do nothing."""

    told, example = refusal
    if annotated:
        train.__annotations__["rate"] = type(default)
        told = told.partition(": its default")[0]
    fresh.namespace = {"train": pipeline(train)}
    with pytest.raises(InvalidPipelineError, match=re.escape(told)) as refused:
        fresh.apply(parse("pipeline", f"run train {typed}"))
    assert "'train'" in refused.value.message
    assert example in (refused.value.hint or "")


def test_a_refused_parameter_that_looks_secret_is_not_shown() -> None:
    from stack_magic.pipelines import pipeline

    @pipeline
    def train(token=3) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - untyped
        """Do nothing."""

    with pytest.raises(InvalidPipelineError, match="takes int, not this value") as refused:
        train.typed({"token": "hunter2"}, ["token"])
    assert "hunter2" not in str(refused.value)


def test_a_parameter_may_be_called_name(fresh: Session, tmp_path: Path) -> None:
    from stack_magic.pipelines import pipeline, step

    seen: list[Any] = []

    @step(cache=False)
    def greet(name: str) -> None:
        seen.append(name)

    @pipeline
    def train(name: str = "you") -> None:
        greet(name)

    fresh.namespace = {"train": train}
    with chdir(tmp_path):
        fresh.apply(parse("pipeline", "run train --name=x"))
        train.run(name="y")
        session_run = fresh.run_pipeline(train, parameters={"name": "z"})
    fresh.active_stack.metadata_store.close()
    assert session_run.parameters == {"name": "z"}
    assert seen == ["x", "y", "z"]


def test_a_secret_is_no_parameter_of_a_pipeline(
    fresh: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parameters are recorded: the value would stand in the metadata in clear."""
    from stack_magic.pipelines import pipeline

    @pipeline
    def train(x: str = "") -> None:
        """Do nothing."""

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORD", "hunter2-SEKRET")
    fresh.namespace = {"train": train}
    with pytest.raises(ReferenceRefusedError, match="parameters are recorded") as refused:
        fresh.apply(parse("pipeline", "run train --x=@env:WORD"))
    assert "hunter2" not in str(refused.value)
    assert not list(tmp_path.iterdir())
