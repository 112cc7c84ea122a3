"""Up is all or nothing, down goes as far as it can, and the state is asked of the world."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

import pytest
from pydantic import Field, PrivateAttr, SecretStr

from stack_magic.errors import FlavorFailedError
from stack_magic.stack import State, bring_up, state_of, take_down
from tests.interruption import is_interrupted, opcodes_of
from tests.sample_flavors import Pager

CANARY = "hunter2-SEKRET"


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
            raise KeyboardInterrupt(self.name)

    first, second = Engine(name="first"), Interrupted(name="second")
    with pytest.raises(KeyboardInterrupt, match="second"):
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


class Endless(Engine):
    """Has nothing to suspend, and says so when it is asked."""

    FLAVOR: ClassVar[str] = "endless"

    def suspend(self) -> None:
        raise NotImplementedError


class Stubborn(Engine):
    """Says that it is down, and is not."""

    FLAVOR: ClassVar[str] = "stubborn"

    def suspend(self) -> None:
        """Do nothing."""

    def deprovision(self) -> None:
        """Do nothing."""


class Talkative(Engine):
    """Tells its secret when it fails."""

    FLAVOR: ClassVar[str] = "talkative"

    def _do(self, verb: str) -> None:
        if self.token is not None:
            raise OSError(self.token.get_secret_value())


def test_one_that_has_nothing_to_suspend_is_left_as_it_is() -> None:
    engine = Endless(name="a")
    bring_up([engine], nobody)
    assert take_down([engine], nobody) == []
    assert take_down([engine], nobody, force=True) == [engine]
    assert state_of(engine) is State.NOT_PROVISIONED


def test_one_that_runs_after_all_is_not_called_down() -> None:
    engine = Stubborn(name="a")
    bring_up([engine], nobody)
    with pytest.raises(FlavorFailedError, match=r"'a' is running after suspend\(\)"):
        take_down([engine], nobody)


def test_one_that_is_there_after_all_is_not_called_gone() -> None:
    engine = Stubborn(name="a")
    engine.provision()
    with pytest.raises(FlavorFailedError, match=r"'a' is suspended after deprovision\(\)"):
        take_down([engine], nobody, force=True)


def test_one_that_offers_no_way_back_is_noted() -> None:
    first, second = Endless(name="first"), Engine(name="second", fails_at="resume")
    first.provision()
    with pytest.raises(FlavorFailedError, match="'second': resume raised") as raised:
        bring_up([first, second], nobody)
    assert raised.value.__notes__ == ["alerter 'first' is running now, and was suspended"]


def test_an_interrupt_while_one_is_taken_back_leaves_the_others_their_turn() -> None:
    class Slow(Engine):
        FLAVOR: ClassVar[str] = "slow"

        def suspend(self) -> None:
            raise KeyboardInterrupt

    first, second = Engine(name="first"), Slow(name="second")
    third = Engine(name="third", fails_at="provision")
    with pytest.raises(FlavorFailedError, match="'third': provision raised") as raised:
        bring_up([first, second, third], nobody)
    assert state_of(first) is State.NOT_PROVISIONED
    assert raised.value.__notes__ == ["alerter 'second' was not taken back: KeyboardInterrupt"]


def test_an_interrupt_at_any_moment_leaves_all_or_nothing() -> None:
    def make() -> list[Engine]:
        first, second = Engine(name="first"), Engine(name="second")
        second.provision()
        return [first, second]

    before, after = [State.NOT_PROVISIONED, State.SUSPENDED], [State.RUNNING] * 2
    count = len(opcodes_of(partial(bring_up, make(), nobody)))
    for at in range(count):
        engines = make()
        assert is_interrupted(partial(bring_up, engines, nobody), at)
        assert [state_of(e) for e in engines] in (before, after), f"half done at opcode {at}"


def test_what_a_state_or_a_verb_raises_is_told_without_secrets() -> None:
    engine = Talkative(name="a", token=SecretStr(CANARY))
    with pytest.raises(FlavorFailedError, match=r"provision raised OSError: \*{6}") as raised:
        bring_up([engine], nobody)
    assert raised.value.__cause__ is None
