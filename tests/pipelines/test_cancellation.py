"""A run ends when somebody else asks for it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from stack_magic import pipeline, step
from stack_magic.enums import Outcome
from stack_magic.errors import RunCancelledError
from stack_magic.pipelines import Cancellation, execute

if TYPE_CHECKING:
    from stack_magic.stack import Stack

RUNS, GO_ON = threading.Event(), threading.Event()


@step
def first() -> int:
    RUNS.set()
    # In short waits: a signal that comes just before a wait begins does not end it.
    any(GO_ON.wait(0.05) for _ in range(600))
    return 1


@step
def second(number: int) -> int:
    return number + 1


@pipeline
def both() -> None:
    second(first())


@pytest.fixture(autouse=True)
def _begun_anew() -> None:
    RUNS.clear()
    GO_ON.clear()


def test_a_step_of_the_main_thread_is_interrupted(stack: Stack) -> None:
    cancellation = Cancellation()

    def ask() -> None:
        RUNS.wait(30)
        cancellation.ask()

    threading.Thread(target=ask).start()
    with pytest.raises(RunCancelledError, match="0 of 2 steps are done") as caught:
        execute(both, stack, cache=False, cancellation=cancellation)
    assert not GO_ON.is_set()  # it was not waited for
    assert caught.value.run is not None
    assert caught.value.run.outcome is Outcome.CANCELLED


def test_a_run_of_another_thread_ends_before_its_next_step(stack: Stack) -> None:
    cancellation = Cancellation()
    raised: list[RunCancelledError] = []

    def work() -> None:
        try:
            execute(both, stack, cache=False, cancellation=cancellation)
        except RunCancelledError as error:
            raised.append(error)

    running = threading.Thread(target=work)
    running.start()
    assert RUNS.wait(30)
    cancellation.ask()
    cancellation.ask()
    GO_ON.set()
    running.join(30)
    assert raised[0].run is not None
    outcomes = {name: s.outcome for name, s in raised[0].run.steps.items()}
    assert outcomes == {"first": Outcome.DONE, "second": Outcome.CANCELLED}


def test_a_run_that_is_over_cannot_be_interrupted(stack: Stack) -> None:
    cancellation = Cancellation()
    GO_ON.set()
    assert execute(both, stack, cache=False, cancellation=cancellation).outcome is Outcome.DONE
    asking = threading.Thread(target=cancellation.ask)
    asking.start()
    asking.join()
    assert cancellation.asked.is_set()  # and nothing was raised here
