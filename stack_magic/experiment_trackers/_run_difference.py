"""Two runs side by side: the params and metrics that differ, and what else does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stack_magic.display import Document, Line, Shown, Table, Title, listed_names

from ._compared_runs import json_text
from ._comparison import RunComparison, value_texts
from ._curves import MORE, number_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stack_magic.display import Block

    from ._compared_runs import ComparedRun

_FEW = 12
_WIDTH = 100


@dataclass(frozen=True, repr=False)
class RunDifference(Shown):
    """What differs between two runs.

    Attributes:
        one: The run that is compared.
        other: The run that it is compared with.
        steps: For each step what differs in what it reads, a sentence each.
    """

    one: ComparedRun
    other: ComparedRun
    steps: Mapping[str, tuple[str, ...]]

    def document(self) -> Document:
        """Return a table of the params and one of the metrics, then the steps."""
        blocks = (*self._params(), *self._metrics(), *self._steps())
        title = Title(f"{self.one.run} beside {self.other.run}")
        return Document((title, *(blocks or (Line("nothing that is recorded differs"),))))

    def _params(self) -> Iterator[Block]:
        one, other = self.one.params, self.other.params
        same, rows = [], []
        for name in dict.fromkeys((*one, *other)):
            values = [params[name] for params in (one, other) if name in params]
            texts = value_texts(values, _WIDTH)
            if len(values) == 2 and json_text(values[0]) == json_text(values[1]):  # noqa: PLR2004
                same.append(f"{name}={texts[0]}")
            else:
                left = texts[0] if name in one else ""
                rows.append((name, left, texts[-1] if name in other else ""))
        if rows:
            yield Table(("param", *self._labels()), tuple(rows), MORE)
        if same:
            yield Line(f"same params: {listed_names(same, _FEW)}")

    def _metrics(self) -> Iterator[Block]:
        names = list(dict.fromkeys((*self.one.metrics, *self.other.metrics)))
        same = [name for name in names if repr(self.one.last(name)) == repr(self.other.last(name))]
        rows = tuple(self._metric(name) for name in names if name not in same)
        if rows:
            yield Table(("metric", *self._labels(), "change"), rows, MORE)
        if same:
            told = [f"{name}={number_text(self.one.last(name) or 0.0)}" for name in same]
            yield Line(f"same metrics: {listed_names(told, _FEW)}")

    def _metric(self, name: str) -> tuple[str, ...]:
        one, other = self.one.last(name), self.other.last(name)
        texts = ["" if value is None else number_text(value) for value in (one, other)]
        if one is None or other is None:
            return (name, *texts, "")
        if texts[0] == texts[1]:
            texts = [repr(one), repr(other)]
        return (name, *texts, f"{other - one:+.6g}")

    def _labels(self) -> list[str]:
        return RunComparison((self.one, self.other)).labels()

    def _steps(self) -> Iterator[Block]:
        for step, changes in self.steps.items():
            yield Line(f"step {step}:")
            yield from (Line(change, indent=1) for change in changes)
