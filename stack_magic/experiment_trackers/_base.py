"""What keeps the parameters, metrics and artifacts of a step's run."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from stack_magic.enums import StackComponentType
from stack_magic.stack import StackComponent

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping


class BaseExperimentTracker(StackComponent):
    """Logs to the run of the step that calls it.

    `prepare_step_run` opens that run and `cleanup_step_run` ends it; outside of a step
    a flavor logs to a run of its own.
    """

    TYPE: ClassVar[StackComponentType] = StackComponentType.EXPERIMENT_TRACKER

    @abstractmethod
    def log_params(self, params: Mapping[str, Any]) -> None:
        """Log what the step was given; a parameter is logged once."""

    @abstractmethod
    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Log numbers, each a point of a curve when *step* counts."""

    @abstractmethod
    def log_artifact(self, path: str | os.PathLike[str], name: str | None = None) -> None:
        """Keep a copy of the file at *path*, under its own name or *name*."""
