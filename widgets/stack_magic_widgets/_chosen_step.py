"""The step that is chosen in the panel of a run: its state and outputs, why it ran, its log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipywidgets import Dropdown

from stack_magic.display import Document, Fields, Preformatted, render_html

from ._parts import html, made, section, set_value
from ._step_explanation import StepExplanation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipywidgets import Widget

    from stack_magic.display import Block
    from stack_magic.pipelines import Run

    from ._run_states import RunStates

_SHOWN = 200
"""Characters of an output that are shown."""
_SMALL = 10_000
"""Bytes up to which an output is read to be shown."""


class ChosenStep:
    """The menu of the steps, and what is told of the one that is chosen.

    Args:
        states: The steps with what is known of them while they run.

    Attributes:
        choice: The menu.
    """

    def __init__(self, states: RunStates) -> None:
        self._states = states
        self.choice = made(Dropdown, description="Step", options=list(states.upstream))
        self._details, self._why = html(), html()
        self._log = html("", "sm-scroll")
        self._explanation = StepExplanation()

    @property
    def widgets(self) -> tuple[Widget, ...]:
        """What stands in the panel, from top to bottom."""
        return self.choice, self._details, self._why, self._log

    def draw(self, run: Run | None) -> None:
        """Show the chosen step as it is now.

        Args:
            run: The run, once it has ended.
        """
        if tuple(self.choice.options) != tuple(self._states.upstream):
            self.choice.options = list(self._states.upstream)
        name = str(self.choice.value)
        set_value(self._details, render_html(Document(tuple(self._of_step(name, run)))))
        set_value(self._why, self._explanation.of(run, name))
        set_value(self._log, self._printed(name))

    def _of_step(self, name: str, run: Run | None) -> Iterator[Block]:
        recorded = _recorded(name, run)
        yield Fields((("state", self._states.captions.get(name, "")), *recorded))
        step = run.steps.get(name) if run is not None else None
        if step is not None and step.error:
            yield Preformatted(step.error)

    def _printed(self, name: str) -> str:
        text = self._states.log(name)
        if not text.strip():
            return ""
        return section("What it printed", render_html(Document((Preformatted(text),))))


def _recorded(name: str, run: Run | None) -> Iterator[tuple[str, str]]:
    step = run.steps.get(name) if run is not None else None
    if step is None:
        return
    for parameter, value in step.parameters.items():
        yield parameter, repr(value)
    for output, record in step.record.outputs.items():
        words = record.type_name
        if record.materializer == "json" and record.size < _SMALL:
            shown = repr(step.outputs[output])
            cut = shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
            words = f"{words}: {cut}"
        yield f"output {output}" if output != "output" else output, words
