"""What was shown as done is recorded for good, wherever the process is killed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.metadata_stores import SqliteMetadataStore
from stack_magic.orchestrators import LocalOrchestrator
from stack_magic.pipelines import Run, end_of, execute, pipeline, step
from stack_magic.stack import Stack
from tests.interruption import write_at_once

if TYPE_CHECKING:
    from pathlib import Path

_PROGRAM = """
import os, signal, sys, threading
from pathlib import Path

from stack_magic.pipelines import execute
from tests.faults.test_killed_run import Shown, program, stack_in

ROOMS = ("stack_magic.pipelines.", "stack_magic.metadata_stores.", "stack_magic.machine.")
count, at = 0, int(sys.argv[2])

def inside(frame, event, _):
    global count
    if event == "line":
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)
    return inside

def entered(frame, *_):
    return inside if frame.f_globals.get("__name__", "").startswith(ROOMS) else None

stack = stack_in(Path(sys.argv[1]))
sys.settrace(entered)
threading.settrace(entered)
execute(program, stack, watchers=[Shown()], parameters={"changed": int(sys.argv[3])})
sys.settrace(None)
print(f"lines {count}", flush=True)
"""


@step
def add(number: int, more: int) -> int:
    return number + more


@pipeline
def program(changed: int = 0) -> None:
    """Four steps that are cached, one that is new, and four more that are cached."""
    for number in range(4):
        add(number, 1)
    add(-1, changed)
    for number in range(4, 8):
        add(number, 1)


class Shown:
    """Prints what a user would be shown."""

    def run_started(self, run: str, *_: object) -> None:
        print(f"run {run}", flush=True)  # noqa: T201 - the parent reads it

    def step_started(self, _: str) -> None: ...

    def step_ended(self, step: str, outcome: object, _: float) -> None:
        print(f"step {step} {outcome}", flush=True)  # noqa: T201

    def run_ended(self, run: Run) -> None: ...


def stack_in(folder: Path) -> Stack:
    components = (
        LocalOrchestrator(name="here"),
        LocalArtifactStore(name="lake", path=str(folder / "artifacts")),
        SqliteMetadataStore(name="book", uri=str(folder / "runs.db")),
    )
    return Stack.from_components("lab", {one.TYPE: one for one in components})


def _killed(folder: Path, at: int, changed: int) -> tuple[str, list[tuple[str, str]], int]:
    """Return the run's name, the steps that were shown before line *at*, and the lines seen."""
    command = [sys.executable, "-c", _PROGRAM, str(folder), str(at), str(changed)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == (-9 if at else 0), ended.stderr
    said = [line.split() for line in ended.stdout.splitlines()]
    run = next((words[1] for words in said if words[0] == "run"), "")
    steps = [(words[1], words[2]) for words in said if words[0] == "step"]
    return run, steps, next((int(words[1]) for words in said if words[0] == "lines"), 0)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_what_was_shown_is_recorded_wherever_the_process_is_killed(tmp_path: Path) -> None:
    stack = stack_in(tmp_path)
    execute(program, stack)
    _, shown, lines = _killed(tmp_path, 0, 1)
    assert [outcome for _, outcome in shown] == ["cached"] * 4 + ["done"] + ["cached"] * 4
    were_shown, ends = set(), set()
    for number, at in enumerate(range(lines // 12, lines, lines // 12)):
        run, shown, _ = _killed(tmp_path, at, number + 2)
        were_shown.add(len(shown))
        write_at_once(tmp_path / "runs.db")
        if not run:  # it had not begun, or its beginning was not shown
            continue
        loaded = Run.load(stack, run)
        recorded = [(name, str(loaded[name].outcome)) for name, _ in shown]
        assert recorded == shown, f"killed at line {at} of {lines}"
        ends.add(str(end_of(loaded.record)))
    assert len(were_shown) > 1  # some were killed in between
    assert "▲ abandoned: its kernel has ended" in ends
    assert ends <= {"▲ abandoned: its kernel has ended", "✓ done"}
    # Whoever comes next can write.
    assert str(execute(program, stack).outcome) == "done"
