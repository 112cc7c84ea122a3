"""Records as rows and back; a row that cannot be read is an error in words."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC
from typing import TYPE_CHECKING, Any, TypeVar

from stack_magic.errors import StorageError

from ._records import ArtifactRecord, FoundRuns, RunRecord, StepRecord
from ._row_values import reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    Rows = Sequence[Any]

T = TypeVar("T")


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
        "error": _unicode(step.error),
        "reason": _unicode(step.reason),
        "reads": as_json(dict(step.reads)),
    }


def _unicode(text: str) -> str:
    """Return *text* with what no database takes as text, such as half a pair, escaped."""
    return text.encode(errors="backslashreplace").decode()


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
        "refers": as_json(list(artifact.references)),
        "signature": artifact.signature,
    }


def run_of(row: Any) -> RunRecord:
    """Return the run of a row.

    Raises:
        StorageError: The row cannot be read.
    """
    field = reader(row, f"run {row.name!r}")
    return RunRecord(
        name=field("name", "a text"),
        pipeline=field("pipeline", "a text"),
        stack=field("stack", "a text"),
        started=field("started", "a time"),
        outcome=None if row.outcome is None else field("outcome", "an outcome"),
        seconds=field("seconds", "a number"),
        parameters=field("parameters", "a JSON object"),
        steps=field("steps", "a JSON list of texts"),
        owner=field("owner", "a process"),
    )


def runs_of(rows: Rows) -> FoundRuns:
    """Return the runs that can be read, and why the others cannot."""
    runs, unreadable = [], {}
    for row in rows:
        try:
            runs.append(run_of(row))
        except StorageError as error:
            unreadable[str(row.name)] = error.message
    return FoundRuns(runs, unreadable)


def steps_of(rows: tuple[Rows, Rows]) -> list[StepRecord]:
    """Return steps from their rows and those of their artifacts.

    Raises:
        StorageError: A row cannot be read.
    """
    return list(_steps(rows))


def readable_steps_of(rows: tuple[Rows, Rows]) -> list[StepRecord]:
    """Return the steps that can be read: the others are as good as not recorded."""
    return list(_steps(rows, skip=True))


def _steps(rows: tuple[Rows, Rows], *, skip: bool = False) -> Iterator[StepRecord]:
    steps, links = rows
    linked: dict[int, list[Any]] = defaultdict(list)
    for link in links:
        linked[link.step_id].append(link)
    for row in steps:
        try:
            step = _step_of(row, linked[row.id])
        except StorageError:
            if not skip:
                raise
        else:
            yield step


def _step_of(row: Any, links: Rows) -> StepRecord:
    what = f"step {row.name!r} of run {row.run!r}"
    field = reader(row, what)
    artifacts: dict[str, dict[str, ArtifactRecord]] = {"input": {}, "output": {}}
    for link in links:
        of_link = reader(link, what)
        role = of_link("role", "input or output")
        artifacts[role][of_link("label", "a text")] = artifact_of(link)
    return StepRecord(
        run=field("run", "a text"),
        name=field("name", "a text"),
        outcome=field("outcome", "an outcome"),
        code_digest=field("code_digest", "a text"),
        cache_key=field("cache_key", "a text"),
        parameters=field("parameters", "a JSON object"),
        inputs=artifacts["input"],
        outputs=artifacts["output"],
        upstream=field("upstream", "a JSON list of texts"),
        started=None if row.started is None else field("started", "a time"),
        seconds=field("seconds", "a number"),
        error=field("error", "a text"),
        reason=field("reason", "a text"),
        reads=field("reads", "a JSON object"),
    )


def artifact_of(row: Any) -> ArtifactRecord:
    """Return the artifact of a row.

    Raises:
        StorageError: The row cannot be read.
    """
    field = reader(row, f"artifact {row.key!r:.100}")
    return ArtifactRecord(
        key=field("key", "a text"),
        sha256=field("sha256", "a text"),
        size=field("size", "a whole number"),
        materializer=field("materializer", "a text"),
        type_name=field("type_name", "a text"),
        producer=(field("producer_run", "a text"), field("producer_step", "a text")),
        references=field("refers", "a JSON list of texts"),
        signature=field("signature", "a text"),
    )


def chunks(values: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """Yield the different ones of *values* in lists that one statement can take."""
    different = list(dict.fromkeys(values))
    for start in range(0, len(different), size):
        yield different[start : start + size]
