"""What steps print reaches those who listen, by step, and still the place it went to."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from stack_magic import pipeline, step
from stack_magic.pipelines import execute

if TYPE_CHECKING:
    import pytest

    from stack_magic.stack import Stack


@step
def loud(word: str) -> str:
    print(word, "aloud")  # noqa: T201 - what is listened to
    logging.getLogger("trainer").warning("%s logged", word)
    return word


@pipeline
def two() -> None:
    loud("one")
    loud("two")


class Listener:
    def __init__(self) -> None:
        self.said: dict[str, str] = {}

    def run_started(self, *_: Any) -> None: ...
    def step_started(self, *_: Any) -> None: ...
    def step_ended(self, *_: Any) -> None: ...
    def run_ended(self, *_: Any) -> None: ...

    def step_said(self, step: str, text: str) -> None:
        self.said[step] = self.said.get(step, "") + text


def test_each_step_is_heard_alone(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    listener = Listener()
    execute(two, stack, cache=False, watchers=[listener])
    assert "one aloud" in listener.said["loud"]
    assert "one logged" in listener.said["loud"]
    assert "two" not in listener.said["loud"]
    assert "two aloud" in listener.said["loud_2"]
    assert capsys.readouterr().out.splitlines() == ["one aloud", "two aloud"]


def test_the_streams_are_what_they_were_afterwards(stack: Stack) -> None:
    import sys

    before = sys.stdout, sys.stderr, list(logging.getLogger().handlers)
    execute(two, stack, cache=False, watchers=[Listener()])
    assert (sys.stdout, sys.stderr, list(logging.getLogger().handlers)) == before


def test_a_listener_that_fails_is_not_told_of_its_own_failure(stack: Stack) -> None:
    class Deaf(Listener):
        def step_said(self, step: str, text: str) -> None:
            super().step_said(step, text)
            message = "not now"
            raise RuntimeError(message)

    deaf = Deaf()
    run = execute(two, stack, cache=False, watchers=[deaf])
    assert run["loud"].output == "one"
    assert "not now" not in deaf.said["loud"]
