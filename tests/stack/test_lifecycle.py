"""Up is all or nothing, down goes as far as it can, and the state is asked of the world."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from pydantic import Field, PrivateAttr

from stack_magic.errors import FlavorFailedError
from stack_magic.stack import State, bring_up, state_of, take_down
from tests.sample_flavors import Pager


class Engine(Pager):
    """Has something to start; what it does can be made to fail."""

    FLAVOR: ClassVar[str] = "engine"
    fails_at: str = Field(default="", description="The verb that raises")

    _world: set[str] = PrivateAttr(default_factory=set)
    _did: list[str] = PrivateAttr(default_factory=list)

    def _do(self, verb: str) -> None:
        if verb == self.fails_at:
            message = f"cannot {verb}"
            raise OSError(message)
        self._did.append(verb)

    @property
    def is_provisioned(self) -> bool:
        return "there" in self._world

    @property
    def is_running(self) -> bool:
        return "running" in self._world

    def provision(self) -> None:
        self._do("provision")
        self._world.add("there")

    def resume(self) -> None:
        self._do("resume")
        self._world.add("running")

    def suspend(self) -> None:
        self._do("suspend")
        self._world.discard("running")

    def deprovision(self) -> None:
        self._do("deprovision")
        self._world.clear()


class Lazy(Engine):
    """Says that it was resumed, and does not run."""

    FLAVOR: ClassVar[str] = "lazy"

    def resume(self) -> None:
        """Do nothing."""


def nobody(_: Any, __: str) -> None:
    """Is told, and does nothing."""


def test_up_provisions_and_resumes_what_does_not_run() -> None:
    engine, plain = Engine(name="a"), Pager(name="b")
    assert state_of(engine) is State.NOT_PROVISIONED
    assert bring_up([engine, plain], nobody) == [engine]
    assert state_of(engine) is State.RUNNING
    assert bring_up([engine, plain], nobody) == []
    assert engine._did == ["provision", "resume"]


def test_each_step_is_told() -> None:
    told: list[tuple[str, str]] = []
    bring_up([Engine(name="a")], lambda c, words: told.append((c.name, words)))
    assert told == [("a", "provisioning"), ("a", "resuming")]


@pytest.mark.parametrize("verb", ["provision", "resume"])
def test_up_takes_back_what_it_had_begun(verb: str) -> None:
    first, second = Engine(name="first"), Engine(name="second", fails_at=verb)
    with pytest.raises(FlavorFailedError, match=f"'second': {verb} raised OSError: cannot {verb}"):
        bring_up([first, second], nobody)
    assert state_of(first) is State.NOT_PROVISIONED
    assert state_of(second) is State.NOT_PROVISIONED


def test_up_takes_a_suspended_one_back_to_suspended() -> None:
    first, second = Engine(name="first"), Engine(name="second", fails_at="resume")
    first.provision()
    with pytest.raises(FlavorFailedError, match="resume raised"):
        bring_up([first, second], nobody)
    assert state_of(first) is State.SUSPENDED


def test_one_that_does_not_run_after_all_is_found_out() -> None:
    with pytest.raises(FlavorFailedError, match=r"'a' is suspended after resume\(\)"):
        bring_up([Lazy(name="a")], nobody)


def test_an_interrupt_leaves_nothing_half_done() -> None:
    class Interrupted(Engine):
        FLAVOR: ClassVar[str] = "interrupted"

        def resume(self) -> None:
            raise KeyboardInterrupt

    first, second = Engine(name="first"), Interrupted(name="second")
    with pytest.raises(KeyboardInterrupt):
        bring_up([first, second], nobody)
    assert state_of(first) is State.NOT_PROVISIONED
    assert state_of(second) is State.NOT_PROVISIONED


def test_down_suspends_and_force_removes() -> None:
    engine = Engine(name="a")
    bring_up([engine], nobody)
    assert take_down([engine, Pager(name="b")], nobody) == [engine]
    assert state_of(engine) is State.SUSPENDED
    assert take_down([engine], nobody) == []
    assert take_down([engine], nobody, force=True) == [engine]
    assert state_of(engine) is State.NOT_PROVISIONED


def test_down_goes_on_after_a_failure_and_tells_it() -> None:
    first, second = Engine(name="first"), Engine(name="second", fails_at="suspend")
    bring_up([first, second], nobody)
    with pytest.raises(FlavorFailedError, match="'second': suspend raised OSError"):
        take_down([first, second], nobody)
    assert state_of(first) is State.SUSPENDED


def test_what_could_not_be_taken_back_is_noted() -> None:
    first = Engine(name="first", fails_at="suspend")
    second = Engine(name="second", fails_at="provision")
    with pytest.raises(FlavorFailedError, match="provision raised") as raised:
        bring_up([first, second], nobody)
    (note,) = raised.value.__notes__
    assert "'first' was not taken back" in note
