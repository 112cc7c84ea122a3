"""Commands on pipelines and their runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.display import Command as CodeLine
from stack_magic.display import Line, Preformatted, Table, Title
from stack_magic.enums import Severity, StackComponentType
from stack_magic.errors import ReferenceRefusedError, StackMagicError
from stack_magic.stack import Diagnostic, Draft, Report, Snapshot, diagnose

from ._answers import Answer, Change, told
from ._command import NOTHING, configured, line
from ._configuration import Bare, Written
from ._ready import STORES, ready_parts
from ._references import Reference, parse_reference, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stack_magic.display import Block
    from stack_magic.metadata_stores import RunRecord
    from stack_magic.pipelines import Graph, Pipeline

    from ._world import World

LAST_RUNS = 20
"""Runs that are shown when nothing else is asked for."""


class RunPipeline(NamedTuple):
    """Run a pipeline of the notebook on a stack.

    Attributes:
        stack: Name of the stack; None takes the active one.
        cache: Whether unchanged steps are taken from the cache.
        parameters: Values for the pipeline's parameters.
    """

    name: str
    stack: str | None = None
    cache: bool = True
    parameters: Mapping[str, Any] = NOTHING

    def __str__(self) -> str:
        return run_line(self)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Run it and return the run."""
        if world.is_preview:
            if world.may_look_up(self.name):
                world.pipeline(self.name)
            stack = snapshot.chosen(self.stack)
            return Change(snapshot, diagnose(Draft(stack, snapshot.slots(stack)), snapshot))
        pipeline, parameters = self._read(world)
        return Change(snapshot, world.run_pipeline(pipeline, self.stack, self.cache, parameters))

    def graph(self, world: World) -> Graph:
        """Return the graph that would run.

        Raises:
            StackMagicError: There is no such pipeline, or a parameter is wrong.
        """
        pipeline, parameters = self._read(world)
        return pipeline.graph(**parameters)

    def _read(self, world: World) -> tuple[Pipeline, dict[str, Any]]:
        pipeline = world.pipeline(self.name)
        values, typed = parameter_values(self.parameters, world)
        return pipeline, pipeline.typed(values, typed)


def run_line(command: Any, *more: str) -> str:
    """Return the line of a command that has the attributes of RunPipeline."""
    flags = ["--stack", command.stack] if command.stack else []
    flags += [] if command.cache else ["--no-cache"]
    parameters = configured(command.parameters)
    return line("pipeline", "run", command.name, *flags, *more, **parameters)


def parameter_values(given: Mapping[str, Any], world: World) -> tuple[dict[str, Any], list[str]]:
    """Return the values of parameters, and the names of those that were typed on a line.

    What is typed is a text, or True where an option stands alone; a variable gives the
    value itself.

    Raises:
        ReferenceRefusedError: One is a reference to what may be secret.
    """
    values = {name: _parameter_value(name, one, world) for name, one in given.items()}
    typed = [n for n in given if isinstance(given[n], Bare) or isinstance(values[n], Written)]
    return values, typed


def _parameter_value(name: str, given: Any, world: World) -> Any:
    if isinstance(given, Bare):
        return True
    value = parse_reference(given)
    if not isinstance(value, Reference):
        return value
    if not value.is_of_notebook:
        message = f"{name}: parameters are recorded, and what {value} stands for would be too"
        hint = f"read it in the step, or take it from a component; @@{str(value)[1:]} is literal"
        raise ReferenceRefusedError(message, hint=hint)
    return resolve(value, name, world.namespace)


class ListPipelines(NamedTuple):
    """Show the pipelines of the notebook."""

    def __str__(self) -> str:
        return line("pipeline", "list")

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return a table of the pipelines with their parameters."""
        found = world.pipelines()
        if not found:
            answer = told("no pipelines are defined; put @pipeline above a function")
            return Change(snapshot, answer)
        rows = tuple(
            (name, ", ".join(pipeline.parameters) or "none", pipeline.summary)
            for name, pipeline in found.items()
        )
        table = Table(("pipeline", "parameters", "meaning"), rows)
        return Change(snapshot, Answer((Title("Pipelines"), table), value=list(found)))


class ListRuns(NamedTuple):
    """Show the newest runs that the active stack's metadata store has recorded.

    Attributes:
        pipeline: Only runs of this pipeline.
        last: Only so many.
    """

    pipeline: str | None = None
    last: int = LAST_RUNS

    def __str__(self) -> str:
        words = () if self.pipeline is None else (self.pipeline,)
        options = {"last": str(self.last)} if self.last != LAST_RUNS else {}
        return line("pipeline", "runs", *words, **options)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return a table of runs, the newest first, and which cannot be read."""
        from stack_magic.pipelines import record_late_ends

        store = ready_parts(snapshot, [StackComponentType.METADATA_STORE]).metadata_store
        record_late_ends(store)
        found = store.find_runs(self.pipeline, last=self.last + 1)
        shown = found.runs[::-1][: self.last]
        if not shown and not found.unreadable:
            return Change(snapshot, self._nothing(snapshot))
        rows = tuple(_run_row(run) for run in shown)
        table = Table(
            ("run", "outcome", "stack", "time"),
            rows,
            "%pipeline describe RUN shows one",
        )
        blocks: tuple[Block, ...] = (Title("Runs"), table)
        if len(found.runs) + len(found.unreadable) > self.last:
            older = str(self._replace(last=2 * self.last))
            blocks = (*blocks, CodeLine(older, label="there are older ones:"))
        report = Report.of("runs", _unreadable(found.unreadable))
        return Change(snapshot, Answer(blocks, report, value=[run.name for run in shown]))

    def _nothing(self, snapshot: Snapshot) -> Answer:
        what = f"runs of pipeline {self.pipeline}" if self.pipeline else "runs"
        blocks = (Line(f"no {what} are recorded; %pipeline run NAME"),)
        return Answer(blocks, self._lost(snapshot), value=[])

    def _lost(self, snapshot: Snapshot) -> Report:
        """Return which pipelines have artifacts although nothing of them is recorded."""
        from stack_magic.pipelines import lost_records, pipelines_in

        try:
            stack = ready_parts(snapshot, STORES)
            store = stack.artifact_store
            names = [self.pipeline] if self.pipeline else pipelines_in(store)
            return Report.of("runs", lost_records(stack.metadata_store, store, names))
        except StackMagicError:
            return Report("runs")  # what is asked for are runs: the other store may be away


def _unreadable(runs: Mapping[str, str]) -> Iterator[Diagnostic]:
    for name, why in runs.items():
        yield Diagnostic("run-unreadable", Severity.WARNING, name, why)


def _run_row(run: RunRecord) -> tuple[str, ...]:
    from stack_magic.pipelines import end_of

    time = "" if run.outcome is None else f"{run.seconds:.2f} s"
    return (run.name, str(end_of(run)), run.stack, time)


class DescribeRun(NamedTuple):
    """Show a recorded run: its graph, outcomes, durations and outputs."""

    run: str
    stack: str | None = None

    def __str__(self) -> str:
        flags = ["--stack", self.stack] if self.stack else []
        return line("pipeline", "describe", self.run, *flags)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the run, read from the stack's stores."""
        from stack_magic.pipelines import Run

        return Change(snapshot, Run.load(ready_parts(snapshot, STORES, self.stack), self.run))


class ExplainRun(NamedTuple):
    """Show why the steps of a recorded run ran or came from the cache, or all about one.

    Attributes:
        run: Name of the run: `train-1`.
        step: Name of the step in the run; None for all of them.
        stack: Name of the stack; None for the active one.
    """

    run: str
    step: str | None = None
    stack: str | None = None

    def __str__(self) -> str:
        flags = ["--stack", self.stack] if self.stack else []
        target = self.run if self.step is None else f"{self.run}/{self.step}"
        return line("pipeline", "explain", target, *flags)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the explanation, read from the stack's stores."""
        from stack_magic.pipelines import Run

        run = Run.load(ready_parts(snapshot, STORES, self.stack), self.run)
        return Change(snapshot, run.explain(self.step))


class ShowHelp(NamedTuple):
    """Show the help of a command.

    Attributes:
        text: The help.
        subject: The words it is about: `%stack register`.
    """

    text: str
    subject: str = "%stack"

    def __str__(self) -> str:
        return f"{self.subject} --help"

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the help as it is."""
        return Change(snapshot, Answer((Preformatted(self.text),)))
