"""Runs side by side, a row a run: params that differ, last values, curves."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from stack_magic.display import Document, Line, Shown, Table, Title

from ._compared_runs import PARAMS, json_text
from ._curves import MORE, curve_blocks, is_curve, number_text
from ._records import shown_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from stack_magic.display import Block

    from ._compared_runs import ComparedRun

MOST_COLUMNS = 8
_CELL = 40
_DIGITS = 7


@dataclass(frozen=True, repr=False)
class RunComparison(Shown):
    """Runs side by side.

    Attributes:
        runs: In the order in which they are shown; by default the newest comes first.
        metrics: Names of those that are shown; all when empty.
        first: Params that have a column before the others, if they differ.
        title: What is said above them.
    """

    runs: tuple[ComparedRun, ...]
    metrics: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    title: str = "Runs, the newest first"

    def document(self) -> Document:
        """Return a table of all, then for each metric with a curve a plot and its numbers."""
        if not self.runs:
            return Document((Line("no runs are tracked"),))
        return Document((Title(self.title), *self._table(), *self._plots()))

    def _shown(self) -> list[str]:
        names = (name for run in reversed(self.runs) for name in run.metrics)
        return list(dict.fromkeys(self.metrics or names))

    def _table(self) -> Iterator[Block]:
        same, differing = self._params()
        params, metrics = differing[:MOST_COLUMNS], self._shown()
        columns = [
            *(self._param_values(name) for name in params),
            *(self._metric_values(metric) for metric in metrics[:MOST_COLUMNS]),
        ]
        heads = (*map(self._head, params), *metrics[:MOST_COLUMNS])
        rows = tuple(zip(self.labels(), *columns, strict=True))
        yield Table(("run", *heads), rows, MORE)
        if same:
            what = "same in all runs" if len(self.runs) > 1 else "params"
            pairs = (f"{self._head(name)}={value}" for name, value in same.items())
            yield Line(f"{what}: {', '.join(pairs)}")
        if len(differing) > MOST_COLUMNS:
            yield Line(f"these params differ too: {', '.join(differing[MOST_COLUMNS:])}")
        if len(metrics) > MOST_COLUMNS:
            rest = ", ".join(metrics[MOST_COLUMNS:])
            yield Line(f"there are more metrics, which --metric=NAME shows: {rest}")

    def _plots(self) -> Iterator[Block]:
        labels = self.labels()
        for metric in self._shown()[:MOST_COLUMNS]:
            curves = {
                label: run.metrics[metric]
                for label, run in zip(labels, self.runs, strict=True)
                if run.metrics.get(metric)
            }
            if any(is_curve(points) for points in curves.values()):
                yield from curve_blocks(metric, curves)

    def labels(self) -> list[str]:
        """Return what each run is called; of several that are called alike, a number too."""
        seen: Counter[str] = Counter()
        labels: dict[int, str] = {}
        by_age = sorted(range(len(self.runs)), key=lambda at: (self.runs[at].started, -at))
        for at in by_age:
            label = self.runs[at].label
            seen[label] += 1
            labels[at] = f"{label} ({seen[label]})" if seen[label] > 1 else label
        return [labels[at] for at in range(len(self.runs))]

    def _head(self, param: str) -> str:
        """Return what a param is called above its column, beside a metric of that name."""
        is_metric = any(param in run.metrics for run in self.runs)
        return f"{PARAMS}.{param}" if is_metric else param

    def _params(self) -> tuple[dict[str, str], list[str]]:
        """Return the params that are the same, as they are shown, and the others.

        The runs of a pipeline that never has a param do not make it differ.
        """
        same: dict[str, str] = {}
        differing: list[str] = []
        for name in dict.fromkeys(name for run in reversed(self.runs) for name in run.params):
            pipelines = {run.pipeline for run in self.runs if name in run.params}
            runs = [run for run in self.runs if run.pipeline in pipelines]
            texts = {json_text(run.params[name]) if name in run.params else "" for run in runs}
            if len(texts) == 1:
                same[name] = value_texts([runs[0].params[name]])[0]
            else:
                differing.append(name)
        return same, sorted(differing, key=lambda name: name not in self.first)

    def _param_values(self, name: str) -> list[str]:
        values = [run.params[name] for run in self.runs if name in run.params]
        texts = iter(value_texts(values))
        return [next(texts) if name in run.params else "" for run in self.runs]

    def _metric_values(self, metric: str) -> list[str]:
        """Return for each run the metric's last value; the lowest and highest say so."""
        last = [run.last(metric) for run in self.runs]
        finite = [value for value in last if value is not None and math.isfinite(value)]
        differ = len(set(finite)) > 1
        marks = {min(finite): " lowest", max(finite): " highest"} if differ else {}
        return ["" if v is None else number_text(v) + marks.get(v, "") for v in last]


def value_texts(values: Sequence[Any], width: int = _CELL) -> list[str]:
    """Return params' values, each on one short line; two that differ have two texts.

    Texts stand without quotes, and long ones are cut, where that leaves them apart.

    Args:
        values: JSON values.
        width: Characters of a line.
    """
    different = len({json_text(value) for value in values})
    plain = [" ".join(shown_value(value).split()) for value in values]
    if len(set(plain)) < different:
        plain = [json_text(value) for value in values]
    short = [text if len(text) <= width else f"{text[: width - 1]}…" for text in plain]
    if len(set(short)) == different:
        return short
    return [text if len(text) <= width else _marked(text, width) for text in plain]


def _marked(text: str, width: int) -> str:
    """Return the beginning of a text, and of its SHA-256, which tells it from others."""
    digest = sha256(text.encode(errors="surrogatepass")).hexdigest()[:_DIGITS]
    return f"{text[: width - _DIGITS - 3]}… #{digest}"
