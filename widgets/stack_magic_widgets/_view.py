"""What every view is: widgets, a document of the same content, and a record of its acts."""

from __future__ import annotations

import traceback
from collections import deque
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

from stack_magic.alerters import let_clicks_pass
from stack_magic.display import (
    Command,
    Document,
    Line,
    Preformatted,
    Shown,
    render_html,
    render_text,
)
from stack_magic.errors import StackMagicError
from stack_magic.secrets import masked

from ._cells import CELLS
from ._parts import close_all, html, parts_of, root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from stack_magic.display import Block
    from stack_magic.pipelines import RunWatcher
    from stack_magic.session import Command as Asked
    from stack_magic.session import Progress, Session

_VIEW = "application/vnd.jupyter.widget-view+json"

_ACTS = 20
"""Acts of a view that stay in the notebook."""


class View(Shown):
    """Widgets in a cell's output.

    Saved notebooks keep what `document` says beside them, and below, for each act, the
    line that does the same and its answer.

    Attributes:
        session: What the acts are carried out on.
        widget: The outermost widget.
        acts: The lines of what was done here.
        host: The view that this one is shown in, which keeps the record.
        message: Where the view says what came of an act.
        lock: Held while widgets are read and changed together.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.acts: list[str] = []
        self.host: View | None = None
        # Callbacks come from threads of the kernel's own, also while a cell runs. Whoever
        # holds this lock changes no registry: its observers wait for the lock.
        self.lock = RLock()
        self.message = html("", "sm-message")
        self._record: deque[tuple[Block, ...]] = deque(maxlen=_ACTS)
        self._place: Any = None
        self._is_closed = False
        self.widget = root(())
        self._ends: list[Callable[[], object]] = []

    # What is shown.

    def document(self) -> Document:
        """Return what the view shows, as blocks."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        view = self.widget._repr_mimebundle_()[_VIEW]
        return {_VIEW: view, **_static(self.document())}

    def _ipython_display_(self) -> None:
        """Show the widgets, and below them an output that is empty until something is done."""
        from IPython.display import display

        if self._is_closed:
            closed = Document((Line("this view is closed: run its line again"),))
            display(_static(closed), raw=True)
            return
        CELLS.opened(self)
        display(self._repr_mimebundle_(), raw=True)
        self._place = display(_static(Document(())), raw=True, display_id=True)
        self.hear_while_cells_run()

    def fill(self, children: Iterable[Any]) -> None:
        """Put *children* below the style sheet."""
        self.widget.children = (self.widget.children[0], *children)

    # What is done.

    def apply(
        self,
        command: Asked,
        *,
        progress: Progress | None = None,
        watchers: Sequence[RunWatcher] | None = None,
    ) -> Shown:
        """Carry out *command*; its line and its answer stay in the notebook."""
        if self.host is not None:
            return self.host.apply(command, progress=progress, watchers=watchers)
        answer = self.session.apply(command, progress=progress, watchers=watchers)
        line = str(command)
        self.acts.append(line)
        self._record.append((Command(line), *answer.document().blocks))
        if self._place is not None:
            blocks = tuple(block for act in self._record for block in act)
            self._place.update(_static(Document(blocks)), raw=True)
        return answer

    def say(self, *blocks: Block, role: str = "status") -> None:
        """Show something in the view's own line of messages."""
        shown = render_html(Document(blocks)) if blocks else ""
        value = f'<div role="{role}">{shown}</div>' if shown else ""
        if self.message.value != value:
            self.message.value = value

    def guarded(self, act: Callable[..., object]) -> Callable[..., None]:
        """Return *act* as a callback whose errors are shown in the view."""

        def callback(*arguments: Any) -> None:
            if self._is_closed:
                return
            with self.errors_shown():
                act(*arguments)

        return callback

    @contextmanager
    def errors_shown(self) -> Iterator[None]:
        """Show what the block raises: nobody reads the log of a callback."""
        try:
            yield
        except StackMagicError as error:
            hint = (Command(error.hint, label="hint:"),) if error.hint else ()
            lines = masked(error.message).split("\n")
            text = (Line(line, "✕" if not n else "") for n, line in enumerate(lines))
            self.say(*text, *hint, role="alert")
        except Exception:  # noqa: BLE001 - a bug of ours, or of a flavor: shown whole
            whole = masked(traceback.format_exc())
            last = whole.strip().rpartition("\n")[2]
            self.say(
                Line(f"this did not work, and nothing was changed: {last}", "✕"),
                Preformatted(whole),
                role="alert",
            )

    def hear_while_cells_run(self) -> None:
        """Leave it to the front end which thread hears a click; after the main one spoke."""
        for part in parts_of(self.widget):
            let_clicks_pass(part)

    # How it ends.

    def follow_registry(self, changed: Callable[[], object]) -> None:
        """Call *changed* when anything is registered or changed, until the view is closed."""

        def notice(_: object) -> None:
            guarded()
            self.hear_while_cells_run()

        guarded = self.guarded(changed)
        registry = self.session.registry
        registry.snapshot  # noqa: B018 - made now: an observer of its making would not hear of it
        registry.observe(notice, "snapshot")
        self._ends.append(lambda: registry.unobserve(notice, "snapshot"))

    def close(self) -> None:
        """Close the widgets; closing again does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        for end in self._ends:
            end()
        close_all(self.widget)


def _static(document: Document) -> dict[str, str]:
    text = render_text(document)
    if not document.blocks:
        return {"text/plain": text}
    return {"text/plain": text, "text/html": render_html(document)}
