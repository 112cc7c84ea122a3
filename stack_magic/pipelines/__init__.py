"""Steps and pipelines: functions of a notebook that a stack runs, records and caches.

`@step` functions called by a `@pipeline` function are its graph; `Pipeline.run` has it run
on a stack, and gives a `Run`: an outcome a step, and the values that they made.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._approval import approval
from ._graph import Graph, Node, Source
from ._parameters import PipelineParameter
from ._pipeline import Pipeline, pipeline
from ._placeholder import Placeholder
from ._policy import CachePolicy
from ._runner import Runner, install_runner
from ._step import Step, step
from ._tracking import log_artifact, log_metrics, log_params

if TYPE_CHECKING:
    from ._cancellation import Cancellation
    from ._execution import execute
    from ._identity import differences, identity_of
    from ._late_ends import record_late_ends
    from ._lost_records import lost_records, pipelines_in
    from ._package import ARTIFACT_TYPE, Package
    from ._package_form import HERE
    from ._package_source import source_of
    from ._run import Outputs, Run, StepRun
    from ._run_changes import changes_of_steps
    from ._run_end import RunEnd, end_of, goes_on, step_without_end
    from ._run_records import LOOKED_AT
    from ._tracked import tracked, tracked_run
    from ._watchers import RunWatcher

__all__ = [
    "ARTIFACT_TYPE",
    "HERE",
    "LOOKED_AT",
    "CachePolicy",
    "Cancellation",
    "Graph",
    "Node",
    "Outputs",
    "Package",
    "Pipeline",
    "PipelineParameter",
    "Placeholder",
    "Run",
    "RunEnd",
    "RunWatcher",
    "Runner",
    "Source",
    "Step",
    "StepRun",
    "approval",
    "changes_of_steps",
    "differences",
    "end_of",
    "execute",
    "goes_on",
    "identity_of",
    "install_runner",
    "log_artifact",
    "log_metrics",
    "log_params",
    "lost_records",
    "pipeline",
    "pipelines_in",
    "record_late_ends",
    "source_of",
    "step",
    "step_without_end",
    "tracked",
    "tracked_run",
]

_NEEDED_TO_RUN = {
    "ARTIFACT_TYPE": "._package",
    "Cancellation": "._cancellation",
    "HERE": "._package_form",
    "Outputs": "._run",
    "Package": "._package",
    "Run": "._run",
    "RunEnd": "._run_end",
    "RunWatcher": "._watchers",
    "StepRun": "._run",
    "differences": "._identity",
    "end_of": "._run_end",
    "execute": "._execution",
    "goes_on": "._run_end",
    "identity_of": "._identity",
    "lost_records": "._lost_records",
    "pipelines_in": "._lost_records",
    "source_of": "._package_source",
    "step_without_end": "._run_end",
    "record_late_ends": "._late_ends",
    "LOOKED_AT": "._run_records",
    "changes_of_steps": "._run_changes",
    "tracked": "._tracked",
    "tracked_run": "._tracked",
}


def __getattr__(name: str) -> Any:
    """Import what only a run, or a package, needs when it is asked for: loading stays fast."""
    if name not in _NEEDED_TO_RUN:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_NEEDED_TO_RUN[name], __name__), name)
