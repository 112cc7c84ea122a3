"""The commands on what an experiment tracker keeps: runs side by side, two runs' difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.display import Command, Line
from stack_magic.enums import StackComponentType
from stack_magic.errors import InvalidStackError, UnknownNameError, did_you_mean

from ._answers import Answer, Change, listed, told
from ._command import line
from ._ready import ready_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stack_magic.display import Block
    from stack_magic.experiment_trackers import ComparedRun, RunFilter
    from stack_magic.pipelines import Tracked
    from stack_magic.stack import Snapshot, Stack

    from ._world import World

LAST = 10
"""Runs that are compared when nothing else is asked for."""

_KIND = StackComponentType.EXPERIMENT_TRACKER
_STORE = StackComponentType.METADATA_STORE


class CompareRuns(NamedTuple):
    """Compare runs, a row a run: what they were given and what their steps logged.

    Attributes:
        pipeline: Only runs of this pipeline.
        last: Only so many: the newest, or the first in the order that is asked for.
        metrics: Only these metrics; all when empty.
        stack: Ask the tracker of this stack; None takes the active one.
        sort: A metric or param by which the runs are sorted, the lowest first, after `-`
            the highest first; None has the newest first.
        where: Only runs that match an expression: `auc > 0.9 and C != 1`.
    """

    pipeline: str | None = None
    last: int = LAST
    metrics: tuple[str, ...] = ()
    stack: str | None = None
    sort: str | None = None
    where: str | None = None

    def __str__(self) -> str:
        words = () if self.pipeline is None else (self.pipeline,)
        metrics = [f"--metric={metric}" for metric in self.metrics]
        last = str(self.last) if self.last != LAST else None
        given = {"where": self.where, "sort": self.sort, "last": last, "stack": self.stack}
        options = {name: value for name, value in given.items() if value is not None}
        return line(_KIND, "runs", *words, *metrics, **options)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return tables and plots of the runs; the answer's value is the runs."""
        from stack_magic.experiment_trackers import RunComparison, RunFilter

        wanted = None if self.where is None else RunFilter(self.where)
        stack = snapshot.chosen(self.stack)
        name = _tracker_name(snapshot, stack)
        if world.is_preview:
            return Change(snapshot, told(f"the runs of {_KIND} {name} can be compared"))
        found = self._found(_parts(snapshot, stack))
        if not found.runs:
            return Change(snapshot, self._nothing(name, found.unread))
        chosen = self._chosen(found.runs, wanted)
        runs = chosen[: self.last]
        below = (*self._looked_at(found), *_logged_nothing(runs), *_unread(found.unread))
        if not runs:
            none = f"none of {len(found.runs)} runs matches {self.where}"
            return Change(snapshot, told(none, *below, value=[]))
        first = (*self._sorted_by(), *(wanted.names if wanted else ()))
        compared = RunComparison(tuple(runs), self._chosen_metrics(runs), first, self._title())
        has_more = len(chosen) > len(runs) or (self._is_plain and found.has_older)
        blocks = (*compared.document().blocks, *(self._more() if has_more else ()), *below)
        return Change(snapshot, Answer(blocks, value=runs))

    def _looks_at(self) -> int:
        """Return of how many runs the wanted ones are chosen."""
        from stack_magic.pipelines import LOOKED_AT

        return self.last if self._is_plain else max(self.last, LOOKED_AT)

    def _looked_at(self, found: Tracked) -> tuple[Block, ...]:
        """Return that the oldest runs were not looked at, where the wanted ones are chosen."""
        if self._is_plain or not found.has_older:
            return ()
        return (Line(f"chosen among the newest {len(found.runs)} runs", mark="○"),)

    @property
    def _is_plain(self) -> bool:
        return self.sort is None and self.where is None

    def _found(self, parts: Stack) -> Tracked:
        from stack_magic.pipelines import tracked

        store: Any = parts.components.get(_STORE)
        return tracked(parts.experiment_tracker, store, self.pipeline, last=self._looks_at())

    def _chosen(self, runs: Sequence[ComparedRun], wanted: RunFilter | None) -> list[ComparedRun]:
        """Return the runs that match, in the order that is asked for.

        Raises:
            UnknownNameError: No run has a param or metric that is asked for.
        """
        from stack_magic.experiment_trackers import check_known, sorted_runs

        check_known((*self._sorted_by(), *(wanted.names if wanted else ())), runs)
        chosen = [run for run in runs if wanted is None or wanted.matches(run)]
        by = self._sorted_by()
        return sorted_runs(chosen, by[0], descending=self._descends) if by else chosen

    @property
    def _descends(self) -> bool:
        return self.sort is not None and self.sort.startswith("-")

    def _sorted_by(self) -> tuple[str, ...]:
        return () if self.sort is None else (self.sort.removeprefix("-"),)

    def _title(self) -> str:
        if self.sort is None:
            return "Runs, the newest first"
        way = "highest" if self._descends else "lowest"
        return f"Runs by {self.sort.removeprefix('-')}, the {way} first"

    def _more(self) -> tuple[Block, ...]:
        label = "there are older ones:" if self.sort is None else "there are more:"
        return (Command(str(self._replace(last=2 * self.last)), label=label),)

    def _chosen_metrics(self, runs: Sequence[ComparedRun]) -> tuple[str, ...]:
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

    def _nothing(self, tracker: str, unread: str) -> Answer:
        what = f"runs of pipeline {self.pipeline}" if self.pipeline else "runs"
        pipeline, _, number = (self.pipeline or "").rpartition("-")
        if number.isdecimal():
            ways = (
                Command(str(self._replace(pipeline=pipeline)), label="all of a pipeline:"),
                Command(str(DiffRuns(f"{pipeline}-{number}", "OTHER")), label="two runs:"),
            )
            return told(f"no pipeline is called {self.pipeline}", *ways, value=[])
        return told(
            f"{_KIND} {tracker} has no {what} yet",
            _LOG,
            Command(f"%pipeline run {self.pipeline or 'NAME'}", label="then:"),
            *_unread(unread),
            value=[],
        )


class DiffRuns(NamedTuple):
    """Show what differs between two runs: params, metrics, and what their steps read.

    Attributes:
        run: Name of a run: `train-1`.
        other: Name of the run that it is compared with.
        stack: Ask the tracker of this stack; None takes the active one.
    """

    run: str
    other: str
    stack: str | None = None

    def __str__(self) -> str:
        options = {} if self.stack is None else {"stack": self.stack}
        return line(_KIND, "runs", self.run, self.other, **options)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return tables of what differs; the answer's value is the two runs."""
        from stack_magic.experiment_trackers import RunDifference
        from stack_magic.pipelines import tracked_run

        stack = snapshot.chosen(self.stack)
        name = _tracker_name(snapshot, stack)
        if world.is_preview:
            return Change(snapshot, told(f"runs of {_KIND} {name} can be compared"))
        parts = _parts(snapshot, stack)
        store: Any = parts.components.get(_STORE)
        one = tracked_run(parts.experiment_tracker, store, self.run)
        other = tracked_run(parts.experiment_tracker, store, self.other)
        difference = RunDifference(one, other, self._steps(store))
        return Change(snapshot, Answer(difference.document().blocks, value=[one, other]))

    def _steps(self, store: Any) -> dict[str, tuple[str, ...]]:
        """Return what differs in the steps; nothing where no store knows."""
        from stack_magic.pipelines import changes_of_steps

        try:
            return {} if store is None else changes_of_steps(store, self.run, self.other)
        except Exception:  # noqa: BLE001 - the store may be the user's, and was not asked for
            return {}


_LOG = Command('stack_magic.log_metrics({"loss": 0.5})', label="in a step:")


def _parts(snapshot: Snapshot, stack: str) -> Stack:
    """Return the tracker of a stack, and its metadata store if that can be used."""
    try:
        return ready_parts(snapshot, [_KIND, _STORE], stack)
    except InvalidStackError:
        return ready_parts(snapshot, [_KIND], stack)


def _logged_nothing(runs: Sequence[ComparedRun]) -> tuple[Block, ...]:
    if not runs or any(run.steps for run in runs):
        return ()
    return (Line("no step of these runs logged anything"), _LOG)


def _unread(why: str) -> tuple[Block, ...]:
    text = f"parameters and steps from the cache are not shown: {why}"
    return (Line(text, mark="▲"),) if why else ()


def _tracker_name(snapshot: Snapshot, stack: str) -> str:
    name = snapshot.slots(stack).get(_KIND)
    if name is not None:
        return name
    known = snapshot.component_names(_KIND)
    register = "" if known else f"%{_KIND} register tracker --flavor=local\n"
    fill = line("stack", "update", stack, _KIND.short_option, known[0] if known else "tracker")
    message = f"stack {stack!r} has no {_KIND}: nothing that steps log is kept"
    raise UnknownNameError(message, hint=f"{register}{fill}")
