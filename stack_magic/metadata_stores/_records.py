"""What a metadata store keeps: frozen values, the same in every flavor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from stack_magic.enums import Outcome
    from stack_magic.machine import ProcessIdentity


@dataclass(frozen=True)
class ArtifactRecord:
    """One artifact as it was written.

    Attributes:
        key: Where it is, relative to the root of its artifact store.
        sha256: Hex digest of its bytes.
        size: Number of bytes.
        materializer: Which materializer reads it back: `json`.
        type_name: The Python type of the value, with its shape if it has one:
            `numpy.ndarray 100`.
        producer: The run and step that wrote it: `("train-1", "load")`.
        references: The code of the notebook and the project that it refers to by name:
            `module:name:digest`.
        signature: HMAC-SHA256 of what it is by the key of the user who wrote it, where to
            read it runs code; empty for data, and for what earlier versions wrote.
    """

    key: str
    sha256: str
    size: int
    materializer: str
    type_name: str
    producer: tuple[str, str]
    references: tuple[str, ...] = ()
    signature: str = ""


@dataclass(frozen=True)
class StepRecord:
    """One step of one run, as it ended.

    Attributes:
        run: Name of the run.
        name: Name of the step in the run.
        outcome: How it ended.
        code_digest: SHA-256 of its code with all it needs.
        cache_key: SHA-256 of code, inputs and parameters; empty if it is not cached.
        parameters: Its parameters, as JSON values.
        inputs: The artifacts it read, by argument.
        outputs: The artifacts it wrote (or found in the cache), by output name.
        upstream: The steps it comes after.
        started: When it began (aware, UTC); None if it never did.
        seconds: How long it took, by a monotonic clock.
        error: What went wrong, in a few lines; empty if nothing did.
        reason: Why it ran or was taken from the cache, in one or several lines.
        reads: What its cache key was made of beside the code: files, environment,
            digests of parameters; as JSON values.
    """

    run: str
    name: str
    outcome: Outcome
    code_digest: str = ""
    cache_key: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, ArtifactRecord] = field(default_factory=dict)
    outputs: Mapping[str, ArtifactRecord] = field(default_factory=dict)
    upstream: tuple[str, ...] = ()
    started: datetime | None = None
    seconds: float = 0.0
    error: str = ""
    reason: str = ""
    reads: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RunRecord:
    """One run of a pipeline.

    Attributes:
        name: `PIPELINE-N`, unique in its store, counted from 1.
        pipeline: Name of the pipeline.
        stack: Name of the stack it ran on.
        started: When it began (aware, UTC).
        outcome: How it ended; None while it runs, and for good when its process died:
            `owner` tells which.
        seconds: How long it took, by a monotonic clock.
        parameters: The run's parameters, as JSON values.
        steps: Names of its steps in topological order.
        owner: The process that runs it; None if the store did not keep it.
    """

    name: str
    pipeline: str
    stack: str
    started: datetime
    outcome: Outcome | None = None
    seconds: float = 0.0
    parameters: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    owner: ProcessIdentity | None = None


@dataclass(frozen=True)
class FoundRuns:
    """Runs as a metadata store found them.

    Attributes:
        runs: Those that can be read, the oldest first.
        unreadable: Why the others cannot be read, in words, by the name of the run.
    """

    runs: list[RunRecord]
    unreadable: Mapping[str, str] = field(default_factory=dict)
