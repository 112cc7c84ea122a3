"""A run while it happens, and afterwards: its graph, and each step's log and outputs."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from stack_magic.display import Document, Line, Title
from stack_magic.enums import Outcome
from stack_magic.pipelines import end_of, goes_on
from stack_magic.session import CancelRun, DescribeRun, RunPipeline

from ._chosen_step import ChosenStep
from ._parts import button, column, copied_line, html, row, set_value, span
from ._run_states import RunStates
from ._view import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stack_magic.pipelines import Run
    from stack_magic.session import Session

_TICK = 0.25
"""Seconds between two drawings while a run goes on."""


class RunPanel(View):
    """Watches a run of *command*, or shows one that is recorded.

    Args:
        command: The command that runs the pipeline; resuming is giving it again, since
            what is done comes from the cache.
        upstream: For each step, in order, the steps before it.
        session: Where it runs.

    Attributes:
        run: The run, once it has ended.
    """

    def __init__(
        self, command: RunPipeline, upstream: Mapping[str, Sequence[str]], session: Session
    ) -> None:
        super().__init__(session)
        self.run: Run | None = None
        self._command = command
        self._states = RunStates(upstream)
        self._name = self._waits = ""
        self._stack = command.stack or ""
        self._over, self._begun = Event(), Event()
        self._over.set()
        self._chosen = ChosenStep(self._states)
        self._make_widgets()
        self.draw()

    @classmethod
    def of_run(cls, run: str, stack: str | None, session: Session) -> RunPanel:
        """Return the panel of a recorded run.

        Raises:
            UnknownNameError: There is no such run.
        """
        loaded: Any = session.apply(DescribeRun(run, stack))
        record = loaded.record
        upstream = {
            name: loaded.steps[name].record.upstream if name in loaded.steps else ()
            for name in record.steps
        }
        again = RunPipeline(loaded.pipeline, loaded.stack, parameters=dict(loaded.parameters))
        panel = cls(again, upstream, session)
        panel._take(loaded)
        panel.draw()
        return panel

    def _make_widgets(self) -> None:
        self._title, self._state, self._graph = html(), html(), html()
        self._chosen.choice.observe(self.guarded(lambda _: self.draw()), "value")
        self.cancel = button("Cancel", self.guarded(self._cancel), "sm-small")
        self.resume = button("Resume", self.guarded(self._resume), button_style="primary")
        self._line = html(copied_line(str(self._command)))
        self.fill(
            (
                row((self._title, self._state), "sm-head"),
                column(
                    (self._graph, *self._chosen.widgets, self.message, self._line),
                    "sm-pad",
                ),
                row((self.cancel, self.resume), "sm-foot"),
            )
        )

    # What happens: called by the run, from its threads.

    def run_started(self, run: str, steps: tuple[str, ...], stack: str) -> None:
        """Show a run that begins."""
        with self.lock:
            self._states.begin(steps)
            self._name, self._stack, self.run, self._waits = run, stack, None, ""
            self._over.clear()
            self._begun.set()
        Thread(target=self._tick, name=f"panel of {run}", daemon=True).start()

    def step_started(self, step: str) -> None:
        """Show that a step runs."""
        with self.lock:
            self._states.started(step)

    def waiting(self, step: str, text: str) -> None:
        """Show what a step waits for, or the run itself."""
        with self.lock:
            self._waits = "" if step else text
            if step:
                self._states.waits(step, text)

    def step_said(self, step: str, text: str) -> None:
        """Keep what a step printed."""
        with self.lock:
            self._states.said(step, text)

    def step_ended(self, step: str, outcome: Outcome, seconds: float) -> None:
        """Show how a step ended."""
        with self.lock:
            self._states.ended(step, outcome, seconds)

    def run_ended(self, run: Run) -> None:
        """Show how the run ended."""
        self._over.set()
        with self.errors_shown(), self.lock:
            self._take(run)
            self.draw()
        self.hear_while_cells_run()

    def _take(self, run: Run) -> None:
        self.run, self._name, self._stack = run, run.name, run.stack
        self._states.take(run)

    def _tick(self) -> None:
        """Draw until the run is over: a step that prints a lot is drawn no more often."""
        while not self._over.wait(_TICK):
            with self.errors_shown():
                self.draw()
                self.hear_while_cells_run()

    # What the user does.

    def _cancel(self, _: object) -> None:
        answer = self.apply(CancelRun(self._name))
        self.say(*answer.document().blocks)

    def _resume(self, _: object) -> None:
        begun = self._begun = Event()

        def work() -> None:
            with self.errors_shown():
                self.apply(self._command, watchers=[self])
            if not begun.is_set():  # else the run has told of its own end
                self._over.set()
                with self.errors_shown():
                    self.draw()
            self.hear_while_cells_run()

        self.say()
        self._over.clear()
        self.draw()
        # In a thread of its own: a click on Cancel has to be heard.
        Thread(target=work, name="resumed run", daemon=True).start()

    # What is shown.

    @property
    def _is_over(self) -> bool:
        return self._over.is_set()

    def draw(self) -> None:
        """Show the graph and the chosen step as they are now."""
        with self.lock:
            set_value(self._title, span(self._heading(), "sm-title"))
            set_value(self._state, span(self._verdict(), "sm-pill", role="status"))
            set_value(self._graph, self._states.picture())
            self._chosen.draw(self.run)
            words = self._next()
            if self.resume.description != words:
                self.resume.description = words
            for each, disabled in ((self.cancel, self._is_over), (self.resume, not self._is_over)):
                if each.disabled is not disabled:
                    each.disabled = disabled

    def _next(self) -> str:
        """Return what the next run is to the one that is shown."""
        if self.run is None:
            return "Run"
        is_whole = self.run.outcome is Outcome.DONE or goes_on(self.run.record)
        return "Run again" if is_whole else "Resume"

    def _heading(self) -> str:
        where = f" on stack {self._stack}" if self._stack else ""
        return f"{self._name or self._command.name}{where}"

    def _verdict(self) -> str:
        if not self._is_over:
            count = len(self._states.upstream)
            running = f"▶ running, {self._states.count} of {count} steps have ended"
            return f"{running}, {self._waits}" if self._waits else running
        if self.run is None:
            return "○ not run yet"
        time = "" if self.run.outcome is None else f" in {self.run.seconds:.2f} s"
        return f"{end_of(self.run.record)}{time}"

    def document(self) -> Document:
        """Return the graph and a table of the steps; nothing while it runs.

        Saved notebooks keep the last state of an output and tools that compare them see
        the first: the run's own card below has the end.
        """
        if self.run is None:
            return Document(())
        with self.lock:
            return Document((Title(self._heading()), Line(self._verdict()), *self._states.blocks()))

    def close(self) -> None:
        """Close the widgets; a run that goes on is not ended."""
        self._over.set()
        super().close()
