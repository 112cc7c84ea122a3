'''Metadata stores record what ran: runs, steps, artifacts and their lineage.

From the metadata store come the history of a pipeline, the step that wrote an artifact,
and the decision that a step need not run again. A flavor implements the methods of
`BaseMetadataStore` that record (`start_run`, `record_step`, `finish_run`) and those that
ask (`get_pipelines`, `get_pipeline_runs`, `find_cached_step`, ...), in terms of the frozen
records `RunRecord`, `StepRecord` and `ArtifactRecord`. What is recorded must outlive the
process when the call returns.

For a database that SQLAlchemy speaks to, derive from `SqlMetadataStore` and say how to
reach it:

    class TeamStore(SqlMetadataStore):
        """Keeps the team's runs in one PostgreSQL database."""

        FLAVOR = "team"
        host: str

        def new_engine(self):
            engine = create_engine(f"postgresql+psycopg://{self.host}/runs")
            self.create_tables(engine)
            return engine

`%metadata_store check NAME` tries every promise of the type on a component.
'''

from typing import TYPE_CHECKING

from stack_magic.stack import refusing_parts

from ._base import BaseMetadataStore
from ._records import ArtifactRecord, FoundRuns, RunRecord, StepRecord
from ._sql import SqlMetadataStore
from ._sqlite import SqliteMetadataStore

__all__ = [
    "ArtifactRecord",
    "BaseMetadataStore",
    "FoundRuns",
    "RunRecord",
    "SqlMetadataStore",
    "SqliteMetadataStore",
    "StepRecord",
]

if not TYPE_CHECKING:  # where it would make every name one of any type
    __getattr__ = refusing_parts(__name__)
