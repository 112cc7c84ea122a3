"""Orchestrators decide when and where the steps of a run are run.

A flavor implements one method, `prepare_or_run_pipeline(plan, run_step)`: it calls
`run_step` with the name of each step of the plan, each after those upstream of it. What
a step reads, writes and records is not the orchestrator's business.
"""

from typing import TYPE_CHECKING

from stack_magic.stack import refusing_parts

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

if not TYPE_CHECKING:  # where it would make every name one of any type
    __getattr__ = refusing_parts(__name__)
