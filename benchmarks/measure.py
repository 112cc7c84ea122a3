"""One figure: ours and the limit, measured in turn, compared by their medians."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Figure:
    """A ratio with its aim.

    Attributes:
        name: What a user waits for.
        ours: Median seconds.
        limit: Median seconds of the bare minimum that does the same work.
        aim: The ratio that we mean to stay below.
        against: What the limit is.
    """

    name: str
    ours: float
    limit: float
    aim: float
    against: str

    @property
    def ratio(self) -> float:
        """How many times the limit we take."""
        return self.ours / self.limit

    def row(self) -> str:
        """Return the figure as a row of a Markdown table."""
        verdict = "✓" if self.ratio <= self.aim else "✕"
        return (
            f"| {self.name} | {self.ours * 1000:.2f} ms | {self.limit * 1000:.2f} ms "
            f"| {self.ratio:.2f} | {self.aim:g} {verdict} | {self.against} |"
        )


def compare(
    ours: Callable[[], float], limit: Callable[[], float], repeats: int
) -> tuple[float, float]:
    """Return the medians of both, measured in turn so that both see the same machine."""
    pairs = [(ours(), limit()) for _ in range(repeats)]
    return (
        statistics.median(first for first, _ in pairs),
        statistics.median(second for _, second in pairs),
    )
