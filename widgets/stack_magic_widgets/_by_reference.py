"""Where a value is found, in the place of a control that takes no text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ipywidgets import Text, ToggleButton

from stack_magic.errors import StackMagicError
from stack_magic.session import Reference, parse_reference, typed_text

from ._controls import Control, read_text
from ._parts import column, made, row, set_class, set_value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stack_magic.stack import Diagnostic


class ByReference(Control):
    """Another control, and a switch that puts a text for a reference in its place."""

    def __init__(self, inner: Control, changed: Callable[[], object]) -> None:
        super().__init__(inner.field, changed)
        self.inner = inner
        self._about = ""
        hint = f"Say where {inner.field.spec.title} is found: @env:NAME, $variable"
        self.switch = self._watch(made(ToggleButton, "sm-small", description="@", tooltip=hint))
        forms = "@env:NAME, @file:PATH, $variable"
        self.box = self._watch(
            made(Text, "sm-hidden", description=inner.field.spec.title, placeholder=forms)
        )
        self._column = column(inner.widgets)
        self.switch.observe(self._switched, "value")
        self.widgets = (row((column((self._column, self.box)), self.switch), "sm-by"), self._note)
        self.say(())

    def given(self) -> Any:
        """Return the reference."""
        return read_text(self.box.value)

    def read(self) -> tuple[Any, list[Diagnostic]]:
        """Return the reference, or what the other control holds."""
        return super().read() if self.switch.value else self.inner.read()

    def leave_alone(self) -> None:
        """Take what it shows for what nobody has touched."""
        super().leave_alone()
        self.inner.leave_alone()

    @property
    def was_touched(self) -> bool:
        """Whether the user has done anything to it, or to the other control."""
        return self.is_touched or self.inner.was_touched

    def fill(self, value: Any) -> None:
        """Show a reference as a text, and other values in the other control."""
        if _is_reference(value):
            set_value(self.box, typed_text(value))
            self.switch.value = True
        else:
            self.inner.fill(value)

    def say(self, found: Sequence[Diagnostic]) -> None:
        """Show what is wrong where the value is given."""
        super().say(found if self.switch.value else ())
        self.inner.say(() if self.switch.value else found)

    def close(self) -> None:
        """Forget what must not be kept."""
        self.inner.close()

    def _switched(self, _: object) -> None:
        set_class(self._column, "sm-hidden", on=self.switch.value)
        set_class(self.box, "sm-hidden", on=not self.switch.value)


def _is_reference(value: Any) -> bool:
    if isinstance(value, Reference):
        return True
    try:
        return isinstance(parse_reference(value), Reference)
    except StackMagicError:
        return False
