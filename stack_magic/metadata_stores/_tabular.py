"""Metadata in any database that SQLAlchemy speaks to.

SQLAlchemy takes 0.3 s to import: that is done by the first call, not by this module.
"""

from __future__ import annotations

from abc import abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from stack_magic.errors import StorageError

from ._base import BaseMetadataStore
from ._rows import artifact_of, readable_steps_of, run_of, runs_of, steps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from stack_magic.enums import Outcome
    from stack_magic.stack import Diagnostic

    from ._records import ArtifactRecord, FoundRuns, RunRecord, StepRecord

    P = ParamSpec("P")
    T = TypeVar("T")
    Query = Callable[Concatenate[Connection, P], T]


class TabularMetadataStore(BaseMetadataStore):
    """Records in tables by SQL; what derives from it says how a transaction is had."""

    @abstractmethod
    def _in_transaction(self, query: Callable[[Connection], T], *, writes: bool) -> T:
        """Return what *query* returns in a transaction, which is rolled back when it raises."""

    @property
    @abstractmethod
    def location(self) -> str:
        """What errors call the database: no secrets."""

    def probe(self) -> Iterator[Diagnostic]:
        """Yield nothing when the database answers; what that raises is told."""
        self.get_pipelines()
        yield from ()

    def start_run(
        self,
        pipeline: str,
        stack: str,
        *,
        parameters: Mapping[str, Any],
        steps: Sequence[str],
    ) -> RunRecord:
        """Record that a run begins; its name is `PIPELINE-N`, N counted from 1."""
        from ._queries import start_run

        return self._write(start_run, pipeline, stack, parameters, steps)

    def record_step(self, step: StepRecord) -> None:
        """Record one step of a run with its artifacts, in one transaction."""
        self.record_steps([step])

    def record_steps(self, steps: Sequence[StepRecord]) -> None:
        """Record steps with their artifacts, in one transaction."""
        from ._step_recording import record_steps

        if steps:
            self._write(record_steps, steps)

    def finish_run(self, run: str, outcome: Outcome, seconds: float) -> RunRecord:
        """Record how a run ended. Raises UnknownNameError for an unknown run."""
        from ._queries import finish_run

        return run_of(self._write(finish_run, run, outcome, seconds))

    def record_sources(self, sources: Mapping[str, str]) -> None:
        """Keep the source of each digest; nothing is written when all are there."""
        from ._queries import known_sources, record_sources

        if sources.keys() - self._read(known_sources, list(sources)):
            self._write(record_sources, sources)

    def forget_pipeline(self, pipeline: str) -> None:
        """Remove the records of a pipeline's runs; artifacts stay in their store."""
        from ._queries import forget_pipeline

        self._write(forget_pipeline, pipeline)

    def get_pipelines(self) -> list[str]:
        """Return the names of the pipelines that ever ran, sorted."""
        from ._queries import pipelines

        return self._read(pipelines)

    def get_pipeline_runs(self, pipeline: str | None = None) -> list[RunRecord]:
        """Return the runs of one pipeline, or of all, the oldest first.

        Runs that cannot be read are left out; `find_runs` says which they are.
        """
        return self.find_runs(pipeline).runs

    def find_runs(self, pipeline: str | None = None, *, last: int | None = None) -> FoundRuns:
        """Return the runs of one pipeline, or of all, and which of them cannot be read."""
        from ._queries import runs

        return runs_of(self._read(runs, pipeline, last))

    def find_run_names(self, prefix: str = "", *, last: int | None = None) -> list[str]:
        """Return the names of runs that begin with *prefix*, the newest first."""
        from ._queries import run_names

        return self._read(run_names, prefix, last)

    def get_pipeline_run(self, run: str) -> RunRecord:
        """Return one run. Raises UnknownNameError, naming the nearest."""
        from ._queries import one_run

        return run_of(self._read(one_run, run))

    def get_pipeline_run_steps(self, run: str) -> list[StepRecord]:
        """Return the recorded steps of a run, in the order in which they ended."""
        from ._step_queries import steps_of_run

        return steps_of(self._read(steps_of_run, run))

    def find_cached_step(self, cache_key: str) -> StepRecord | None:
        """Return the newest step that is done under this key, or None."""
        return self.find_cached_steps([cache_key]).get(cache_key)

    def find_cached_steps(self, cache_keys: Sequence[str]) -> dict[str, StepRecord]:
        """Return the newest step that is done under each of the keys, by its key."""
        from ._step_queries import cached_steps

        rows = self._read(cached_steps, cache_keys)
        return {step.cache_key: step for step in readable_steps_of(rows)}

    def get_previous_steps(self, pipeline: str, names: Sequence[str]) -> dict[str, StepRecord]:
        """Return the newest record of each step that was done or cached, by its name."""
        from ._step_queries import previous_steps

        rows = self._read(previous_steps, pipeline, names)
        return {step.name: step for step in readable_steps_of(rows)}

    def get_last_cache_keys(self, pipeline: str) -> list[str]:
        """Return the cache keys of the newest run of a pipeline that has any."""
        from ._step_queries import last_cache_keys

        return self._read(last_cache_keys, pipeline)

    def get_sources(self, digests: Sequence[str]) -> dict[str, str]:
        """Return the sources that are kept, by digest."""
        from ._queries import sources

        return self._read(sources, digests)

    def get_artifact(self, sha256: str) -> ArtifactRecord | None:
        """Return an artifact recorded with this digest, or None."""
        from ._step_queries import artifact

        row = self._read(artifact, sha256)
        return None if row is None else artifact_of(row)

    def get_producer_step_from_artifact(self, artifact: ArtifactRecord) -> StepRecord:
        """Return the step that wrote an artifact."""
        from ._step_queries import producer

        return steps_of(self._read(producer, artifact))[0]

    def _write(self, query: Query[P, T], *values: P.args, **named: P.kwargs) -> T:
        with self._our_errors():
            return self._in_transaction(lambda c: query(c, *values, **named), writes=True)

    def _read(self, query: Query[P, T], *values: P.args, **named: P.kwargs) -> T:
        with self._our_errors():
            return self._in_transaction(lambda c: query(c, *values, **named), writes=False)

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        """Turn the database's errors into one that names it and says what is kept."""
        from sqlalchemy.exc import DBAPIError

        try:
            yield
        except DBAPIError as error:
            said = error.orig or error
            raise StorageError(self._explained(said), hint=self._way_out(said)) from error
        except (UnicodeEncodeError, OverflowError) as error:
            message = f"metadata store {self.location!r} cannot hold such a value: {error}"
            raise StorageError(message, hint="%pipeline runs") from error
        except OSError as error:
            message = f"metadata store {self.location!r} cannot be used: {error}"
            raise StorageError(message, hint=self._way_out(error)) from error

    def _explained(self, error: BaseException) -> str:
        """Return the sentence for an error of the database's driver."""
        return f"metadata store {self.location!r} cannot be used: {error}; nothing was recorded"

    def _way_out(self, error: BaseException) -> str:
        """Return what to type about an error of the database's driver."""
        return f"%metadata_store check {self.name}"
