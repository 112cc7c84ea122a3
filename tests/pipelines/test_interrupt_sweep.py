"""Ctrl-C at every point of a run: it is recorded as cancelled, or it never began."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.enums import Outcome, StackComponentType
from stack_magic.errors import RunCancelledError
from stack_magic.pipelines import execute, pipeline, step
from tests.interruption import is_interrupted, opcodes_of, write_at_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.interruption import Opcode

    from .conftest import AnyDatabase, MakeStack

ROOMS = (
    "stack_magic.pipelines.",
    "stack_magic.metadata_stores.",
    "stack_magic.machine.",
    "stack_magic.artifact_stores.",
    "stack_magic.orchestrators.",
    "stack_magic.stack.",
    "contextlib",
)
# Every point where a run is begun and ended, a sample of all the others.
COURSE = ("stack_magic.pipelines._course", "stack_magic.machine._interrupts")
STRIDE = 131


@step
def add(number: int, more: int) -> int:
    return number + more


@step(cache=False)
def clock(number: int) -> int:
    return number


@pipeline
def program() -> None:
    """One step that is cached, and two that run."""
    clock(clock(add(1, 1)))


def _sampled(opcodes: list[Opcode]) -> Iterator[int]:
    points = (at for at, opcode in enumerate(opcodes) if opcode.follows_a_call)
    for number, at in enumerate(points):
        if opcodes[at].module in COURSE or number % STRIDE == 0:
            yield at


# Ctrl-C between the opening of a file and its `with`: Python closes it, and says so.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", ["sqlite", "any_database"])
def test_a_run_that_is_interrupted_is_cancelled_or_never_began(
    make_stack: MakeStack, any_database: AnyDatabase, tmp_path: Path, kind: str
) -> None:
    extra = {StackComponentType.METADATA_STORE: any_database} if kind == "any_database" else {}
    stack = make_stack(extra=extra)
    store: Any = stack.metadata_store
    kept: list[BaseException] = []  # as a notebook keeps its last error, with all its frames

    def run() -> None:
        try:
            execute(program, stack)
        except (KeyboardInterrupt, RunCancelledError) as error:
            kept.append(error)
            raise KeyboardInterrupt from error

    run()
    opcodes = opcodes_of(run, ROOMS)
    ends = set()
    with ThreadPoolExecutor(1) as stranger:
        for at in _sampled(opcodes):
            known = set(store.find_run_names())
            kept.clear()
            if not is_interrupted(run, at, ROOMS):  # a run may be shorter than the first one
                continue
            write_at_once(tmp_path / "runs.db")
            new = stranger.submit(store.find_run_names, last=1).result()[0]
            outcome = store.get_pipeline_run(new).outcome if new not in known else None
            assert new in known or outcome, f"no end after opcode {at} {opcodes[at]}"
            cancelled = isinstance(kept[0], RunCancelledError)
            assert (outcome is Outcome.CANCELLED) is cancelled, f"at opcode {at}"
            ends.add(outcome)
            assert execute(program, stack).outcome is Outcome.DONE
    # It had not begun, it went on, or its end was recorded already.
    assert ends == {None, Outcome.CANCELLED, Outcome.DONE}
