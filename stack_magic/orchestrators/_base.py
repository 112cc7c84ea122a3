"""What decides when and where the steps of a run are run."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from stack_magic.enums import StackComponentType
from stack_magic.stack import StackComponent

if TYPE_CHECKING:
    from ._plan import Plan, RunStep


class BaseOrchestrator(StackComponent):
    """Runs every step of a plan once, each after the steps upstream of it."""

    TYPE: ClassVar[StackComponentType] = StackComponentType.ORCHESTRATOR

    @property
    def is_local(self) -> bool:
        """Whether the steps run on this machine; a flavor that sends them away says False."""
        return True

    @abstractmethod
    def prepare_or_run_pipeline(self, plan: Plan, run_step: RunStep) -> None:
        """Call *run_step* with the name of each step, in an order that respects upstream.

        A step is started when all steps upstream have ended, whatever their outcome:
        *run_step* itself skips what cannot run. Let KeyboardInterrupt pass.
        """
