"""Probes ask the world side by side, and nobody waits for one that does not answer."""

from __future__ import annotations

from threading import Barrier, Event
from typing import TYPE_CHECKING, ClassVar

from pydantic import PrivateAttr, SecretStr

from stack_magic.enums import Severity
from stack_magic.stack import Diagnostic, Stack, StackComponent, probe
from tests.sample_flavors import Lake, Pager

if TYPE_CHECKING:
    from collections.abc import Iterator


class Answering(Pager):
    """Notes something about the world."""

    FLAVOR: ClassVar[str] = "answering"

    def probe(self) -> Iterator[Diagnostic]:
        yield Diagnostic("quota", Severity.WARNING, "x", "the quota is used up", "%alerter list")


class Silent(Pager):
    """Never answers, until it is told to."""

    FLAVOR: ClassVar[str] = "silent"
    _go_on: Event = PrivateAttr(default_factory=Event)

    def probe(self) -> Iterator[Diagnostic]:
        self._go_on.wait()
        yield from ()


class Broken(Pager):
    """Cannot even ask."""

    FLAVOR: ClassVar[str] = "broken"

    def probe(self) -> Iterator[Diagnostic]:
        message = f"no route for {self.token.get_secret_value()}" if self.token else "no route"
        raise ConnectionError(message)
        yield


class Idle(Pager):
    """Does not run."""

    FLAVOR: ClassVar[str] = "idle"

    @property
    def is_running(self) -> bool:
        return False


def stack_of(*components: StackComponent) -> Stack:
    return Stack.from_components("lab", {c.TYPE: c for c in components})


def test_what_a_component_finds_is_told_under_its_slot() -> None:
    report = probe(stack_of(Answering(name="a")))
    (found,) = report.diagnostics
    assert (found.subject, found.message) == ("lab.alerter", "the quota is used up")


def test_one_that_does_not_answer_is_a_finding() -> None:
    silent = Silent(name="a")
    (found,) = probe(stack_of(silent), seconds=0.05).errors
    silent._go_on.set()
    assert (found.code, found.message) == ("probe-timeout", "a has not answered within 0.05 s")


def test_one_that_raises_is_a_finding_without_its_secret() -> None:
    (found,) = probe(stack_of(Broken(name="a", token=SecretStr("hunter2-SEKRET")))).errors
    assert found.message == "a cannot be reached: ConnectionError: no route for ******"


def test_one_that_does_not_run_is_not_asked() -> None:
    (found,) = probe(stack_of(Idle(name="a"))).errors
    assert (found.code, found.fix) == ("not-running", "%alerter up a")


def test_all_are_asked_at_the_same_time() -> None:
    both = Barrier(2)

    class One(Pager):
        FLAVOR: ClassVar[str] = "one"

        def probe(self) -> Iterator[Diagnostic]:
            both.wait(5)
            yield from ()

    class Two(Lake):
        FLAVOR: ClassVar[str] = "two"

        def probe(self) -> Iterator[Diagnostic]:
            both.wait(5)
            yield from ()

    assert probe(stack_of(One(name="a"), Two(name="b", path="/b"))).diagnostics == ()


class Leaving(Pager):
    """Leaves its thread."""

    FLAVOR: ClassVar[str] = "leaving"

    def probe(self) -> Iterator[Diagnostic]:
        yield Diagnostic("quota", Severity.WARNING, "x", "the quota is used up")
        raise SystemExit(3)


class Odd(Pager):
    """Yields what is no finding."""

    FLAVOR: ClassVar[str] = "odd"

    def probe(self) -> Iterator[Diagnostic]:
        yield "all is well"  # type: ignore[misc]


class Wordy(Pager):
    """Says a secret just where a long answer is cut."""

    FLAVOR: ClassVar[str] = "wordy"

    def probe(self) -> Iterator[Diagnostic]:
        raise ConnectionError("x" * 360 + "hunter2-SEKRET" * 5)
        yield


class Endless(Pager):
    """Finds something for ever."""

    FLAVOR: ClassVar[str] = "endless"

    def probe(self) -> Iterator[Diagnostic]:
        while True:
            yield Diagnostic("quota", Severity.WARNING, "x", "the quota is used up")


class Halting(Silent):
    """Finds something, and then nothing for ever."""

    FLAVOR: ClassVar[str] = "halting"

    def probe(self) -> Iterator[Diagnostic]:
        yield Diagnostic("quota", Severity.WARNING, "x", "the quota is used up")
        self._go_on.wait()


def test_one_that_leaves_is_a_finding_at_once() -> None:
    first, second = probe(stack_of(Leaving(name="a")), seconds=60).diagnostics
    assert first.message == "a cannot be reached: SystemExit: 3"
    assert second.message == "the quota is used up"


def test_what_is_no_finding_is_one() -> None:
    (found,) = probe(stack_of(Odd(name="a"))).errors
    assert (found.message, found.fix) == ("Odd.probe yields str", "yield Diagnostic(...)")


def test_a_long_answer_is_cut_after_its_secrets_are_masked() -> None:
    (found,) = probe(stack_of(Wordy(name="a", token=SecretStr("hunter2-SEKRET")))).errors
    assert len(found.message) <= 400
    assert "hunter2" not in found.message


def test_one_that_finds_something_for_ever_comes_to_an_end() -> None:
    (found,) = probe(stack_of(Endless(name="a")), seconds=60).diagnostics
    assert found.code == "quota"


def test_what_was_found_in_time_is_told_of_one_that_is_late() -> None:
    halting = Halting(name="a")
    error, warning = probe(stack_of(halting), seconds=0.5).diagnostics
    halting._go_on.set()
    assert (error.code, warning.code) == ("probe-timeout", "quota")
