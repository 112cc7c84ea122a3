"""Progress of a run while it happens: in the cell's output, or plain lines in a terminal."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING

from stack_magic.display import Document, Line, Shown, render_html, render_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import DisplayHandle

    from stack_magic.enums import Outcome
    from stack_magic.pipelines import Run, RunWatcher


def progress_for(shell: InteractiveShell) -> Callable[[], RunWatcher]:
    """Return what makes the watcher of one run that suits *shell*."""
    return NotebookProgress if hasattr(shell, "kernel") else TerminalProgress


class NotebookProgress:
    """One output that changes while the run goes on, and is empty before and after.

    Empty, since saved notebooks keep its last state and tools that compare notebooks
    (nbval) see its first one only; the outcome is an output of its own.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._states: dict[str, Line] = {}
        self._head = ""
        self._handle: DisplayHandle | None = None

    def run_started(self, run: str, steps: Sequence[str], stack: str) -> None:
        """Open the output."""
        from IPython.display import display

        self._head = f"run {run} on stack {stack}"
        self._states = {step: Line(f"{step}: waiting", "○", 1) for step in steps}
        empty = {"text/plain": ""}
        self._handle = display(empty, raw=True, display_id=True)

    def step_started(self, step: str) -> None:
        """Show that a step runs."""
        self._note(step, Line(f"{step}: running", "▶", 1))

    def step_ended(self, step: str, outcome: Outcome, seconds: float) -> None:
        """Show how a step ended."""
        self._note(step, Line(f"{step}: {outcome} {seconds:.2f} s", outcome.mark, 1))

    def run_ended(self, run: Run) -> None:
        """Empty the output; show one line when the run is good, else the whole card."""
        from IPython.display import display

        if self._handle is not None:
            self._handle.update({"text/plain": ""}, raw=True)
        display(_shown_at_the_end(run))

    def _note(self, step: str, line: Line) -> None:
        with self._lock:
            self._states[step] = line
            document = Document((Line(self._head, "▶"), *self._states.values()))
        if self._handle is not None:
            bundle = {
                "text/plain": render_text(document),
                "text/html": render_html(document),
            }
            self._handle.update(bundle, raw=True)


class TerminalProgress:
    """One line for each step that ends."""

    def run_started(self, run: str, steps: Sequence[str], stack: str) -> None:
        """Print the head."""
        print(f"run {run} on stack {stack}: {_counted(len(steps))}")  # noqa: T201 - the terminal is the display

    def step_started(self, step: str) -> None:
        """Nothing: a line is printed when the step ends."""

    def step_ended(self, step: str, outcome: Outcome, seconds: float) -> None:
        """Print how a step ended."""
        print(f"  {outcome.mark} {step}: {outcome} {seconds:.2f} s")  # noqa: T201 - the terminal is the display

    def run_ended(self, run: Run) -> None:
        """Print how the run ended."""
        print(repr(_shown_at_the_end(run)))  # noqa: T201 - the terminal is the display


def _counted(steps: int) -> str:
    return "1 step" if steps == 1 else f"{steps} steps"


def _shown_at_the_end(run: Run) -> Shown:
    """Return one line for a good run, and the whole card for another."""
    if run.outcome is None or not run.outcome.is_good:
        return run
    return _Ended(run, run.outcome)


class _Ended(Shown):
    def __init__(self, run: Run, outcome: Outcome) -> None:
        self._run, self._outcome = run, outcome

    def document(self) -> Document:
        run = self._run
        text = f"run {run.name} on stack {run.stack}: {self._outcome} in {run.seconds:.2f} s"
        return Document((Line(text, self._outcome.mark),))
