"""Metadata in any database that SQLAlchemy speaks to.

SQLAlchemy takes 0.3 s to import: that is done by the first call, not by this module.
"""

from __future__ import annotations

from abc import abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from pydantic import PrivateAttr

from stack_magic.errors import StorageError

from ._base import BaseMetadataStore
from ._database import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine

    from stack_magic.enums import Outcome
    from stack_magic.stack import Diagnostic

    from ._records import ArtifactRecord, RunRecord, StepRecord

    P = ParamSpec("P")
    T = TypeVar("T")
    Query = Callable[Concatenate[Connection, P], T]


class SqlMetadataStore(BaseMetadataStore):
    """Records in tables; a flavor says how to reach the database, in `new_engine`."""

    _database: Database = PrivateAttr(default_factory=Database)

    @abstractmethod
    def new_engine(self) -> Engine:
        """Return an engine of the database, with the tables made."""

    @property
    def location(self) -> str:
        """What errors call the database: no secrets."""
        return self.name

    @staticmethod
    def create_tables(engine: Engine) -> None:
        """Make the tables that are missing."""
        from ._tables import METADATA

        METADATA.create_all(engine)

    def close(self) -> None:
        """Close the connections; the next use opens new ones."""
        self._database.close()

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
        from ._queries import record_step

        self._write(record_step, step)

    def finish_run(self, run: str, outcome: Outcome, seconds: float) -> RunRecord:
        """Record how a run ended. Raises UnknownNameError for an unknown run."""
        from ._queries import finish_run

        return self._write(finish_run, run, outcome, seconds)

    def forget_pipeline(self, pipeline: str) -> None:
        """Remove the records of a pipeline's runs; artifacts stay in their store."""
        from ._queries import forget_pipeline

        self._write(forget_pipeline, pipeline)

    def get_pipelines(self) -> list[str]:
        """Return the names of the pipelines that ever ran, sorted."""
        from ._queries import pipelines

        return self._read(pipelines)

    def get_pipeline_runs(self, pipeline: str | None = None) -> list[RunRecord]:
        """Return the runs of one pipeline, or of all, the oldest first."""
        from ._queries import runs

        return self._read(runs, pipeline)

    def get_pipeline_run(self, run: str) -> RunRecord:
        """Return one run. Raises UnknownNameError, naming the nearest."""
        from ._queries import one_run

        return self._read(one_run, run)

    def get_pipeline_run_steps(self, run: str) -> list[StepRecord]:
        """Return the recorded steps of a run, in the order in which they ended."""
        from ._queries import steps_of_run

        return self._read(steps_of_run, run)

    def find_cached_step(self, cache_key: str) -> StepRecord | None:
        """Return the newest step that is done under this key, or None."""
        from ._queries import cached_step

        return self._read(cached_step, cache_key) if cache_key else None

    def get_artifact(self, sha256: str) -> ArtifactRecord | None:
        """Return an artifact recorded with this digest, or None."""
        from ._queries import artifact

        return self._read(artifact, sha256)

    def get_producer_step_from_artifact(self, artifact: ArtifactRecord) -> StepRecord:
        """Return the step that wrote an artifact."""
        from ._queries import producer

        return self._read(producer, artifact)

    def _write(self, query: Query[P, T], *values: P.args, **named: P.kwargs) -> T:
        with self._our_errors(), self._transaction(writes=True) as connection:
            return query(connection, *values, **named)

    def _read(self, query: Query[P, T], *values: P.args, **named: P.kwargs) -> T:
        with self._our_errors(), self._transaction(writes=False) as connection:
            return query(connection, *values, **named)

    def _transaction(self, *, writes: bool) -> AbstractContextManager[Connection]:
        return self._database.transaction(self.new_engine, self.location, writes=writes)

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        """Turn the database's errors into one that names it and says what is kept."""
        from sqlalchemy.exc import DBAPIError

        try:
            yield
        except DBAPIError as error:
            raise StorageError(self._explained(error.orig or error)) from error
        except OSError as error:
            message = f"metadata store {self.location!r} cannot be used: {error}"
            raise StorageError(message) from error

    def _explained(self, error: BaseException) -> str:
        """Return the sentence for an error of the database's driver."""
        return f"metadata store {self.location!r} cannot be used: {error}; nothing was recorded"
