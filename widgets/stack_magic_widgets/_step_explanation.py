"""Why a step of a run ran or came from the cache, as the panel of the run shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.display import Document, Line, render_html
from stack_magic.errors import StackMagicError

from ._parts import section

if TYPE_CHECKING:
    from stack_magic.pipelines import Run


class StepExplanation:
    """What `%pipeline explain RUN/STEP` shows, read once for each step that is chosen."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self._step = ""
        self._shown = ""

    def of(self, run: Run | None, step: str) -> str:
        """Return it as HTML; nothing for a step that has not ended."""
        if run is None or step not in run.steps:
            return ""
        if self._run is not run or self._step != step:
            self._run, self._step, self._shown = run, step, _explained(run, step)
        return section("Why it ran, or did not", self._shown)


def _explained(run: Run, step: str) -> str:
    try:
        return render_html(run.explain(step).document())
    except StackMagicError as error:  # the store may be away: all else is shown
        return render_html(Document((Line(str(error)),)))
