"""A stack is used with its secrets; what is missing is said, with the line to type."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from pydantic import Field

from stack_magic import get_step_context, pipeline, step
from stack_magic.enums import StackComponentType
from stack_magic.errors import InvalidStackError, UnknownNameError
from stack_magic.grammar import parse
from stack_magic.secrets_managers import LocalSecretsManager, Secret
from stack_magic.session._ready import stopping_stack
from tests.sample_flavors import Pager

if TYPE_CHECKING:
    from pathlib import Path

    from stack_magic.session import Session
    from stack_magic.stack import Snapshot

CANARY = "hunter2-SEKRET"
METADATA_STORE = StackComponentType.METADATA_STORE


@step(cache=False)
def opens() -> int:
    token = get_step_context().stack.alerter.token
    return len(token.get_secret_value())


@pipeline
def opening() -> None:
    opens()


def run(session: Session, line: str) -> Any:
    magic, _, rest = line.removeprefix("%").partition(" ")
    return session.apply(parse(magic, rest))


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty project: relative paths rest on where a session begins."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CANARY", CANARY)
    return tmp_path


@pytest.fixture
def session(furnished: Session) -> Session:
    """Return a session whose stack `lab` refers to a secret that is not there yet."""
    furnished.namespace = {"opening": opening}
    run(furnished, "%secrets_manager register vault --flavor=local")
    run(furnished, "%alerter update ops --token={{pager.key}} --channel={{pager.channel}}")
    run(furnished, "%stack register lab -o default -a default -m default -x vault -al ops --set")
    return furnished


def fixes(report: Any) -> list[str]:
    return [found.fix for found in report.diagnostics]


ASKED = [
    "%secret register pager --channel=@prompt",
    "%secret register pager --key=@prompt",
]


def test_registering_a_stack_warns_of_missing_secrets(session: Session) -> None:
    answer = run(session, "%stack update lab -al ops")
    assert sorted(fixes(answer.report)) == ASKED
    assert answer.report.ok


def test_a_run_is_refused_with_everything_that_is_missing(session: Session) -> None:
    with pytest.raises(InvalidStackError, match="stack 'lab' cannot be used") as raised:
        run(session, "%pipeline run opening")
    assert sorted(fixes(raised.value.report)) == ASKED


def test_validate_says_what_is_missing(session: Session) -> None:
    assert sorted(fixes(run(session, "%stack validate"))) == ASKED
    run(session, "%secret register pager --key=@env:CANARY")
    assert fixes(run(session, "%stack validate")) == ["%secret update pager --channel=@prompt"]


def test_a_reference_of_several_components_is_told_once(session: Session) -> None:
    run(session, "%artifact_store register safe --flavor=lake --path=/x --token={{pager.key}}")
    report = run(session, "%stack update lab -a safe").report
    (found,) = (d for d in report.diagnostics if "pager.key" in d.message)
    assert "(also in alerter)" in found.message


def test_with_its_secrets_a_stack_runs(session: Session) -> None:
    run(session, "%secret register pager --key=@env:CANARY --channel=@env:CANARY")
    done = run(session, "%pipeline run opening")
    assert done["opens"].output == len(CANARY)
    session.active_stack.metadata_store.close()


def test_a_secret_that_changed_counts_at_once(session: Session, tmp_path: Path) -> None:
    run(session, "%secret register pager --key=@env:CANARY --channel=@env:CANARY")
    (tmp_path / "new").write_text("longer than before", encoding="utf-8")
    run(session, "%secret update pager --key=@file:new")
    done = run(session, "%pipeline run opening")
    assert done["opens"].output == len("longer than before")
    session.active_stack.metadata_store.close()


def test_register_secrets_asks_for_what_is_missing_only(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(session, "%secret register pager --key=@env:CANARY")
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return "night"

    monkeypatch.setattr(getpass, "getpass", answer)
    assert run(session, "%stack register-secrets").value == ["pager.channel"]
    assert asked == ["pager.channel: "]
    assert run(session, "%stack validate").ok
    assert "lacks no secret" in repr(run(session, "%stack register-secrets lab"))


def test_a_single_component_is_used_with_the_active_stacks_secrets(session: Session) -> None:
    with pytest.raises(InvalidStackError, match="alerter 'ops' cannot be used"):
        run(session, "%alerter check ops")
    run(session, "%stack set default")
    with pytest.raises(InvalidStackError, match="active stack default has no secrets manager"):
        run(session, "%alerter check ops")


def test_the_card_shows_references_and_no_values(session: Session) -> None:
    run(session, "%secret register pager --key=@env:CANARY --channel=@env:CANARY")
    shown = repr(run(session, "%alerter describe ops"))
    assert "****** ({{pager.key}})" in shown
    assert "{{pager.channel}}" in shown
    assert CANARY not in repr(session.active_stack)


def test_a_value_of_the_environment_is_shown_as_its_reference(session: Session) -> None:
    run(session, "%alerter update ops --channel=@env:CANARY")
    assert "@env:CANARY" in repr(run(session, "%alerter describe ops"))
    assert CANARY not in repr(run(session, "%alerter list"))


def test_a_preview_reads_no_secret(session: Session) -> None:
    session.preview(parse("stack", "register other -o default -a default -m default -x vault"))
    session.preview(parse("stack", "validate --probe"))
    session.preview(parse("secret", "get pager"))
    with pytest.raises(UnknownNameError, match="no secret called 'pager'"):
        run(session, "%secret get pager")


def test_runs_can_be_looked_at_while_secrets_are_missing(session: Session) -> None:
    run(session, "%secret register pager --key=@env:CANARY --channel=@env:CANARY")
    run(session, "%pipeline run opening")
    run(session, "%secret delete pager")
    assert run(session, "%pipeline runs").value == ["opening-1"]
    assert run(session, "%pipeline describe opening-1")["opens"].output == len(CANARY)
    store: Any = session.registry.snapshot.component(METADATA_STORE, "default").component
    store.close()


def test_a_stack_is_taken_down_while_secrets_are_missing(session: Session) -> None:
    assert "nothing to stop" in repr(run(session, "%stack down"))
    assert "nothing to take down" in repr(run(session, "%alerter down ops --force"))


class Strict(Pager):
    """Takes short rooms only."""

    FLAVOR: ClassVar[str] = "strict"
    room: str = Field(max_length=3, description="Where it is heard")


class Shaken(LocalSecretsManager):
    """Cannot be asked, and says what it should not."""

    FLAVOR: ClassVar[str] = "shaken"

    def get_secret(self, name: str) -> Secret:
        raise ConnectionError(CANARY)

    def get_all_secret_keys(self) -> list[str]:
        raise ConnectionError(CANARY)


def test_a_secrets_manager_that_fails_is_a_finding(session: Session) -> None:
    session.register_flavor(Shaken)
    run(session, "%secrets_manager register shaken --flavor=shaken")
    answer = run(session, "%stack update lab -x shaken")
    assert [d.message.partition(": ")[2] for d in answer.report.diagnostics] == [
        "get_secret of 'shaken' raised ConnectionError"
    ] * 2
    assert CANARY not in repr(answer)
    with pytest.raises(InvalidStackError, match="get_secret of 'shaken' raised ConnectionError"):
        run(session, "%pipeline run opening")
    assert "nothing to stop" in repr(run(session, "%stack down"))
    with pytest.raises(InvalidStackError, match="'lab' cannot be asked for its secrets"):
        run(session, "%stack register-secrets lab")


def test_validate_says_that_a_value_does_not_fit_and_asks_nobody(session: Session) -> None:
    session.register_flavor(Strict)
    run(session, "%alerter register picky --flavor=strict --room={{pager.key}}")
    run(session, "%secret register pager --key=@env:CANARY")
    run(session, "%stack update lab -al picky")
    report = run(session, "%stack validate lab --probe")
    assert [d.code for d in report.errors] == ["secret-misfit"]
    assert "nobody was asked: mend the errors first" in repr(report)
    assert CANARY not in repr(report)


def test_what_can_be_resolved_is_when_a_stack_is_stopped(session: Session) -> None:
    run(session, "%secret register pager --key=@env:CANARY --channel=@env:CANARY")
    run(session, "%artifact_store register safe --flavor=lake --path=/x --token={{no.key}}")
    run(session, "%stack update lab -a safe")
    snapshot: Snapshot = session.registry.snapshot
    stack = stopping_stack(snapshot, "lab")
    assert stack.alerter.token.get_secret_value() == CANARY
    assert stack.artifact_store.token.get_secret_value() == "{{no.key}}"
