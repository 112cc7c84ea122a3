"""Where the runs, steps, artifacts and their lineage are recorded."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from stack_magic.enums import Outcome, StackComponentType
from stack_magic.stack import StackComponent

from ._records import FoundRuns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ._records import ArtifactRecord, RunRecord, StepRecord

RECENT_RUNS = 20
"""Runs of a pipeline among which the previous record of a step is looked for."""


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

    # Several at once, from the above; a flavor may do it in fewer questions.

    def record_steps(self, steps: Sequence[StepRecord]) -> None:
        """Record steps; a flavor with transactions records all of them or none."""
        for step in steps:
            self.record_step(step)

    def find_cached_steps(self, cache_keys: Sequence[str]) -> dict[str, StepRecord]:
        """Return the newest step that is done under each of the keys, by its key."""
        found = {key: self.find_cached_step(key) for key in cache_keys if key}
        return {key: step for key, step in found.items() if step is not None}

    def get_previous_steps(self, pipeline: str, names: Sequence[str]) -> dict[str, StepRecord]:
        """Return the newest record of each step that was done or cached, by its name.

        Only the last 20 runs of the pipeline are looked at.
        """
        found: dict[str, StepRecord] = {}
        for run in reversed(self.find_runs(pipeline, last=RECENT_RUNS).runs):
            if len(found) == len(set(names)):
                break
            for step in self.get_pipeline_run_steps(run.name):
                if step.name in names and step.outcome.is_good:
                    found.setdefault(step.name, step)
        return found

    def get_last_cache_keys(self, pipeline: str) -> list[str]:
        """Return the cache keys of the newest run of a pipeline that has any."""
        for run in reversed(self.get_pipeline_runs(pipeline)):
            keys = [step.cache_key for step in self.get_pipeline_run_steps(run.name)]
            if any(keys):
                return [key for key in keys if key]
        return []

    def find_runs(self, pipeline: str | None = None, *, last: int | None = None) -> FoundRuns:
        """Return the runs of one pipeline, or of all, and which of them cannot be read.

        Args:
            pipeline: Name of the pipeline.
            last: Only so many, the newest.
        """
        runs = self.get_pipeline_runs(pipeline)
        return FoundRuns(runs if last is None else runs[-last:] if last else [])

    def find_run_names(self, prefix: str = "", *, last: int | None = None) -> list[str]:
        """Return the names of runs that begin with *prefix*, the newest first.

        Args:
            prefix: What they begin with.
            last: Only so many, the newest.
        """
        runs = reversed(self.get_pipeline_runs())
        return [run.name for run in runs if run.name.startswith(prefix)][:last]

    # Sources of code, each kept once; a flavor may keep none.

    def record_sources(self, sources: Mapping[str, str]) -> None:
        """Keep the source of each digest."""

    def get_sources(self, digests: Sequence[str]) -> dict[str, str]:
        """Return the sources that are kept, by digest."""
        return {}

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
