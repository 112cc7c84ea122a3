"""An answer that is clicked: two buttons in a cell's output."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from stack_magic.display import Line, render_html

from ._waiting import SLICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._question import Answer, Question
    from ._waiting import Waiting

_VIEW = "application/vnd.jupyter.widget-view+json"
_OPENING = 2.0
"""Seconds that a front end may take to open its own thread in the kernel."""

_PAUSE = 0.02
"""Seconds between looks for that thread: the kernel does not tell of it."""


def ask_by_buttons(shell: Any, question: Question, time_left: Waiting) -> Answer | None:
    """Show the question with its buttons and wait; None if no click could come.

    The click must be heard while the cell that asks still runs. JupyterLab and Notebook 7
    send it to a thread of the kernel that they open for widgets, a subshell. Other front
    ends send it to the main thread: there it waits until the cell has ended.
    """
    clicks: SimpleQueue[bool] = SimpleQueue()
    with _opened(question, clicks) as box:
        if threading.current_thread() is threading.main_thread() and not _is_heard(time_left):
            return None
        with _shown(shell, box):
            while left := time_left.left:
                with suppress(Empty):
                    return question.answered(yes=clicks.get(timeout=min(left, SLICE)))
            return time_left.outcome


def _is_heard(time_left: Waiting) -> bool:
    end = time.monotonic() + min(_OPENING, time_left.left / 2)
    while time.monotonic() < end:
        if any(thread.name.startswith("subshell-") for thread in threading.enumerate()):
            return True
        time.sleep(_PAUSE)
    return False


@contextmanager
def _opened(question: Question, clicks: SimpleQueue[bool]) -> Iterator[Any]:
    """Make the widgets, and leave none of them open."""
    import ipywidgets

    yes = ipywidgets.Button(description=question.yes, button_style="primary")
    no = ipywidgets.Button(description=question.no)
    for button, meaning in ((yes, True), (no, False)):
        button.layout.width = "auto"
        button.on_click(lambda _, meaning=meaning: clicks.put(meaning))
        let_clicks_pass(button)
    text = ipywidgets.HTML(render_html(question.document(Line(question.limit, "○", 1))))
    row = ipywidgets.HBox([yes, no])
    box = ipywidgets.VBox([text, row])
    try:
        yield box
    finally:
        for widget in (box, row, text, yes, no):
            for part in (widget.layout, getattr(widget, "style", None), widget):
                if part is not None:
                    part.close()


def let_clicks_pass(widget: Any) -> None:
    """Leave it to the front end which of the kernel's threads hears a click on *widget*.

    From 7.4 on, ipykernel overrules it: what is said to a widget goes to the thread that
    last spoke for the widget, which is the one that will wait here.
    """
    if widget.comm is not None:
        vars(widget.comm).pop("_reply_subshell_id", None)


@contextmanager
def _shown(shell: Any, box: Any) -> Iterator[None]:
    """Show *box* in an output of its own, which is empty before and after.

    Empty, since saved notebooks keep its last state and tools that compare notebooks
    (nbval) see its first one only; the answer is an output of its own.
    """
    place = {"display_id": uuid4().hex}
    view = {_VIEW: box._repr_mimebundle_()[_VIEW]}
    shell.display_pub.publish({"text/plain": "", **view}, {}, transient=place)
    try:
        yield
    finally:
        shell.display_pub.publish({"text/plain": ""}, {}, transient=place, update=True)
