"""Where the runs, steps, artifacts and their lineage are recorded."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from stack_magic.enums import Outcome, StackComponentType
from stack_magic.stack import StackComponent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ._records import ArtifactRecord, RunRecord, StepRecord


class BaseMetadataStore(StackComponent):
    """Records and answers what ran, on what, from what, with which outcome.

    Every call that records is durable when it returns: what it acknowledged survives
    the end of the process. Query names are those of ZenML 0.12.
    """

    TYPE: ClassVar[StackComponentType] = StackComponentType.METADATA_STORE

    # Recording.

    @abstractmethod
    def start_run(
        self,
        pipeline: str,
        stack: str,
        *,
        parameters: Mapping[str, Any],
        steps: Sequence[str],
    ) -> RunRecord:
        """Record that a run begins; its name is `PIPELINE-N`, N counted from 1."""

    @abstractmethod
    def record_step(self, step: StepRecord) -> None:
        """Record one step of a run with its artifacts, in one transaction."""

    @abstractmethod
    def finish_run(self, run: str, outcome: Outcome, seconds: float) -> RunRecord:
        """Record how a run ended. Raises UnknownNameError for an unknown run."""

    # Asking.

    @abstractmethod
    def get_pipelines(self) -> list[str]:
        """Return the names of the pipelines that ever ran, sorted."""

    @abstractmethod
    def get_pipeline_runs(self, pipeline: str | None = None) -> list[RunRecord]:
        """Return the runs of one pipeline, or of all, the oldest first."""

    @abstractmethod
    def get_pipeline_run(self, run: str) -> RunRecord:
        """Return one run. Raises UnknownNameError, naming the nearest."""

    @abstractmethod
    def get_pipeline_run_steps(self, run: str) -> list[StepRecord]:
        """Return the recorded steps of a run, in the order in which they ended."""

    @abstractmethod
    def find_cached_step(self, cache_key: str) -> StepRecord | None:
        """Return the newest step that is done under this key, or None."""

    @abstractmethod
    def get_artifact(self, sha256: str) -> ArtifactRecord | None:
        """Return an artifact recorded with this digest, or None."""

    @abstractmethod
    def get_producer_step_from_artifact(self, artifact: ArtifactRecord) -> StepRecord:
        """Return the step that wrote an artifact."""

    # Tidying.

    def forget_pipeline(self, pipeline: str) -> None:
        """Remove the records of a pipeline's runs; a flavor may be unable to.

        The artifacts themselves stay in their store.
        """

    # Following from the above.

    def get_step_artifacts(
        self, step: StepRecord
    ) -> tuple[Mapping[str, ArtifactRecord], Mapping[str, ArtifactRecord]]:
        """Return the inputs and the outputs of a step, by name."""
        return step.inputs, step.outputs

    def get_step_status(self, step: StepRecord) -> Outcome:
        """Return how a step ended."""
        return step.outcome
