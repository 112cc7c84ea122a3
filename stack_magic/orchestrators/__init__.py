"""Orchestrators decide when and where the steps of a run are run.

A flavor implements one method, `prepare_or_run_pipeline(plan, run_step)`: it calls
`run_step` with the name of each step of the plan, each after those upstream of it. What
a step reads, writes and records is not the orchestrator's business.
"""

from ._base import BaseOrchestrator
from ._local import LocalOrchestrator
from ._plan import Plan, PlannedStep, RunStep

__all__ = [
    "BaseOrchestrator",
    "LocalOrchestrator",
    "Plan",
    "PlannedStep",
    "RunStep",
]
