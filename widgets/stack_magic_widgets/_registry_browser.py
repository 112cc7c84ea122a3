"""Browses what is registered: a list with a filter, and what can be done with each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ipywidgets import Select, Text, ToggleButtons

from stack_magic.display import Document, Table, Title, render_html
from stack_magic.session import session as this_session

from ._choices import Choices
from ._component_part import ComponentPart
from ._parts import (
    button,
    close_all,
    column,
    copied_line,
    html,
    made,
    row,
    set_class,
    set_value,
    span,
)
from ._registry_entries import Entry, actions_on, describing, entries_of
from ._view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stack_magic.session import Command, Session

_PAGE = 100
"""Entries of a page: a list box with ten thousand would take seconds to draw."""

_KINDS = ("components", "flavors", "stacks")


class RegistryBrowser(View):
    """Shows flavors, components and stacks, and acts on the chosen one.

    Args:
        session: Whose registry; this kernel's session by default.
    """

    def __init__(self, *, session: Session | None = None) -> None:
        super().__init__(session or this_session())
        self._entries: list[Entry] = []
        self._shown: list[Entry] = []
        self._found: list[Entry] = []
        self._page = 0
        self._inner: Any = None
        self._make_widgets()
        self.follow()
        self.follow_registry(self.follow)

    def _make_widgets(self) -> None:
        self._kind = made(
            ToggleButtons, description="Show", options=list(_KINDS), value="components"
        )
        self._kind.observe(self.guarded(lambda _: self._begin()), "value")
        self._filter = made(Text, description="Filter", placeholder="name, type or flavor")
        self._filter.observe(self.guarded(lambda _: self._begin()), "value")
        self._list = made(Select, description="Registered", rows=12, options=[("nothing", "")])
        self._choices = Choices(self._list, self.guarded(lambda _: self._choose()))
        self._count = html()
        self._back = button("Back", self.guarded(lambda _: self._turn(-1)), "sm-small")
        self._on = button("Next", self.guarded(lambda _: self._turn(1)), "sm-small")
        self._card = html("", "sm-card")
        self._actions = column()
        self._drawer = column((), "sm-pad", "sm-hidden")
        left = column(
            (self._filter, self._list, row((self._back, self._on, self._count), "sm-tabs")),
            "sm-left",
        )
        right = column((self._card, self._actions, self.message), "sm-right")
        self.fill(
            (
                row((html(span("Registry", "sm-title")), self._kind), "sm-head"),
                row((left, right), "sm-body", "sm-browser"),
                self._drawer,
            )
        )

    # What is shown.

    def follow(self) -> None:
        """Show the registry as it is now; what was chosen stays chosen."""
        with self.lock:
            snapshot = self.session.registry.snapshot
            self._entries = list(entries_of(snapshot))
            self._show_page(keep=self._chosen())
            if isinstance(self._inner, ComponentPart):
                self._inner.follow()

    def _begin(self) -> None:
        with self.lock:
            self.say()
            self._page = 0
            self._show_page(keep=self._chosen())

    def _turn(self, pages: int) -> None:
        with self.lock:
            self._page += pages
            self._show_page(keep=None)

    def _show_page(self, keep: Entry | None) -> None:
        words = str(self._filter.value).casefold().split()
        kind = self._kind.value
        self._found = [
            e
            for e in self._entries
            if e.kind == kind and all(w in e.words.casefold() for w in words)
        ]
        pages = max(1, -(-len(self._found) // _PAGE))
        self._page = min(max(self._page, 0), pages - 1)
        shown = self._found[self._page * _PAGE :][:_PAGE]
        options = [(entry.words, str(number)) for number, entry in enumerate(shown)]
        self._shown = shown
        chosen = next((i for i, e in enumerate(shown) if keep and e[:3] == keep[:3]), 0)
        nothing = [("nothing is found", "")]
        self._choices.offer(options or nothing, str(chosen) if options else "")
        self._back.disabled, self._on.disabled = self._page == 0, self._page == pages - 1
        page = f", page {self._page + 1} of {pages}" if pages > 1 else ""
        set_value(self._count, span(f"{len(self._found)} {kind}{page}", "sm-sub", role="status"))
        self._show_chosen()

    def _chosen(self) -> Entry | None:
        value = self._list.value
        return self._shown[int(value)] if value else None

    def _choose(self) -> None:
        with self.lock:
            self.say()
            self._show_chosen()

    def _show_chosen(self) -> None:
        entry = self._chosen()
        former = self._actions.children
        if entry is None:
            set_value(self._card, span("nothing is chosen", "sm-sub"))
            self._actions.children = ()
        else:
            set_value(self._card, render_html(self._described(entry)))
            self._actions.children = tuple(self._rows(entry))
        for child in former:
            close_all(child)

    def _described(self, entry: Entry) -> Document:
        # Not applied: that may register what a cell has defined anew, and the lock is held.
        command, snapshot = describing(entry), self.session.registry.snapshot
        return command.on(snapshot, self.session.world()).answer.document()

    def _rows(self, entry: Entry) -> Iterator[Any]:
        yield html(span("What can be done", "sm-section"))
        for words, command in actions_on(entry):
            pressed = self.guarded(self._act(words, command, entry))
            line = html(copied_line(str(command)))
            yield row((button(words, pressed, "sm-small"), line), "sm-action")

    def _act(self, words: str, command: Command, entry: Entry) -> Callable[[Any], object]:
        if words == "Delete":
            return lambda pressed: self._delete(pressed, command, entry)
        if words in {"Edit", "New component"}:
            return lambda _: self._edit(entry)
        return lambda _: self._apply(command)

    def _apply(self, command: Command) -> None:
        answer = self.apply(command)
        self.say(*answer.document().blocks)

    def _delete(self, pressed: Any, command: Command, entry: Entry) -> None:
        sure = f"Delete {entry.name}: sure?"
        if pressed.description != sure:
            pressed.description = sure
            return
        self._apply(command)

    def _edit(self, entry: Entry) -> None:
        with self.lock:
            self._shut()
            if entry.type is None:
                self._inner = self._composer(entry.name)
            else:
                flavor = entry.name if entry.kind == "flavors" else None
                name = entry.name if entry.kind == "components" else None
                self._inner = ComponentPart(self, entry.type, flavor, name)
            inside = self._inner.widget
            shut = button("Close", self.guarded(lambda _: self._shut()), "sm-small")
            self._drawer.children = (inside, shut)
            set_class(self._drawer, "sm-hidden", on=False)

    def _composer(self, name: str) -> View:
        from ._stack_composer import StackComposer

        composer = StackComposer(name, session=self.session)
        composer.host = self
        return composer

    def _shut(self) -> None:
        with self.lock:
            inner, self._inner = self._inner, None
            if inner is not None:
                inner.close()
                if not isinstance(inner, View):
                    close_all(inner.widget)
            self._drawer.children = ()
            set_class(self._drawer, "sm-hidden", on=True)

    def document(self) -> Document:
        """Return what the list shows, and what is chosen."""
        with self.lock:
            kind = self._kind.value
            rows = tuple((str(e.type or ""), e.name) for e in self._found)
            table = Table(("type", "name"), rows, "the filter finds the others")
            entry = self._chosen()
            blocks = self._described(entry).blocks if entry else ()
            return Document((Title(f"Registry: {len(self._found)} {kind}"), table, *blocks))

    def close(self) -> None:
        """Close the widgets, and forget the secrets."""
        self._shut()
        super().close()
