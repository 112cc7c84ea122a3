"""The notebook alerter keeps its contract, and the contract notices what is broken."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from stack_magic.alerters import BaseAlerter, NotebookAlerter, _contract
from stack_magic.stack import check_flavor
from stack_magic.testing import assert_contract, check_contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SENT = "says whether a message was sent"
ANY_TEXT = "posts any text without raising"
THREADS = "posts from two threads at the same time"
SILENCE = "takes no answer in time for a no"
ANY_QUESTION = "asks any question without raising"

never = threading.Event()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Wait shortly for what hangs, and let it end with the test."""
    monkeypatch.setattr(_contract, "LIMIT", 0.5)
    never.clear()
    yield
    never.set()


def test_the_notebook_alerter_keeps_its_contract() -> None:
    assert_contract(NotebookAlerter(name="here"))


def test_the_notebook_alerter_has_no_findings() -> None:
    assert check_flavor(NotebookAlerter, BaseAlerter).diagnostics == ()


class Silent(BaseAlerter):
    """Reaches nobody, as it should be."""

    FLAVOR: ClassVar[str] = "silent"

    def post(self, message: str, config: Mapping[str, Any] | None = None) -> bool:
        return False

    def ask(self, question: str, config: Mapping[str, Any] | None = None) -> bool:
        return False


class Taciturn(Silent):
    """Forgets to say whether it sent."""

    FLAVOR: ClassVar[str] = "taciturn"

    def post(self, message: str, config: Mapping[str, Any] | None = None) -> Any:
        return None


class Narrow(Silent):
    """Sends what UTF-8 can say."""

    FLAVOR: ClassVar[str] = "narrow"

    def post(self, message: str, config: Mapping[str, Any] | None = None) -> bool:
        return bool(message.encode("utf-8"))


class Single(Silent):
    """Serves one thread at a time, and refuses another."""

    FLAVOR: ClassVar[str] = "single"
    BUSY: ClassVar[threading.Lock] = threading.Lock()

    def post(self, message: str, config: Mapping[str, Any] | None = None) -> bool:
        if not self.BUSY.acquire(blocking=False):
            message = "busy"
            raise RuntimeError(message)
        try:
            return never.wait(0.2)
        finally:
            self.BUSY.release()


class Hasty(Silent):
    """Approves what nobody has answered."""

    FLAVOR: ClassVar[str] = "hasty"

    def ask(self, question: str, config: Mapping[str, Any] | None = None) -> bool:
        return True


class Formatting(Silent):
    """Takes a question for a template."""

    FLAVOR: ClassVar[str] = "formatting"

    def ask(self, question: str, config: Mapping[str, Any] | None = None) -> bool:
        question.format()
        return False


class Patient(Silent):
    """Waits as long as it takes, whatever the time limit."""

    FLAVOR: ClassVar[str] = "patient"

    def ask(self, question: str, config: Mapping[str, Any] | None = None) -> bool:
        return never.wait()


@pytest.mark.parametrize(
    ("flavor", "broken"),
    [
        (Silent, set()),
        (Taciturn, {SENT}),
        (Narrow, {ANY_TEXT}),
        (Single, {THREADS}),
        (Hasty, {SILENCE}),
        (Formatting, {ANY_QUESTION}),
        (Patient, {SILENCE, ANY_QUESTION}),
    ],
)
def test_a_broken_flavor_breaks_its_promises_only(
    flavor: type[BaseAlerter], broken: set[str]
) -> None:
    assert set(check_contract(flavor(name="broken")).broken) == broken


def test_what_hangs_is_told() -> None:
    (verdict,) = [
        v for v in check_contract(Patient(name="broken")).verdicts if v.sentence == SILENCE
    ]
    assert verdict.evidence == "it did not return within 0.5 s"
