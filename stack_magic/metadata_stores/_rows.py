"""Records as rows and back; a row that cannot be read is an error in words."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from stack_magic.enums import Outcome
from stack_magic.errors import StorageError
from stack_magic.machine import ProcessIdentity

from ._records import ArtifactRecord, FoundRuns, RunRecord, StepRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Rows = Sequence[Any]

T = TypeVar("T")

_SHOWN = 40
"""Characters of a value that an error shows."""


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
    field = _reader(row, f"run {row.name!r}")
    return RunRecord(
        name=row.name,
        pipeline=row.pipeline,
        stack=row.stack,
        started=field("started", "a time"),
        outcome=None if row.outcome is None else field("outcome", "an outcome"),
        seconds=field("seconds", "a number"),
        parameters=field("parameters", "a JSON object"),
        steps=tuple(field("steps", "a JSON list")),
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
    artifacts: dict[tuple[int, str], dict[str, ArtifactRecord]] = defaultdict(dict)
    for link in links:
        artifacts[link.step_id, link.role][link.label] = artifact_of(link)
    for row in steps:
        try:
            step = _step_of(row, artifacts[row.id, "input"], artifacts[row.id, "output"])
        except StorageError:
            if not skip:
                raise
        else:
            yield step


def _step_of(
    row: Any, inputs: dict[str, ArtifactRecord], outputs: dict[str, ArtifactRecord]
) -> StepRecord:
    field = _reader(row, f"step {row.name!r} of run {row.run!r}")
    return StepRecord(
        run=row.run,
        name=row.name,
        outcome=field("outcome", "an outcome"),
        code_digest=row.code_digest,
        cache_key=row.cache_key,
        parameters=field("parameters", "a JSON object"),
        inputs=inputs,
        outputs=outputs,
        upstream=tuple(field("upstream", "a JSON list")),
        started=None if row.started is None else field("started", "a time"),
        seconds=field("seconds", "a number"),
        error=row.error,
        reason=row.reason,
        reads=field("reads", "a JSON object"),
    )


def artifact_of(row: Any) -> ArtifactRecord:
    """Return the artifact of a row."""
    return ArtifactRecord(
        key=row.key,
        sha256=row.sha256,
        size=row.size,
        materializer=row.materializer,
        type_name=row.type_name,
        producer=(row.producer_run, row.producer_step),
        references=tuple(map(str, json.loads(row.refers))),
        signature=row.signature,
    )


def _reader(row: Any, what: str) -> Callable[[str, str], Any]:
    def field(column: str, kind: str) -> Any:
        value = getattr(row, column)
        try:
            return _KINDS[kind](value)
        except (ValueError, TypeError) as error:
            shown = repr(value)
            shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
            message = f"{what} cannot be read: column {column!r} holds {shown}, not {kind}"
            raise StorageError(
                message, hint="other runs are not touched: %pipeline runs"
            ) from error

    return field


def _json(kind: type) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = json.loads(text)
        if not isinstance(value, kind):
            raise TypeError(text)
        return value

    return read


def _process(text: str) -> ProcessIdentity | None:
    value = json.loads(text)
    return None if value is None else ProcessIdentity(*value)


_KINDS: dict[str, Callable[[Any], Any]] = {
    "a JSON object": _json(dict),
    "a JSON list": _json(list),
    "a time": datetime.fromisoformat,
    "an outcome": Outcome,
    "a number": float,
    "a process": _process,
}


def chunks(values: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """Yield the different ones of *values* in lists that one statement can take."""
    different = list(dict.fromkeys(values))
    for start in range(0, len(different), size):
        yield different[start : start + size]
