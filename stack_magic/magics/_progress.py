"""Progress of a run while it happens: in the cell's output, or plain lines in a terminal."""

from __future__ import annotations

from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from stack_magic.display import Document, Line, Shown, render_html, render_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import DisplayHandle

    from stack_magic.enums import Outcome
    from stack_magic.pipelines import Run, RunWatcher
    from stack_magic.session import Note, Progress


def progress_for(shell: InteractiveShell) -> Callable[[], RunWatcher]:
    """Return what makes the watcher of one run that suits *shell*."""
    return NotebookProgress if hasattr(shell, "kernel") else TerminalProgress


def work_shown_on(shell: InteractiveShell) -> Progress:
    """Return what shows long work other than runs, as suits *shell*."""
    return _in_notebook if hasattr(shell, "kernel") else _in_terminal


@contextmanager
def _in_notebook(head: str, names: Sequence[str]) -> Iterator[Note]:
    lines = LiveLines(head, names)
    try:
        yield lambda name, words: lines.note(name, Line(f"{name}: {words}", _mark(words), 1))
    finally:
        lines.close()


@contextmanager
def _in_terminal(head: str, names: Sequence[str]) -> Iterator[Note]:
    print(head)  # noqa: T201 - the terminal is the display
    yield lambda name, words: print(f"  {_mark(words)} {name}: {words}")  # noqa: T201 - likewise


def _mark(words: str) -> str:
    """Return the sign of what was found, or of work that goes on."""
    return {"fine": "✓", "not fine": "✕"}.get(words, "▶")


class LiveLines:
    """One output that changes while work goes on, and is empty before and after.

    Empty, since saved notebooks keep its last state and tools that compare notebooks
    (nbval) see its first one only; the outcome is an output of its own.
    """

    def __init__(self, head: str, names: Sequence[str]) -> None:
        from IPython.display import display

        self._lock = RLock()
        self._head = head
        self._states = {name: Line(f"{name}: waiting", "○", 1) for name in names}
        empty = {"text/plain": ""}
        self._handle: DisplayHandle | None = display(empty, raw=True, display_id=True)

    def note(self, name: str, line: Line) -> None:
        """Show *line* in the place of a part."""
        with self._lock:
            self._states[name] = line
            document = Document((Line(self._head, "▶"), *self._states.values()))
        self._show({"text/plain": render_text(document), "text/html": render_html(document)})

    def close(self) -> None:
        """Leave the output empty."""
        self._show({"text/plain": ""})

    def _show(self, bundle: dict[str, str]) -> None:
        if self._handle is not None:
            self._handle.update(bundle, raw=True)


class NotebookProgress:
    """A run's steps while it happens, then one line when it was good, else its card."""

    def __init__(self) -> None:
        self._lines: LiveLines | None = None

    def run_started(self, run: str, steps: Sequence[str], stack: str) -> None:
        """Open the output."""
        self._lines = LiveLines(f"run {run} on stack {stack}", steps)

    def step_started(self, step: str) -> None:
        """Show that a step runs."""
        self._note(step, Line(f"{step}: running", "▶", 1))

    def waiting(self, step: str, text: str) -> None:
        """Show what a step, or the end of the run, waits for."""
        self._note(step, Line(f"{step}: {text}" if step else text, "▶", 1))

    def step_ended(self, step: str, outcome: Outcome, seconds: float) -> None:
        """Show how a step ended."""
        self._note(step, Line(f"{step}: {outcome} {seconds:.2f} s", outcome.mark, 1))

    def run_ended(self, run: Run) -> None:
        """Empty the output; show one line when the run is good, else the whole card."""
        from IPython.display import display

        if self._lines is not None:
            self._lines.close()
        display(_shown_at_the_end(run))

    def _note(self, step: str, line: Line) -> None:
        if self._lines is not None:
            self._lines.note(step, line)


class TerminalProgress:
    """One line for each step that ends."""

    def run_started(self, run: str, steps: Sequence[str], stack: str) -> None:
        """Print the head."""
        print(f"run {run} on stack {stack}: {_counted(len(steps))}")  # noqa: T201 - the terminal is the display

    def step_started(self, step: str) -> None:
        """Nothing: a line is printed when the step ends."""

    def waiting(self, step: str, text: str) -> None:
        """Print what a step, or the end of the run, waits for."""
        print(f"  ▶ {step}: {text}" if step else f"  ▶ {text}")  # noqa: T201 - the terminal is the display

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
