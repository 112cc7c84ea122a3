"""`up`, `down`, `logs`, `validate --probe` and what a run says of a stack that is down."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import PrivateAttr, SecretStr

from stack_magic import pipeline, step
from stack_magic.enums import StackComponentType
from stack_magic.errors import FlavorFailedError, InUseError, InvalidStackError, StorageError
from stack_magic.grammar import parse
from stack_magic.session import RegisterFlavor, Session
from tests.sample_flavors import Pager
from tests.stack.test_lifecycle import Engine

ALERTER = StackComponentType.ALERTER


class Motor(Engine):
    """Is to be started, and writes a log."""

    FLAVOR: ClassVar[str] = "motor"

    @property
    def log_file(self) -> str | None:
        return "motor.log"


@step
def one() -> int:
    return 1


@pipeline
def counting() -> None:
    one()


def run(session: Session, line: str) -> Any:
    magic, _, rest = line.removeprefix("%").partition(" ")
    return session.apply(parse(magic, rest))


@pytest.fixture
def session(fresh: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.chdir(tmp_path)
    fresh.namespace = {"counting": counting}
    fresh.apply(RegisterFlavor(ALERTER, "Motor", Motor))
    run(fresh, "%alerter register m --flavor=motor")
    run(fresh, "%stack register lab -o default -a default -m default -al m --set")
    return fresh


def test_a_stack_goes_up_and_down(session: Session) -> None:
    up = run(session, "%stack up")
    assert up.value == ["m"]
    assert "✓ stack lab is running: m started" in repr(up)
    assert "already" in repr(run(session, "%stack up lab"))
    down = run(session, "%stack down")
    assert "m stopped" in repr(down)
    assert "suspended" in repr(down)
    nothing = run(session, "%stack down")
    assert "%stack down --force removes what is behind it" in repr(nothing)
    assert "not provisioned" in repr(run(session, "%stack down --force"))


def test_a_component_goes_up_and_down(session: Session) -> None:
    assert "✓ alerter m is running" in repr(run(session, "%alerter up m"))
    assert "✓ alerter m is suspended" in repr(run(session, "%alerter down"))
    assert "not provisioned" in repr(run(session, "%alerter down m --force"))
    assert "nothing to take down" in repr(run(session, "%alerter down m --force"))


def test_a_run_on_a_stack_that_is_down_says_the_line_to_type(session: Session) -> None:
    words = "alerter m is not provisioned\nhint: %stack up lab"
    with pytest.raises(InvalidStackError, match=words):
        run(session, "%pipeline run counting")
    run(session, "%stack up lab")
    assert run(session, "%pipeline run counting")["one"].output == 1
    session.active_stack.metadata_store.close()


def test_a_failed_up_changes_nothing_and_says_why(session: Session) -> None:
    run(session, "%alerter register bad --flavor=motor --fails_at=resume")
    run(session, "%stack update lab -al bad")
    with pytest.raises(FlavorFailedError, match="'bad': resume raised OSError: cannot resume"):
        run(session, "%stack up")
    assert not session.active_stack.is_provisioned


def test_a_stack_that_runs_a_pipeline_is_not_taken_down(session: Session) -> None:
    session._running["counting-1"] = "lab"
    with pytest.raises(InUseError, match="is in use by run counting-1"):
        run(session, "%stack down")
    with pytest.raises(InUseError, match="is in use by run counting-1"):
        run(session, "%alerter down m")


def test_work_is_shown_while_it_goes_on(session: Session) -> None:
    from contextlib import contextmanager

    shown: list[Any] = []

    @contextmanager
    def noting(head: str, names: Any) -> Any:
        shown.append((head, list(names)))
        yield lambda name, words: shown.append((name, words))

    session.progress = noting
    run(session, "%alerter up m")
    assert shown == [
        ("bringing up alerter m", ["alerter m"]),
        ("alerter m", "provisioning"),
        ("alerter m", "resuming"),
    ]


def test_logs_are_shown_from_their_end_and_without_secrets(session: Session) -> None:
    assert "has written no log yet" in repr(run(session, "%alerter logs m"))
    Path("motor.log").write_text("one\ntwo\nkey hunter2-SEKRET\n", encoding="utf-8")
    session.register_component(
        "alerter", "guarded", flavor="motor", token=SecretStr("hunter2-SEKRET")
    )
    shown = run(session, "%alerter logs guarded --tail 2")
    assert shown.value == ["two", "key ******"]
    assert "keeps no log" in repr(run(session, "%orchestrator logs"))


def test_validate_asks_the_world_when_told_to(session: Session) -> None:
    assert run(session, "%stack validate").ok
    (found,) = run(session, "%stack validate --probe").errors
    assert (found.code, found.fix) == ("not-running", "%alerter up m")
    run(session, "%stack up")
    fine = run(session, "%stack validate lab --probe")
    assert fine.ok
    assert "asked: artifact_store default, metadata_store default" in repr(fine)
    assert "asked only whether they run: orchestrator default, alerter m" in repr(fine)


def test_a_preview_changes_no_state(session: Session) -> None:
    for line in ("stack up", "stack down", "alerter up m", "alerter down m"):
        magic, _, rest = line.partition(" ")
        session.preview(parse(magic, rest))
    assert not session.active_stack.is_provisioned


class Telling(Motor):
    """Tells its secret when it is asked for its state or its log."""

    FLAVOR: ClassVar[str] = "telling"

    @property
    def is_running(self) -> bool:
        return self._told()

    @property
    def log_file(self) -> str | None:
        return str(self._told())

    def _told(self) -> bool:
        token = self.token.get_secret_value() if self.token else "nothing"
        message = f"denied for {token}"
        raise ConnectionError(message)


@pytest.mark.parametrize(
    "line", ["%pipeline run counting", "%stack up", "%stack down", "%alerter logs t"]
)
def test_what_a_component_raises_is_told_without_secrets(session: Session, line: str) -> None:
    session.apply(RegisterFlavor(ALERTER, "Telling", Telling))
    session.register_component("alerter", "t", flavor="telling", token=SecretStr("hunter2-SEKRET"))
    run(session, "%stack update lab -al t")
    with pytest.raises(
        FlavorFailedError, match=r"raised ConnectionError: denied for \*{6}"
    ) as told:
        run(session, line)
    assert told.value.__cause__ is None


def test_a_component_that_another_stack_runs_on_stays_up(session: Session) -> None:
    run(session, "%stack register other -o default -a default -m default -al m")
    session._running["counting-1"] = "other"
    with pytest.raises(InUseError, match="is in use by run counting-1"):
        run(session, "%stack down lab")


def test_a_run_elsewhere_on_what_cannot_be_stopped_does_not_matter(session: Session) -> None:
    session._running["counting-1"] = "default"
    run(session, "%stack up lab")
    assert "m stopped" in repr(run(session, "%stack down lab"))


def test_nothing_is_promised_of_force_where_nothing_can_be_removed(session: Session) -> None:
    assert "--force" not in repr(run(session, "%stack down default"))
    assert "--force" not in repr(run(session, "%stack down lab"))


def test_a_log_that_cannot_be_read_is_told(session: Session) -> None:
    Path("motor.log").mkdir()
    with pytest.raises(StorageError, match="the log of alerter m cannot be read"):
        run(session, "%alerter logs m")


@pytest.mark.parametrize(
    "line", ["delete m", "update m --channel=b", "remove-attribute m --channel"]
)
def test_what_is_up_is_not_left_behind(fresh: Session, line: str) -> None:
    fresh.apply(RegisterFlavor(ALERTER, "Motor", Motor))
    run(fresh, "%alerter register m --flavor=motor --channel=a")
    run(fresh, "%alerter up m")
    with pytest.raises(
        InUseError, match=r"'m' is up: .* left behind\nhint: %alerter down m --force"
    ):
        run(fresh, f"%alerter {line}")
    assert run(fresh, "%alerter down m --force").value == ["m"]
    assert run(fresh, f"%alerter {line}")


def test_what_is_up_is_taken_down_under_its_new_name(fresh: Session) -> None:
    fresh.apply(RegisterFlavor(ALERTER, "Motor", Motor))
    run(fresh, "%alerter register m --flavor=motor")
    run(fresh, "%alerter up m")
    run(fresh, "%alerter rename m n")
    assert run(fresh, "%alerter down n --force").value == ["n"]


class MendedMotor(Motor):
    """A motor whose cell has been run again."""


def test_what_is_up_is_stopped_by_its_new_definition(fresh: Session) -> None:
    fresh.apply(RegisterFlavor(ALERTER, "Motor", Motor))
    run(fresh, "%alerter register m --flavor=motor")
    run(fresh, "%alerter up m")
    fresh.apply(RegisterFlavor(ALERTER, "MendedMotor", MendedMotor))
    assert run(fresh, "%alerter down m --force").value == ["m"]


class Switch(Pager):
    """Can be switched off, and is there all the same."""

    FLAVOR: ClassVar[str] = "switch"
    _on: list[bool] = PrivateAttr(default_factory=lambda: [True])

    @property
    def is_running(self) -> bool:
        return self._on[0]

    def suspend(self) -> None:
        self._on[0] = False


class Mute(Switch):
    """Cannot tell whether it runs."""

    FLAVOR: ClassVar[str] = "mute"

    @property
    def is_running(self) -> bool:
        message = "no answer"
        raise OSError(message)


def test_what_cannot_be_removed_is_deleted_when_it_is_stopped(fresh: Session) -> None:
    fresh.apply(RegisterFlavor(ALERTER, "Switch", Switch))
    run(fresh, "%alerter register s --flavor=switch")
    with pytest.raises(InUseError, match=r"%alerter down s --force"):
        run(fresh, "%alerter delete s")
    run(fresh, "%alerter down s --force")
    assert run(fresh, "%alerter delete s")


def test_what_cannot_tell_its_state_is_deleted(fresh: Session) -> None:
    fresh.apply(RegisterFlavor(ALERTER, "Mute", Mute))
    run(fresh, "%alerter register s --flavor=mute")
    assert run(fresh, "%alerter delete s")
