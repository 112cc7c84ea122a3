"""The form of a component: every kind of field, live, in the words of the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from ipywidgets.widgets.widget import _instances
from pydantic import Field

from stack_magic.enums import StackComponentType
from stack_magic.grammar import parse
from stack_magic.session import RegisterFlavor, UpdateComponent
from stack_magic_widgets import ComponentForm
from tests.widgets.conftest import Every
from tests.widgets.hands import (
    NEEDED,
    by_reference,
    control,
    give_secret,
    line,
    note,
    registered,
    shown_by,
    state_of,
    status,
    type_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.session import Session
    from stack_magic_widgets._component_part import ComponentPart

STORE = StackComponentType.ARTIFACT_STORE
CANARY = "hunter2-SEKRET"


@pytest.fixture
def form(session: Session) -> Iterator[ComponentForm]:
    made = ComponentForm("artifact_store", flavor="every", session=session)
    yield made
    made.close()


@pytest.fixture
def part(form: ComponentForm) -> ComponentPart:
    return form.part


def test_a_field_says_what_it_means(part: ComponentPart) -> None:
    assert "Where it all is" in note(part, "bucket")
    assert control(part, "bucket").box.placeholder == "for example my-bucket"
    assert control(part, "workers").box.description == "Uploads [threads]"
    assert "default: 4" in note(part, "workers")
    assert "≥ 1, ≤ 64" in note(part, "workers")


def test_what_is_missing_is_a_hint_before_and_an_error_after(part: ComponentPart) -> None:
    assert "○ is required" in note(part, "bucket")
    type_in(part, bucket="x")
    type_in(part, bucket="")
    assert "✕ is required" in note(part, "bucket")
    assert part.act.disabled


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("bucket", "Bad Bucket", "must match"),
        ("workers", "many", "must be a whole number"),
        ("workers", "99", "must be at most 64"),
        ("workers", "@env:NOT_THERE", "'NOT_THERE' is not set"),
        ("workers", "@nonsense:x", "no form of reference"),
        ("workers", "{1 + 1}", "no line evaluates it"),
        ("note", "LOUD", "a note is not shouted"),
        ("ports", "80\nhttp", "must be a whole number"),
        ("labels", "team", "line 1 must be key=value"),
        ("labels", "a=1\na=2", "'a' is given twice"),
        ("endpoint", "nowhere", "URL"),
        ("since", "yesterday", "date"),
    ],
)
def test_a_bad_value_is_said_below_its_field(
    part: ComponentPart, name: str, value: str, words: str
) -> None:
    type_in(part, name="lake", **{**NEEDED, name: value})
    assert "✕" in note(part, name)
    assert words in note(part, name)
    assert status(part) == "✕ 1 to mend"
    assert part.act.disabled


def test_a_bad_value_in_a_nested_field_is_said_there(part: ComponentPart) -> None:
    type_in(part, name="lake", **NEEDED)
    control(part, "retry", "attempts").box.value = "0"
    assert "✕ must be at least 1" in note(part, "retry", "attempts")
    assert "✕" not in note(part, "retry", "backoff")


def test_a_union_has_the_fields_of_the_chosen_model(part: ComponentPart) -> None:
    type_in(part, name="lake", **NEEDED)
    control(part, "login").choice.value = "key"
    control(part, "login", "key", "key").box.value = "ab"
    assert "✕ must have at least 3 characters" in note(part, "login", "key", "key")
    control(part, "login").choice.value = "profile"
    control(part, "login", "profile", "profile").box.value = "me"
    assert status(part) == "✓ ready"
    assert """--login='{"kind": "profile", "profile": "me"}'""" in line(part)


def test_the_line_does_what_the_button_does(part: ComponentPart, session: Session) -> None:
    _fill(part)
    typed = line(part)
    part.act.click()
    by_hand = registered(session, "lake")
    magic, _, rest = typed.replace(" lake ", " again ").removeprefix("%").partition(" ")
    session.apply(parse(magic, rest))
    by_line = registered(session, "again")
    leave = {"name", "uuid"}
    assert by_hand.model_dump(exclude=leave) == by_line.model_dump(exclude=leave)


def _fill(part: ComponentPart) -> None:
    type_in(
        part,
        name="lake",
        **NEEDED,
        workers="8",
        mode="fast",
        level="2",
        region="us-east-1",
        note="quiet",
        tags="one\ntwo words",
        ports="80\n443",
        labels="team=ai\nx=1",
        folder="elsewhere",
        endpoint="https://example.org/a",
        since="2026-01-31T12:00",
    )
    control(part, "verbose").box.value = True
    control(part, "retry", "attempts").box.value = "5"
    control(part, "login").choice.value = "profile"
    control(part, "login", "profile", "profile").box.value = "me"


def test_what_is_left_alone_is_not_on_the_line(part: ComponentPart) -> None:
    type_in(part, name="lake", **NEEDED)
    assert line(part) == "%artifact_store register lake --flavor=every --path=/x --bucket=good"


def test_after_registering_the_form_changes_the_component(
    part: ComponentPart, session: Session
) -> None:
    type_in(part, name="lake", **NEEDED, workers="8")
    part.act.click()
    assert status(part) == "no changes yet"
    type_in(part, workers="")
    type_in(part, note="new")
    assert line(part) == "%artifact_store update lake --note=new --remove workers"
    part.act.click()
    assert registered(session, "lake").workers == 4
    assert registered(session, "lake").note == "new"


@pytest.mark.parametrize("name", ["mode", "region", "verbose", "retry", "login"])
def test_a_field_without_text_takes_a_reference_too(
    part: ComponentPart, session: Session, name: str
) -> None:
    values: dict[str, Any] = {
        "mode": "fast",
        "region": "us-east-1",
        "verbose": "true",
        "retry": {"attempts": 7},
        "login": {"kind": "profile", "profile": "me"},
    }
    session.namespace = {"chosen": values[name]}
    type_in(part, name="lake", **NEEDED)
    by_reference(part, name).switch.value = True
    by_reference(part, name).box.value = "$chosen"
    assert line(part).endswith(f"--{name}=$chosen")
    part.act.click()
    assert getattr(registered(session, "lake"), name) != getattr(Every, name, None)
    assert status(part) == "no changes yet"


def test_a_text_field_takes_every_form_of_reference(
    part: ComponentPart, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKERS", "16")
    type_in(part, name="lake", **NEEDED, workers="@env:WORKERS", note="{{lake.note}}")
    assert status(part) == "✓ ready"
    part.act.click()
    assert registered(session, "lake").workers == 16
    assert "--workers=@env:WORKERS" in session.history.lines()[-1]


def test_quotes_give_the_empty_text(part: ComponentPart, session: Session) -> None:
    type_in(part, name="lake", **NEEDED, note="''")
    part.act.click()
    assert registered(session, "lake").note == ""


def test_another_flavor_keeps_what_fits(part: ComponentPart) -> None:
    type_in(part, name="lake", **NEEDED, workers="6", note="kept")
    part._widgets.flavor.value = "fewer"
    assert control(part, "note").box.value == "kept"
    assert "✕ must be at least 8" in note(part, "workers")
    part._widgets.flavor.value = "local"
    assert part._values.box is not None
    assert list(part._values.box.controls) == ["path"]
    assert control(part, "path").box.value == "/x"


def test_a_name_is_looked_at_beside_the_fields(part: ComponentPart, session: Session) -> None:
    session.register_component("artifact_store", "taken", flavor="local", path="/y")
    type_in(part, name="taken", path="/x", bucket="BAD")
    assert "is already registered" in shown_by(part)
    assert "✕ must match" in note(part, "bucket")
    type_in(part, name="no way")
    assert "cannot be a name" in shown_by(part)


def test_a_flavor_that_is_defined_again_changes_an_open_form(
    part: ComponentPart, session: Session
) -> None:
    type_in(part, name="lake", **NEEDED, note="kept")

    class Again(Every):
        FLAVOR: ClassVar[str] = "every"
        owner: str = Field(description="Who pays")

    session.apply(RegisterFlavor(STORE, "Every", Again))
    assert "Who pays" in note(part, "owner")
    assert control(part, "note").box.value == "kept"
    assert part.act.disabled


def test_a_bug_in_a_validator_is_said_in_the_form(session: Session) -> None:
    class Broken(Every):
        FLAVOR: ClassVar[str] = "broken"

        def model_post_init(self, context: Any) -> None:
            if self.note:
                raise RuntimeError

    session.register_flavor(Broken)
    form = ComponentForm("artifact_store", flavor="broken", session=session)
    type_in(form.part, name="lake", **NEEDED, note="x")
    assert "Broken (flavor 'broken') failed while it validated" in shown_by(form)
    assert form.part.act.disabled


def test_a_secret_is_in_no_state_no_line_and_no_document(
    form: ComponentForm, part: ComponentPart, session: Session
) -> None:
    type_in(part, name="lake", **NEEDED)
    give_secret(part, CANARY, "token")
    control(part, "login").choice.value = "key"
    control(part, "login", "key", "key").box.value = "abc"
    give_secret(part, CANARY, "login", "key", "secret")
    assert line(part).endswith(
        """--token=@prompt --login='{"kind": "key", "key": "abc", "secret": "@prompt"}'"""
    )
    part.act.click()
    told = [state_of(form.widget), repr(form), form._repr_mimebundle_()["text/html"]]
    told += session.history.lines()
    assert CANARY not in "\n".join(told)
    component = registered(session, "lake")
    assert component.token.get_secret_value() == CANARY
    assert component.login.secret.get_secret_value() == CANARY


def test_a_secret_that_does_not_fit_is_refused_without_being_shown(part: ComponentPart) -> None:
    type_in(part, name="lake", **NEEDED)
    give_secret(part, "short", "token")
    assert "✕" in note(part, "token")
    assert "short" not in note(part, "token")
    assert part.act.disabled


def test_a_reference_typed_for_a_secret_is_shown(
    part: ComponentPart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", CANARY)
    type_in(part, name="lake", **NEEDED)
    give_secret(part, "@env:TOKEN", "token")
    assert line(part).endswith("--token=@env:TOKEN")
    assert "✓ from @env:TOKEN" in shown_by(part)


def test_a_registered_secret_stays_until_another_is_typed(
    part: ComponentPart, session: Session
) -> None:
    type_in(part, name="lake", **NEEDED)
    give_secret(part, CANARY, "token")
    part.act.click()
    form = ComponentForm("artifact_store", name="lake", session=session)
    assert status(form.part) == "no changes yet"
    give_secret(form.part, "another-SEKRET", "token")
    assert line(form.part) == "%artifact_store update lake --token=@prompt"
    form.part.act.click()
    assert registered(session, "lake").token.get_secret_value() == "another-SEKRET"


def test_the_document_says_what_the_form_shows(form: ComponentForm, part: ComponentPart) -> None:
    type_in(part, name="lake", path="/x", workers="99")
    told = repr(form)
    assert "new artifact_store: lake (flavor every)" in told
    assert "default: safe" in told
    assert "workers: must be at most 64, not '99'" in told
    assert "%artifact_store register lake --flavor=every --path=/x --workers=99" in told


def test_an_unchanged_registration_is_no_error(session: Session) -> None:
    session.register_component("artifact_store", "lake", flavor="every", **NEEDED)
    form = ComponentForm("artifact_store", name="lake", session=session)
    assert form.part.act.description == "Update"
    assert form.part._widgets.name.disabled
    assert control(form.part, "bucket").box.value == "good"


def test_a_component_that_is_changed_elsewhere_is_followed(session: Session) -> None:
    session.register_component("artifact_store", "lake", flavor="every", **NEEDED)
    form = ComponentForm("artifact_store", name="lake", session=session)
    type_in(form.part, note="mine")
    session.apply(UpdateComponent(STORE, "lake", {"workers": "9", "note": "theirs"}))
    assert control(form.part, "workers").box.value == "9"
    assert line(form.part) == "%artifact_store update lake --note=mine"


def test_another_flavor_leaves_no_widgets_behind(part: ComponentPart) -> None:
    part._widgets.flavor.value = "fewer"
    before = len(_instances)
    for flavor in ("every", "fewer", "every", "fewer"):
        part._widgets.flavor.value = flavor
    assert len(_instances) == before
