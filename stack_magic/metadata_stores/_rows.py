"""Records as rows and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from stack_magic.enums import Outcome

from ._records import ArtifactRecord, RunRecord, StepRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

    Artifacts = Mapping[str, Mapping[str, ArtifactRecord]]


def as_json(value: Any) -> str:
    """Return *value* as JSON text."""
    return json.dumps(value)


def as_text(moment: datetime) -> str:
    """Return *moment* in UTC as text that sorts and that every database keeps whole."""
    return moment.astimezone(UTC).isoformat()


def step_row(step: StepRecord) -> dict[str, Any]:
    """Return the columns of a step, without those that refer to other rows."""
    return {
        "name": step.name,
        "outcome": step.outcome.value,
        "code_digest": step.code_digest,
        "cache_key": step.cache_key,
        "parameters": as_json(dict(step.parameters)),
        "upstream": as_json(list(step.upstream)),
        "started": None if step.started is None else as_text(step.started),
        "seconds": step.seconds,
        "error": step.error.encode(errors="backslashreplace").decode(),
    }


def step_of(row: Any, artifacts: Artifacts) -> StepRecord:
    """Return the step of a row that has its run's name as `run`."""
    return StepRecord(
        run=row.run,
        name=row.name,
        outcome=Outcome(row.outcome),
        code_digest=row.code_digest,
        cache_key=row.cache_key,
        parameters=json.loads(row.parameters),
        inputs=artifacts.get("input", {}),
        outputs=artifacts.get("output", {}),
        upstream=tuple(json.loads(row.upstream)),
        started=None if row.started is None else datetime.fromisoformat(row.started),
        seconds=row.seconds,
        error=row.error,
    )


def run_of(row: Any) -> RunRecord:
    """Return the run of a row."""
    return RunRecord(
        name=row.name,
        pipeline=row.pipeline,
        stack=row.stack,
        started=datetime.fromisoformat(row.started),
        outcome=None if row.outcome is None else Outcome(row.outcome),
        seconds=row.seconds,
        parameters=json.loads(row.parameters),
        steps=tuple(json.loads(row.steps)),
    )


def artifact_row(artifact: ArtifactRecord) -> dict[str, Any]:
    """Return the columns of an artifact."""
    run, step = artifact.producer
    return {
        "sha256": artifact.sha256,
        "key": artifact.key,
        "size": artifact.size,
        "materializer": artifact.materializer,
        "type_name": artifact.type_name,
        "producer_run": run,
        "producer_step": step,
    }


def artifact_of(row: Any) -> ArtifactRecord:
    """Return the artifact of a row."""
    return ArtifactRecord(
        key=row.key,
        sha256=row.sha256,
        size=row.size,
        materializer=row.materializer,
        type_name=row.type_name,
        producer=(row.producer_run, row.producer_step),
    )
