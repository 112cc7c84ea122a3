"""A list to choose from, whose options change while somebody chooses."""

from __future__ import annotations

from threading import get_ident
from typing import TYPE_CHECKING, Any

from ._parts import set_value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Choices:
    """Keeps what the user chooses apart from what offering other options does.

    To set options resets the choice for a moment. A choice of the user's may come just
    then, from another thread: it counts.

    Args:
        widget: A selection widget.
        chosen: Called when the user has chosen.
    """

    def __init__(self, widget: Any, chosen: Callable[[object], object]) -> None:
        self.widget = widget
        self._chosen = chosen
        self._filler: int | None = None
        self._late: Any = None
        widget.observe(self._changed, "value")

    @property
    def value(self) -> str:
        """What is chosen."""
        return str(self.widget.value or "")

    def choose(self, value: str) -> None:
        """Choose *value*, as the user would."""
        self.widget.value = value

    def offer(self, options: Sequence[Any], value: str) -> None:
        """Offer *options*, with *value* chosen."""
        self._filler, self._late = get_ident(), None
        try:
            if tuple(self.widget.options) != tuple(options):
                self.widget.options = options
            set_value(self.widget, value)
        finally:
            self._filler = None
        late, self._late = self._late, None
        if late is not None and late in [_value_of(option) for option in options]:
            set_value(self.widget, late)

    def _changed(self, change: Any) -> None:
        if self._filler == get_ident():
            return
        if self._filler is not None:
            self._late = change.new
        self._chosen(change)


def _value_of(option: Any) -> Any:
    return option[1] if isinstance(option, tuple) else option
