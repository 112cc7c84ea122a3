"""Controls of fields that are models themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ipywidgets import ToggleButtons
from pydantic import BaseModel

from stack_magic.configuration import json_text

from ._controls import NOT_GIVEN, Control, TextControl, as_json
from ._fields_box import FieldsBox
from ._parts import column, html, made, set_class, span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stack_magic.stack import Diagnostic

    from ._fields import Field


class ModelControl(Control):
    """The fields of a model in a field, each with a control of its own."""

    def __init__(self, field: Field, changed: Callable[[], object]) -> None:
        super().__init__(field, changed)
        self._about = field.spec.meaning  # the defaults stand at the fields
        default = field.spec.default if isinstance(field.spec.default, BaseModel) else None
        self._base = _mapping(default)
        self._is_filled = False
        self.inner = FieldsBox(field.spec.type, changed, place=field.place, defaults=default)
        legend = html(f"<b>{span(field.spec.title)}</b>", "sm-legend")
        self.widgets = (legend, self._note, column(self.inner.widgets, "sm-nested"))
        self.say(())

    def given(self) -> Any:
        """Return the values that are given, beside those of the default."""
        return self.read()[0]

    def read(self) -> tuple[Any, list[Diagnostic]]:
        """Return the values that are given, and why some cannot be read."""
        values, found = _read_over(self.inner, self._base)
        if not self.was_touched and not self._is_filled and not self.field.spec.is_required:
            return NOT_GIVEN, found
        return values, found

    def leave_alone(self) -> None:
        """Take what it shows for what nobody has touched."""
        super().leave_alone()
        self.inner.leave_alone()

    @property
    def was_touched(self) -> bool:
        """Whether the user has done anything to one of the fields."""
        return any(control.was_touched for control in self.inner.controls.values())

    def fill(self, value: Any) -> None:
        """Show a value in the controls of its fields."""
        self._base, self._is_filled = _mapping(value), True
        self.inner.fill(self._base)

    def say(self, found: Sequence[Diagnostic]) -> None:
        """Show each finding at its field, and what is about all of them above."""
        here = [d for d in found if (d.place or (d.subject,)) == self.field.place]
        self.is_touched = self.was_touched
        super().say([d for d in here if self.is_touched])
        self.inner.say(found)

    def close(self) -> None:
        """Forget what must not be kept."""
        self.inner.close()


class UnionControl(Control):
    """One of several models, told apart by a field."""

    def __init__(self, field: Field, changed: Callable[[], object]) -> None:
        super().__init__(field, changed)
        self._tag = str(field.spec.discriminator)
        default = field.spec.default if isinstance(field.spec.default, BaseModel) else None
        chosen = json_text(getattr(default, self._tag, "")) if default is not None else ""
        first = () if chosen or field.spec.is_required else (("none", ""),)
        tags = [(tag, tag) for tag in field.members]
        self._based_on, self._base = chosen, _mapping(default)
        self._is_filled = False
        self.boxes = {
            tag: FieldsBox(
                model,
                self._changed,
                place=(*field.place, tag),
                left_out={self._tag},
                defaults=default if tag == chosen else None,
            )
            for tag, model in field.members.items()
        }
        self._columns = {tag: column(box.widgets, "sm-nested") for tag, box in self.boxes.items()}
        self.choice = made(
            ToggleButtons,
            description=field.spec.title,
            options=[*first, *tags],
            value=chosen or (first[0][1] if first else tags[0][1]),
        )
        self._show()
        self.choice.observe(self._chosen, "value")
        self.widgets = (self.choice, self._note, *self._columns.values())

    def given(self) -> Any:
        """Return the values of the chosen model."""
        return self.read()[0]

    def read(self) -> tuple[Any, list[Diagnostic]]:
        """Return the values of the chosen model, and why some cannot be read."""
        tag = self.choice.value
        if not tag:
            return NOT_GIVEN, []
        box = self.boxes[tag]
        values, found = _read_over(box, self._base if tag == self._based_on else {})
        is_left_alone = not any(control.was_touched for control in box.controls.values())
        if is_left_alone and tag == self._based_on and not self._is_filled:
            return NOT_GIVEN, found
        return {self._tag: tag, **{k: v for k, v in values.items() if k != self._tag}}, found

    def leave_alone(self) -> None:
        """Take what it shows for what nobody has touched."""
        super().leave_alone()
        for box in self.boxes.values():
            box.leave_alone()

    @property
    def was_touched(self) -> bool:
        """Whether the user has chosen, or done anything to one of the fields."""
        return self.is_touched or any(
            control.was_touched for box in self.boxes.values() for control in box.controls.values()
        )

    def fill(self, value: Any) -> None:
        """Choose the model of a value and show its fields."""
        values = _mapping(value)
        tag = json_text(values.get(self._tag, ""))
        if tag in self.boxes:
            self._based_on, self._base, self._is_filled = tag, values, True
            self.choice.value = tag
            self.boxes[tag].fill(values)

    def say(self, found: Sequence[Diagnostic]) -> None:
        """Show each finding at its field of the chosen model."""
        place = self.field.place
        super().say([d for d in found if (d.place or (d.subject,)) == place])
        for box in self.boxes.values():
            box.say(found)

    def close(self) -> None:
        """Forget what must not be kept."""
        for box in self.boxes.values():
            box.close()

    def _chosen(self, _: object) -> None:
        self._show()
        self._touched(None)

    def _show(self) -> None:
        for tag, shown in self._columns.items():
            set_class(shown, "sm-hidden", on=tag != self.choice.value)


def _read_over(box: FieldsBox, base: Mapping[str, Any]) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Return *base* with what the user has typed over it, and why some cannot be read."""
    given, found = box.read()
    typed = {name for name, control in box.controls.items() if control.was_touched}
    kept = {name: value for name, value in base.items() if name not in typed}
    new = {n: _in_json(box.controls[n], value) for n, value in given.items() if n in typed}
    return {**kept, **new}, found


def _in_json(control: Control, value: Any) -> Any:
    """Return a value as it stands in JSON: without quotes where no text is wanted."""
    is_text = isinstance(control, TextControl) and control.field.spec.type is not str
    if not is_text or not isinstance(value, str):
        return value
    return None if value == "null" and control.field.spec.is_optional else as_json(value)


def _mapping(value: Any) -> dict[str, Any]:
    """Return the values of a model as they were given: JSON, a mapping, or the model."""
    if isinstance(value, BaseModel):
        return {name: getattr(value, name) for name in value.model_fields_set}
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return dict(value) if isinstance(value, Mapping) else {}
