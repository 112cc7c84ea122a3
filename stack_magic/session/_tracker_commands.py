"""The command on what an experiment tracker keeps: runs side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.display import Command, Line
from stack_magic.enums import StackComponentType
from stack_magic.errors import (
    InvalidStackError,
    UnknownNameError,
    did_you_mean,
)

from ._answers import Answer, Change, listed, told
from ._command import line
from ._ready import ready_parts

if TYPE_CHECKING:
    from stack_magic.experiment_trackers import TrackedRun
    from stack_magic.stack import Snapshot

    from ._world import World

LAST = 10
"""Runs that are compared when nothing else is asked for."""

_KIND = StackComponentType.EXPERIMENT_TRACKER
_STORE = StackComponentType.METADATA_STORE


class CompareRuns(NamedTuple):
    """Compare what the steps of the newest runs logged.

    Attributes:
        pipeline: Only runs of this pipeline.
        last: Of so many runs, the newest; each step that logged counts.
        metrics: Only these metrics; all when empty.
        stack: Ask the tracker of this stack; None takes the active one.
    """

    pipeline: str | None = None
    last: int = LAST
    metrics: tuple[str, ...] = ()
    stack: str | None = None

    def __str__(self) -> str:
        words = () if self.pipeline is None else (self.pipeline,)
        metrics = [f"--metric={metric}" for metric in self.metrics]
        options = {"last": str(self.last)} if self.last != LAST else {}
        options |= {} if self.stack is None else {"stack": self.stack}
        return line(_KIND, "runs", *words, *metrics, **options)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return tables and plots of the runs; the answer's value is the runs."""
        from stack_magic.experiment_trackers import RunComparison

        stack = snapshot.chosen(self.stack)
        name = _tracker_name(snapshot, stack)
        if world.is_preview:
            return Change(snapshot, told(f"the runs of {_KIND} {name} can be compared"))
        found, unread = self._found(snapshot, stack)
        if not found:
            return Change(snapshot, self._nothing(name))
        runs = found[: self.last]
        compared = RunComparison(tuple(runs), self._chosen_metrics(runs))
        blocks = compared.document().blocks
        if len(found) > self.last:
            older = str(self._replace(last=2 * self.last))
            blocks = (*blocks, Command(older, label="there are older ones:"))
        if unread:
            blocks = (*blocks, Line(f"steps from the cache are not shown: {unread}", mark="▲"))
        return Change(snapshot, Answer(blocks, value=runs))

    def _found(self, snapshot: Snapshot, stack: str) -> tuple[list[TrackedRun], str]:
        """Return the newest runs and one more, and why cached steps are not among them."""
        from stack_magic.pipelines import tracked

        try:
            parts = ready_parts(snapshot, [_KIND, _STORE], stack)
        except InvalidStackError:
            parts = ready_parts(snapshot, [_KIND], stack)
        store: Any = parts.components.get(_STORE)
        runs, unread = tracked(parts.experiment_tracker, store, self.pipeline, last=self.last + 1)
        return runs[::-1], unread

    def _chosen_metrics(self, runs: list[TrackedRun]) -> tuple[str, ...]:
        """Return the metrics to show.

        Raises:
            UnknownNameError: No run has one of those that are asked for.
        """
        known = list(dict.fromkeys(name for run in reversed(runs) for name in run.metrics))
        for name in self.metrics:
            if name not in known:
                near = did_you_mean(name, known)
                hint = f"did you mean {near!r}?" if near else f"known: {listed(known) or 'none'}"
                message = f"no metric of these runs is called {name!r}"
                raise UnknownNameError(message, hint=hint)
        return tuple(dict.fromkeys(self.metrics)) or tuple(known)

    def _nothing(self, tracker: str) -> Answer:
        what = f"runs of pipeline {self.pipeline}" if self.pipeline else "runs"
        return told(
            f"{_KIND} {tracker} has no {what} yet",
            Command('stack_magic.log_metrics({"loss": 0.5})', label="in a step:"),
            Command(f"%pipeline run {self.pipeline or 'NAME'}", label="then:"),
            value=[],
        )


def _tracker_name(snapshot: Snapshot, stack: str) -> str:
    name = snapshot.slots(stack).get(_KIND)
    if name is not None:
        return name
    known = snapshot.component_names(_KIND)
    register = "" if known else f"%{_KIND} register tracker --flavor=local\n"
    fill = line("stack", "update", stack, _KIND.short_option, known[0] if known else "tracker")
    message = f"stack {stack!r} has no {_KIND}: nothing that steps log is kept"
    raise UnknownNameError(message, hint=f"{register}{fill}")
