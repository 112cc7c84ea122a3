"""A trivial step in a process of its own, over a bare interpreter that does the same work."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import cloudpickle  # type: ignore[import-untyped]

from stack_magic import Stack, pipeline, step
from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.metadata_stores import SqliteMetadataStore
from stack_magic.orchestrators import LocalOrchestrator
from stack_magic.pipelines import execute
from stack_magic.step_operators import SubprocessStepOperator

from .measure import Figure, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORKER = """
import sys
import cloudpickle, pydantic
pydantic.BaseModel
function, number = cloudpickle.loads(sys.stdin.buffer.read())
sys.stdout.buffer.write(cloudpickle.dumps(function(number)))
"""


def increment(number: int) -> int:
    """Do next to nothing."""
    return number + 1


increment.__module__ = "__main__"  # as a cell's: it travels by value
_increment = step(step_operator="apart", cache=False)(increment)


@pipeline
def single(number: int = 1) -> None:
    """Run one step in a process of its own."""
    _increment(number)


def _ours() -> float:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        here = Path(folder)
        store = SqliteMetadataStore(name="book", uri=f"sqlite:///{here / 'runs.db'}")
        components = (
            LocalOrchestrator(name="here"),
            LocalArtifactStore(name="lake", path=str(here / "artifacts")),
            store,
            SubprocessStepOperator(name="apart"),
        )
        stack = Stack.from_components("lab", {c.TYPE: c for c in components})
        store.get_pipelines()
        begin = time.perf_counter()
        run = execute(single, stack)
        seconds = time.perf_counter() - begin
        store.close()
        run.raise_for_outcome()
        return seconds


def _limit() -> float:
    begin = time.perf_counter()
    payload = cloudpickle.dumps((increment, 1))
    done = subprocess.run(
        [sys.executable, "-c", _WORKER], input=payload, capture_output=True, check=True
    )
    cloudpickle.loads(done.stdout)
    return time.perf_counter() - begin


def figures() -> Iterator[Figure]:
    """Yield the figure."""
    against = "a bare interpreter that unpickles the function, calls it and answers"
    seconds = compare(_ours, _limit, 9)
    yield Figure("a run of one step in a process of its own", *seconds, 3, against)
