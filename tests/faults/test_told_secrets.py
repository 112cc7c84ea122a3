"""What user code says of a secret reaches nobody, whatever Python shows of its errors."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from pydantic import Field, PrivateAttr, SecretStr

from stack_magic import get_step_context, pipeline, step
from stack_magic.enums import StackComponentType
from stack_magic.errors import FlavorFailedError, ReferenceRefusedError, RunFailedError
from stack_magic.grammar import parse
from stack_magic.orchestrators import LocalOrchestrator
from stack_magic.session import Session
from tests.sample_flavors import Pager

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "hunter2-SEKRET"


@dataclass
class Login:
    """Is given as JSON."""

    user: str
    key: SecretStr


class Telling(Pager):
    """Tells its secret where it is told to."""

    FLAVOR: ClassVar[str] = "telling"
    where: str = Field(default="", description="The hook that fails")
    login: Login | None = Field(default=None, description="Opens the door")
    _posted: list[str] = PrivateAttr(default_factory=list)

    def _at(self, hook: str) -> None:
        if hook == self.where and self.token is not None:
            raise RuntimeError(self.token.get_secret_value())

    def prepare_pipeline_run(self) -> None:
        self._at("prepare_pipeline_run")

    @property
    def runtime_options(self) -> dict[str, Any]:
        self._at("runtime_options")
        return {}

    def post(self, message: str, config: Any = None) -> bool:
        self._posted.append(message)
        return True


class Gone(LocalOrchestrator):
    """Breaks every run off."""

    FLAVOR: ClassVar[str] = "gone"

    def prepare_or_run_pipeline(self, plan: Any, run_step: Any) -> None:
        message = "the cluster is gone"
        raise OSError(message)


@step(cache=False)
def spill() -> None:
    token = get_step_context().stack.alerter.token
    raise ValueError(token.get_secret_value() if token else "")


@pipeline(on_failure=True)
def spilling() -> None:
    spill()


def run(session: Session, line: str) -> Any:
    magic, _, rest = line.removeprefix("%").partition(" ")
    return session.apply(parse(magic, rest))


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CANARY", CANARY)
    session = Session()
    session.namespace = {"spilling": spilling}
    session.register_flavor(Telling)
    session.register_flavor(Gone)
    run(session, "%alerter register ops --flavor=telling --token=@env:CANARY --channel=@env:CANARY")
    run(session, "%stack register lab -o default -a default -m default -al ops --set")
    return session


def test_a_failed_run_has_no_cause_that_tells(session: Session) -> None:
    with pytest.raises(RunFailedError, match=r"ValueError: \*{6}") as raised:
        run(session, "%pipeline run spilling")
    assert CANARY not in "".join(traceback.format_exception(raised.value))
    assert raised.value.run is not None
    assert raised.value.run["spill"].exception is None
    session.active_stack.metadata_store.close()


@pytest.mark.parametrize("hook", ["prepare_pipeline_run", "runtime_options"])
def test_a_hook_that_fails_has_no_cause_that_tells(session: Session, hook: str) -> None:
    run(session, f"%alerter update ops --where={hook}")
    with pytest.raises(FlavorFailedError, match=rf"{hook} raised RuntimeError: \*") as raised:
        run(session, "%pipeline run spilling")
    assert CANARY not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("line", ["%alerter rename ops night", "%alerter copy ops night"])
def test_a_reference_is_shown_under_another_name(session: Session, line: str) -> None:
    run(session, line)
    shown = repr(run(session, "%alerter describe night")) + repr(run(session, "%alerter list"))
    assert "@env:CANARY" in shown
    assert CANARY not in shown


def test_a_value_that_begins_with_at_is_renamed(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROOM", "@night")
    run(session, "%alerter update ops --channel=@env:ROOM")
    run(session, "%alerter rename ops night")
    kind = StackComponentType.ALERTER
    renamed: Any = session.registry.snapshot.component(kind, "night").component
    assert renamed.channel == "@night"


def test_a_secret_in_a_dataclass_is_no_literal(session: Session) -> None:
    with pytest.raises(ReferenceRefusedError, match="login holds a secret"):
        run(session, f"""%alerter update ops --login='{{"user": "me", "key": "{CANARY}"}}'""")


def test_a_run_that_is_broken_off_is_announced(session: Session) -> None:
    run(session, "%orchestrator register gone --flavor=gone")
    run(session, "%stack update lab -o gone")
    with pytest.raises(FlavorFailedError, match="the cluster is gone"):
        run(session, "%pipeline run spilling")
    (message,) = session.active_stack.alerter._posted
    assert message.startswith("run spilling-1 on stack lab: failed")
    session.active_stack.metadata_store.close()
