"""The controls of a model's fields, and what is given in them together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticUndefined

from ._by_reference import ByReference
from ._controls import (
    NOT_GIVEN,
    ChoiceControl,
    Control,
    LinesControl,
    PairsControl,
    SwitchControl,
    TextControl,
)
from ._fields import Kind, placed_fields
from ._secret_control import SecretControl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from pydantic import BaseModel

    from stack_magic.stack import Diagnostic

    from ._fields import Field


class FieldsBox:
    """Controls for the fields of a model, by name."""

    def __init__(
        self,
        model: type[BaseModel],
        changed: Callable[[], object],
        *,
        place: tuple[str, ...] = (),
        left_out: AbstractSet[str] = frozenset(),
        defaults: Any = None,
    ) -> None:
        self.controls: dict[str, Control] = {
            field.spec.name: control_of(field, changed)
            for field in placed_fields(model, place, left_out, defaults)
        }

    @property
    def widgets(self) -> list[Any]:
        """All widgets, from top to bottom."""
        return [widget for control in self.controls.values() for widget in control.widgets]

    def read(self) -> tuple[dict[str, Any], list[Diagnostic]]:
        """Return what is given, by field, and why some of it cannot be read."""
        given: dict[str, Any] = {}
        found: list[Diagnostic] = []
        for name, control in self.controls.items():
            value, refused = control.read()
            found += refused
            if value is not NOT_GIVEN:
                given[name] = value
        return given, found

    def fill(self, values: Mapping[str, Any]) -> None:
        """Show values as they were given, as far as there are fields for them."""
        for name, value in values.items():
            if name in self.controls:
                self.controls[name].fill(value)

    def say(self, found: Sequence[Diagnostic]) -> None:
        """Show each finding at its field."""
        for control in self.controls.values():
            place = control.field.place
            control.say([d for d in found if (d.place or (d.subject,))[: len(place)] == place])

    def leave_alone(self) -> None:
        """Take what the controls show for what nobody has touched."""
        for control in self.controls.values():
            control.leave_alone()

    def close(self) -> None:
        """Forget what must not be kept."""
        for control in self.controls.values():
            control.close()


def control_of(field: Field, changed: Callable[[], object]) -> Control:
    """Return the control that suits *field*; where it takes no text, also a reference."""
    from ._nested_controls import ModelControl, UnionControl

    kinds: dict[Kind, type[Control]] = {
        Kind.CHOICE: ChoiceControl,
        Kind.LINES: LinesControl,
        Kind.PAIRS: PairsControl,
        Kind.MODEL: ModelControl,
        Kind.UNION: UnionControl,
        Kind.SECRET: SecretControl,
    }
    kind = field.kind
    if kind is Kind.SWITCH:
        is_known = field.spec.default is not PydanticUndefined and field.spec.default is not None
        control: type[Control] = SwitchControl if is_known else ChoiceControl
    else:
        control = kinds.get(kind, TextControl)
    made = control(field, changed)
    takes_no_text = kind in {Kind.CHOICE, Kind.SWITCH, Kind.MODEL, Kind.UNION}
    # A part of a value cannot come by reference, only the whole.
    return ByReference(made, changed) if takes_no_text and len(field.place) == 1 else made
