"""Steps and pipelines: functions of a notebook that a stack runs, records and caches.

`@step` functions called by a `@pipeline` function are its graph; `Pipeline.run` has it run
on a stack, and gives a `Run`: an outcome a step, and the values that they made.
"""

from ._execution import execute
from ._graph import Graph, Node, Source
from ._pipeline import Pipeline, PipelineParameter, pipeline
from ._placeholder import Placeholder
from ._run import Outputs, Run, StepRun
from ._runner import Runner, install_runner
from ._step import Step, step
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
