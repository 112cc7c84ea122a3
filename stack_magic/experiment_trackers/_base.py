"""What keeps the parameters, metrics and artifacts of a step's run."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from stack_magic.enums import StackComponentType
from stack_magic.stack import StackComponent, current_step

from ._records import RunKey

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Mapping

    from ._records import TrackedRun


class BaseExperimentTracker(StackComponent):
    """Logs to the run of the step that calls it, and gives back what was logged.

    `prepare_step_run` begins that run anew and `cleanup_step_run` ends it; both are
    called in the process that runs the step, also when it fails. Outside of a step what
    is logged belongs to a run with the tracker's own name, which `prepare_step_run`
    begins anew too. What a call has logged outlives the process when the call returns.
    """

    TYPE: ClassVar[StackComponentType] = StackComponentType.EXPERIMENT_TRACKER

    @property
    def current_run(self) -> RunKey:
        """Where the next call logs to: the step that runs now, or the tracker's own run."""
        context = current_step()
        if context is None:
            return RunKey(self.name, self.name, "")
        return RunKey(context.pipeline, context.run, context.step)

    # Logging.

    @abstractmethod
    def log_params(self, params: Mapping[str, Any]) -> None:
        """Log what the step was given: JSON values, or anything else in words.

        A value is kept whole, and two that differ are never kept alike: what is no JSON is
        its repr with a digest of what it holds. All of the call is logged, or nothing.

        Raises:
            NameTakenError: The run has another value for one of them already.
            ReferenceRefusedError: One of them holds a secret.
            StackMagicError: One of them is too long to be kept whole, or cannot be read.
            InvalidNameError: A name cannot be one.
        """

    @abstractmethod
    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Log numbers, each a point of its metric's curve; nan and inf are kept.

        All of the call is logged, or nothing.

        Args:
            metrics: The numbers, by name.
            step: Where the points are on their curves; None takes, for each metric, the
                step after its highest one, counted from 0.

        Raises:
            StackMagicError: A value is no number.
            InvalidNameError: A name cannot be one.
        """

    @abstractmethod
    def log_artifact(self, path: str | os.PathLike[str], name: str | None = None) -> None:
        """Keep a copy of the file at *path*, whole or not at all.

        Args:
            path: A file; what becomes of it later does not matter.
            name: Its name in the run, such as `plots/roc.png`; by default the file's.
                Another file of this name takes the place of the former.

        Raises:
            StorageError: There is no such file, or it cannot be copied.
            InvalidNameError: The name cannot be one, or leads elsewhere.
        """

    # Asking.

    @abstractmethod
    def get_runs(self, pipeline: str | None = None, *, last: int | None = None) -> list[TrackedRun]:
        """Return what the steps of one pipeline, or of all, logged; the oldest first.

        Args:
            pipeline: Name of the pipeline.
            last: Give only so many, the newest.
        """

    def get_step_runs(self, steps: Collection[RunKey]) -> list[TrackedRun]:
        """Return what these steps logged, the oldest first; nothing of those that did not.

        A flavor with many runs does it without reading them all.
        """
        wanted = set(steps)
        return [
            run
            for pipeline in dict.fromkeys(key.pipeline for key in steps)
            for run in self.get_runs(pipeline)
            if RunKey(run.pipeline, run.run, run.step) in wanted
        ]

    # Tidying.

    def forget_pipeline(self, pipeline: str) -> None:
        """Remove what the runs of a pipeline logged; a flavor may be unable to."""
