"""Whole runs as they are compared: one value a run, whatever its steps logged."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.display import Document, Fields, Line, Shown, Table, Title, listed_names

from ._records import last_of, shortened_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from stack_magic.display import Block
    from stack_magic.enums import Outcome

    from ._records import Point, TrackedArtifact, TrackedRun

PARAMS, METRICS = "params", "metrics"
_FEW = 3


@dataclass(frozen=True, repr=False)
class ComparedRun(Shown):
    """A run: what its pipeline was given, and what its steps logged.

    A name that several steps of one run log is `step.name` for each of them; so is a param
    that has another value than the pipeline's parameter of that name.

    Attributes:
        run: Name of the run: `train-1`.
        pipeline: Name of the pipeline.
        started: When it began (aware, UTC).
        params: The pipeline's parameters and what the steps logged, as JSON values.
        metrics: For each metric its points, in the order in which they were logged.
        artifacts: The files that were logged.
        steps: What each step logged, in the order in which they did.
        outcome: How the run ended; None where that is not known, or it is under way.
    """

    run: str
    pipeline: str
    started: datetime
    params: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
    artifacts: Mapping[str, TrackedArtifact] = field(default_factory=dict)
    steps: tuple[TrackedRun, ...] = ()
    outcome: Outcome | None = None

    @property
    def label(self) -> str:
        """What it is called beside others: `train-2 (cached from train-1)`."""
        cached = _cached_words(self.steps)
        ended = str(self.outcome) if self.outcome is not None and not self.outcome.is_good else ""
        words = "; ".join(filter(None, (ended, cached)))
        return f"{self.run} ({words})" if words else self.run

    @property
    def row(self) -> dict[str, Any]:
        """The run as a row: `pandas.DataFrame([run.row for run in runs])`.

        A param or metric that is called like a column before it is `params.x`, `metrics.x`.
        """
        row = {"run": self.run, "pipeline": self.pipeline, "started": self.started}
        metrics = {f"{METRICS}.{n}" if n in row else n: self.last(n) for n in self.metrics}
        taken = {*row, *metrics}
        params = {f"{PARAMS}.{n}" if n in taken else n: v for n, v in self.params.items()}
        return {**row, **params, **metrics}

    def last(self, metric: str) -> float | None:
        """Return a metric's value at its highest step; None where it has none."""
        point = last_of(self.metrics.get(metric, ()))
        return None if point is None else point.value

    def value(self, name: str) -> Any:
        """Return what *name* is in the run; None where it has none.

        Args:
            name: A metric, whose last value it is, or a param; `metrics.auc` and `params.C`
                say which is meant.
        """
        kind, _, rest = name.partition(".")
        if kind == METRICS and rest in self.metrics:
            return self.last(rest)
        if kind == PARAMS and rest in self.params:
            return self.params[rest]
        return self.last(name) if name in self.metrics else self.params.get(name)

    def document(self) -> Document:
        """Return the params, the metrics' last values and the files."""
        blocks: list[Block] = [Title(self.label)]
        if self.params:
            pairs = ((name, shortened_text(value)) for name, value in self.params.items())
            blocks.append(Fields(tuple(pairs)))
        if self.metrics:
            rows = tuple((n, str(len(p)), f"{self.last(n):.6g}") for n, p in self.metrics.items())
            blocks.append(Table(("metric", "points", "last value"), rows))
        if self.artifacts:
            files = tuple((name, f"{a.size} bytes") for name, a in self.artifacts.items())
            blocks.append(Table(("artifact", "size"), files))
        if len(blocks) == 1:
            blocks.append(Line("nothing was logged"))
        return Document(tuple(blocks))


class RunParts(NamedTuple):
    """What a run is made of before it is compared.

    Attributes:
        run: Name of the run.
        pipeline: Name of the pipeline.
        started: When it began.
        parameters: What the pipeline was given, as JSON values.
        steps: What each of its steps logged, each step once.
        outcome: How it ended, where that is known.
    """

    run: str
    pipeline: str
    started: datetime
    parameters: Mapping[str, Any]
    steps: tuple[TrackedRun, ...]
    outcome: Outcome | None = None


def compared_runs(runs: Sequence[RunParts]) -> list[ComparedRun]:
    """Return runs to be compared, in the same order.

    What a name means is the same in all runs of a pipeline: where two steps of one of them
    log it, it is `step.name` in each.
    """
    clashing = {key for parts in runs for key in _clashes(parts)}
    return [_compared(parts, {n for p, n in clashing if p == parts.pipeline}) for parts in runs]


def _compared(parts: RunParts, clashing: set[str]) -> ComparedRun:
    params = dict(parts.parameters)
    metrics: dict[str, tuple[Point, ...]] = {}
    artifacts: dict[str, TrackedArtifact] = {}
    for step in parts.steps:

        def named(name: str, kind: str, step: str = step.step) -> str:
            return f"{step}.{name}" if f"{kind} {name}" in clashing and step else name

        params |= {named(name, PARAMS): value for name, value in step.params.items()}
        metrics |= {named(name, METRICS): points for name, points in step.metrics.items()}
        artifacts |= {named(name, "files"): file for name, file in step.artifacts.items()}
    return ComparedRun(
        parts.run,
        parts.pipeline,
        parts.started,
        params,
        metrics,
        artifacts,
        parts.steps,
        parts.outcome,
    )


def _clashes(parts: RunParts) -> Iterator[tuple[str, str]]:
    """Yield what two steps of a run log, or a step otherwise than the pipeline was given it."""
    times = Counter(
        f"{kind} {name}"
        for step in parts.steps
        for kind, names in _logged_names(step).items()
        for name in names
    )
    yield from ((parts.pipeline, name) for name, number in times.items() if number > 1)
    for step in parts.steps:
        for name, value in step.params.items():
            given = parts.parameters
            if name in given and json_text(given[name]) != json_text(value):
                yield parts.pipeline, f"{PARAMS} {name}"


def _logged_names(step: TrackedRun) -> dict[str, Mapping[str, Any]]:
    return {PARAMS: step.params, METRICS: step.metrics, "files": step.artifacts}


def _cached_words(steps: Sequence[TrackedRun]) -> str:
    """Return which steps came from the cache: `cached from train-1`, `fit cached from train-1`."""
    makers = {run: [s.step for s in steps if s.cached_from == run] for run in _makers(steps)}
    if len(makers) == 1 and all(step.cached_from for step in steps):
        return f"cached from {next(iter(makers))}"
    return "; ".join(
        f"{listed_names(names, _FEW)} cached from {run}" for run, names in makers.items()
    )


def _makers(steps: Sequence[TrackedRun]) -> list[str]:
    return list(dict.fromkeys(step.cached_from for step in steps if step.cached_from))


def json_text(value: Any) -> str:
    """Return a param's value as JSON: two that differ have two texts."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=repr)
