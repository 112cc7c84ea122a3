"""What the promises of a metadata store are tried with: a pipeline of its own, and records."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import wraps
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import uuid4

from stack_magic.enums import Outcome

from ._records import ArtifactRecord, RunRecord, StepRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._base import BaseMetadataStore

    Check = Callable[[BaseMetadataStore, str], None]


def with_own_pipeline(check: Check) -> Callable[[BaseMetadataStore], None]:
    """Give a check the name of a fresh pipeline, which is forgotten whatever happens."""

    @wraps(check)
    def checked(store: BaseMetadataStore) -> None:
        pipeline = f"contract-{uuid4().hex[:12]}"
        try:
            check(store, pipeline)
        finally:
            store.forget_pipeline(pipeline)

    return checked


def start(store: BaseMetadataStore, pipeline: str) -> RunRecord:
    """Start a run of two steps."""
    steps = ("load", "train")
    return store.start_run(pipeline, "prod", parameters={"rate": 0.5}, steps=steps)


def digest(text: str) -> str:
    """Return the digest of a text."""
    return sha256(text.encode()).hexdigest()


def artifact(run: RunRecord, step: str) -> ArtifactRecord:
    """Return what a step of the run wrote."""
    key = f"{run.name}/{step}/output"
    producer = (run.name, step)
    references = (f"__main__:Model:{digest('code')}",)
    return ArtifactRecord(
        key, digest(key), 12, "json", "dict", producer, references, signature=digest("signed")
    )


def load(run: RunRecord) -> StepRecord:
    """Return a step that is done, with everything that a record may have."""
    return StepRecord(
        run=run.name,
        name="load",
        outcome=Outcome.DONE,
        code_digest=digest("code"),
        cache_key=digest(f"key of {run.name}"),
        parameters={"limit": 10, "columns": ["a", "b"], "text": "zwölf"},
        outputs={"output": artifact(run, "load")},
        started=datetime(2024, 2, 29, 12, 30, 0, 123456, tzinfo=UTC),
        seconds=1.5,
    )


def train(run: RunRecord) -> StepRecord:
    """Return a step that failed, and read what the first one wrote."""
    return StepRecord(
        run=run.name,
        name="train",
        outcome=Outcome.FAILED,
        inputs={"data": artifact(run, "load")},
        upstream=("load",),
        error="ValueError: no data",
    )
