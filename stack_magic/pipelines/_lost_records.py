"""Artifacts of runs that the metadata store does not know: its records are new, or lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.enums import Severity
from stack_magic.stack import Diagnostic

from ._flavor_calls import calling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stack_magic.artifact_stores import BaseArtifactStore
    from stack_magic.metadata_stores import BaseMetadataStore


def lost_records(
    records: BaseMetadataStore, artifacts: BaseArtifactStore, pipelines: Iterable[str]
) -> Iterator[Diagnostic]:
    """Yield a warning for each pipeline, of which nothing is recorded, that has artifacts."""
    for pipeline in pipelines:
        run = f"{pipeline}-1"
        with calling(artifacts, "exists"):
            is_there = artifacts.exists(f"{pipeline}/{run}")
        if is_there:
            message = (
                f"artifact store {artifacts.name!r} has what an earlier {run!r} made, and metadata "
                f"store {records.name!r} does not know of it: its records are new, or were lost; "
                "runs are counted from 1 again, until a copy of the records is put back"
            )
            fix = f"%{records.TYPE} describe {records.name}"
            yield Diagnostic("records-lost", Severity.WARNING, pipeline, message, fix)


def pipelines_in(artifacts: BaseArtifactStore, most: int = 100) -> list[str]:
    """Return what may be the names of pipelines with artifacts, sorted."""
    with calling(artifacts, "listdir"):
        return sorted(artifacts.listdir(""))[:most]
