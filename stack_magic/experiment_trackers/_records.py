"""What an experiment tracker gives back: frozen values, the same in every flavor."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.display import Document, Fields, Line, Shown, Table, Title

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from stack_magic.display import Block

_CELL = 200


class RunKey(NamedTuple):
    """Where something is logged to.

    Attributes:
        pipeline: Name of the pipeline; outside of steps, of the tracker.
        run: Name of the run: `train-1`; outside of steps, of the tracker.
        step: Name of the step in the run; empty outside of steps.
    """

    pipeline: str
    run: str
    step: str


class Point(NamedTuple):
    """One value of a metric.

    Attributes:
        step: Where it is on the curve.
        value: The number; it may be nan or infinite.
        time: When it was logged (aware, UTC).
    """

    step: int
    value: float
    time: datetime


class TrackedArtifact(NamedTuple):
    """A file that was logged.

    Attributes:
        sha256: Hex digest of its bytes.
        size: Number of bytes.
        location: Where the copy is: an absolute path, or a URI.
    """

    sha256: str
    size: int
    location: str


@dataclass(frozen=True, repr=False)
class TrackedRun(Shown):
    """What one step of one run logged.

    Attributes:
        run: Name of the run: `train-1`.
        step: Name of the step in the run; empty for what was logged outside of steps.
        pipeline: Name of the pipeline.
        started: When the step logged first, or began (aware, UTC).
        params: By name, as JSON values; what is none is told in words.
        metrics: For each metric its points, in the order in which they were logged.
        artifacts: The files, by name.
        cached_from: Name of the run whose step logged this, where this run found its
            outputs in the cache; empty for a step that ran.
    """

    run: str
    step: str
    pipeline: str
    started: datetime
    params: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
    artifacts: Mapping[str, TrackedArtifact] = field(default_factory=dict)
    cached_from: str = ""

    @property
    def label(self) -> str:
        """What it is called where runs are compared: `train-2 fit (cached from train-1)`."""
        cached = f" (cached from {self.cached_from})" if self.cached_from else ""
        return f"{self.run} {self.step}".rstrip() + cached

    def document(self) -> Document:
        """Return what was logged, without times."""
        blocks: list[Block] = [Title(self.label)]
        if self.params:
            blocks.append(Fields(tuple((n, shortened_text(v)) for n, v in self.params.items())))
        if self.metrics:
            blocks.append(Table(("metric", "points", "last step", "last value"), self._metrics()))
        if self.artifacts:
            rows = tuple((name, f"{a.size} bytes") for name, a in self.artifacts.items())
            blocks.append(Table(("artifact", "size"), rows))
        if len(blocks) == 1:
            blocks.append(Line("nothing was logged"))
        return Document(tuple(blocks))

    def _metrics(self) -> tuple[tuple[str, ...], ...]:
        return tuple(
            (name, str(len(points)), str(last.step), f"{last.value:.6g}")
            for name, points in self.metrics.items()
            if (last := last_of(points)) is not None
        )


def last_of(points: tuple[Point, ...]) -> Point | None:
    """Return the point of the highest step, of several the one that was logged last."""
    return max(reversed(points), key=lambda point: point.step, default=None)


def shown_value(value: Any) -> str:
    """Return a param's value as it is shown: text as it is, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def shortened_text(value: Any) -> str:
    """Return a param's value as it is shown where there is a line for it."""
    text = shown_value(value)
    if len(text) <= _CELL:
        return text
    return f"{text[:_CELL]}… ({len(text):,} characters; the value's params has all)"
