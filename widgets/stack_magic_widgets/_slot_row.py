"""One slot of the composer: the choice, its status, and a drawer for a new component."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipywidgets import Dropdown

from ._choices import Choices
from ._component_part import ComponentPart
from ._findings import STYLES
from ._parts import button, close_all, column, html, made, row, set_class, set_value, span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stack_magic.enums import StackComponentType
    from stack_magic.stack import Diagnostic

    from ._view import View

_EDGES = {"sm-ok": "sm-is-ok", "sm-bad": "sm-is-bad", "sm-warn": "sm-is-warn"}


class SlotRow:
    """Widgets of one slot.

    Args:
        view: The composer.
        kind: The slot's type.
        chosen: Is told when the user has chosen.
    """

    def __init__(self, view: View, kind: StackComponentType, chosen: Callable[[], object]) -> None:
        self.kind = kind
        self._view = view
        self._part: ComponentPart | None = None
        self._box = made(Dropdown, description=kind.title, options=[("— none —", "")], value="")
        self._choices = Choices(self._box, view.guarded(lambda _: chosen()))
        self._add = button(
            "+",
            view.guarded(self._toggle),
            "sm-small",
            tooltip=f"New {kind.title.lower()}",
        )
        self._status = html()
        self._row = row((self._box, self._add, self._status), "sm-slot")
        self._drawer = column((), "sm-drawer", "sm-hidden")
        self.widgets = (self._row, self._drawer)

    @property
    def name(self) -> str:
        """Name of the chosen component, or empty."""
        return self._choices.value

    def choose(self, name: str) -> None:
        """Choose a component, as the user would."""
        self._choices.choose(name)

    def offer(self, options: Sequence[tuple[str, str]], name: str) -> None:
        """Offer *options*, with *name* chosen."""
        self._choices.offer(options, name)

    def focus(self) -> None:
        """Lead the user to the choice, or to a new component where there is none."""
        if len(self._box.options) > 1:
            self._box.focus()
        elif self._part is None:
            self._toggle(None)

    def say(self, found: Sequence[Diagnostic]) -> None:
        """Show the slot's state: a sign, a word, and the edge of the row."""
        words, style = self._state(found)
        set_value(self._status, span(words, style))
        for name, edge in _EDGES.items():
            set_class(self._row, edge, on=name == style)

    def _state(self, found: Sequence[Diagnostic]) -> tuple[str, str]:
        if not self.name:
            empty = ("✕ required", "sm-bad") if self.kind.is_required else ("○ not used", "sm-off")
            missing = [d for d in found if d.severity.value == "error"]
            return ("✕ needed", "sm-bad") if missing and not self.kind.is_required else empty
        if not found:
            return "✓ ready", "sm-ok"
        worst = found[0].severity
        words = {"error": "conflict", "warning": "see warning", "hint": "see hint"}[worst.value]
        style = STYLES[worst] if worst.value != "hint" else "sm-ok"
        return f"{worst.mark} {words}", style

    def follow(self) -> None:
        """Let an open drawer follow the registry."""
        if self._part is not None:
            self._part.follow()

    def close(self) -> None:
        """Forget what must not be kept."""
        if self._part is not None:
            self._part.close()

    def _toggle(self, _: object) -> None:
        with self._view.lock:
            if self._part is not None:
                self._shut()
                return
            self._part = part = ComponentPart(self._view, self.kind, done=self._registered)
            cancel = button("Cancel", self._view.guarded(self._toggle), "sm-small")
            part.foot.children = (*part.foot.children, cancel)
            self._drawer.children = (part.widget,)
            self._add.description = "-"
            set_class(self._drawer, "sm-hidden", on=False)

    def _registered(self, name: str) -> None:
        with self._view.lock:
            self._shut()
            self.choose(name)

    def _shut(self) -> None:
        part, self._part = self._part, None
        self._drawer.children = ()
        set_class(self._drawer, "sm-hidden", on=True)
        self._add.description = "+"
        if part is not None:
            part.close()
            close_all(part.widget)
