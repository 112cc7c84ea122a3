"""Steps and pipelines: functions of a notebook that a stack runs, records and caches.

`@step` functions called by a `@pipeline` function are its graph; `Pipeline.run` has it run
on a stack, and gives a `Run`: an outcome a step, and the values that they made.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._graph import Graph, Node, Source
from ._pipeline import Pipeline, PipelineParameter, pipeline
from ._placeholder import Placeholder
from ._runner import Runner, install_runner
from ._step import Step, step

if TYPE_CHECKING:
    from ._execution import execute
    from ._run import Outputs, Run, StepRun
    from ._watchers import RunWatcher

__all__ = [
    "Graph",
    "Node",
    "Outputs",
    "Pipeline",
    "PipelineParameter",
    "Placeholder",
    "Run",
    "RunWatcher",
    "Runner",
    "Source",
    "Step",
    "StepRun",
    "execute",
    "install_runner",
    "pipeline",
    "step",
]

_NEEDED_TO_RUN = {
    "Outputs": "._run",
    "Run": "._run",
    "RunWatcher": "._watchers",
    "StepRun": "._run",
    "execute": "._execution",
}


def __getattr__(name: str) -> Any:
    """Import what only a run needs when it is asked for: loading stays fast."""
    if name not in _NEEDED_TO_RUN:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_NEEDED_TO_RUN[name], __name__), name)
