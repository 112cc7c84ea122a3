"""The widgets in which a component is configured, and how its state is said in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ipywidgets import Dropdown, Text

from stack_magic.display import Command, Document, Line, render_html

from ._choices import Choices
from ._parts import button, column, copied_line, html, made, row, set_value, span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from stack_magic.enums import StackComponentType
    from stack_magic.stack import Diagnostic

    Callback = Callable[[Any], object]


class ComponentWidgets:
    """Name, flavor, the place of the fields, what is wrong, the line and the button.

    Attributes:
        widget: All of them, from top to bottom.
        name: The box of the name.
        flavor: The choice of the flavor.
        about: What the flavor says of itself.
        fields: Where the controls of the fields stand.
        act: The button.
        foot: The row of the button.
    """

    def __init__(
        self,
        kind: StackComponentType,
        name: str,
        *,
        named: Callback,
        chosen: Callback,
        acted: Callback,
    ) -> None:
        self.name = made(Text, description="name *", value=name, placeholder=f"my_{kind}")
        self.name.observe(named, "value")
        self._name_note = html("", "sm-note")
        self.flavor = made(Dropdown, description="flavor")
        self._flavors = Choices(self.flavor, chosen)
        self.about = html("", "sm-note")
        self.fields = column()
        self._together = html("", "sm-note")
        self._status, self._line = html(), html()
        self.act = button("Register", acted, button_style="primary")
        self.foot = row((self.act, self._status), "sm-acts")
        self.widget = column(
            (
                self.name,
                self._name_note,
                self.flavor,
                self.about,
                self.fields,
                self._together,
                self._line,
                self.foot,
            )
        )

    def offer(self, flavors: Sequence[str], chosen: str, *, is_fixed: bool) -> None:
        """Offer *flavors*, with *chosen* chosen; of a registered component it is fixed."""
        self._flavors.offer(flavors, chosen)
        self.flavor.disabled = self.name.disabled = is_fixed
        self.act.description = "Update" if is_fixed else "Register"

    def say_name(self, found: Sequence[Diagnostic], *, is_touched: bool) -> None:
        """Show what is wrong with the name: a hint before it was touched."""
        if not found:
            set_value(self._name_note, "")
        elif is_touched:
            words = f"✕ {found[0].message}"
            set_value(self._name_note, span(words, "sm-bad", role="status"))
        else:
            set_value(self._name_note, span(f"○ {found[0].message}", "sm-help"))

    def say_together(self, found: Sequence[Diagnostic]) -> None:
        """Show what is about no field alone."""
        blocks = tuple(block for d in found for block in _without_subject(d))
        shown = f'<div role="status">{render_html(Document(blocks))}</div>' if blocks else ""
        set_value(self._together, shown)

    def say_status(self, wrong: int, *, is_changed: bool, is_touched: bool) -> None:
        """Show how many things are to be mended; the button waits for that."""
        if not is_changed:
            words, style = "no changes yet", "sm-off"
        elif wrong:
            words, style = f"✕ {wrong} to mend", "sm-bad" if is_touched else "sm-off"
        else:
            words, style = "✓ ready", "sm-ok"
        set_value(self._status, span(words, style, role="status"))
        disabled = not is_changed or bool(wrong)
        if self.act.disabled is not disabled:
            self.act.disabled = disabled

    def say_line(self, line: str) -> None:
        """Show the line that does the same."""
        set_value(self._line, copied_line(line))


def _without_subject(found: Diagnostic) -> Iterator[Any]:
    yield Line(found.message, found.severity.mark)
    if found.fix:
        yield Command(found.fix, label="fix:")
