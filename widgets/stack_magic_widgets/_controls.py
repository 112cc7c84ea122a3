"""Controls: one a field. Each knows what it is given, and where to say what is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ipywidgets import Checkbox, Dropdown, Text, Textarea

from stack_magic.configuration import json_text
from stack_magic.enums import Severity
from stack_magic.errors import LineError, StackMagicError
from stack_magic.session import parse_variable, typed_text
from stack_magic.stack import Diagnostic

from ._parts import html, made, set_value, span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._fields import Field

NOT_GIVEN = object()
"""What a control holds that was left alone, or emptied: the default counts."""


class Control:
    """A field's control and the note below it.

    Attributes:
        field: The field.
        widgets: What stands in the form, from top to bottom.
        is_touched: Whether the user has done anything to it.
    """

    def __init__(self, field: Field, changed: Callable[[], object]) -> None:
        self.field = field
        self.is_touched = False
        self._changed = changed
        self._about = field.about
        self._note = html(span(self._about, "sm-help"), "sm-note")
        self.widgets: tuple[Any, ...] = ()

    def given(self) -> Any:
        """Return what was given, as on a line; NOT_GIVEN where the default counts.

        Raises:
            StackMagicError: The text is none of the forms of a value.
        """
        raise NotImplementedError

    def fill(self, value: Any) -> None:
        """Show a value as it was given."""
        raise NotImplementedError

    def read(self) -> tuple[Any, list[Diagnostic]]:
        """Return what was given, and why it cannot be read."""
        try:
            return self.given(), []
        except StackMagicError as error:
            place = self.field.place
            code, fix = type(error).__name__, error.hint or ""
            return NOT_GIVEN, [
                Diagnostic(code, Severity.ERROR, place[0], error.message, fix, place)
            ]

    def leave_alone(self) -> None:
        """Take what it shows for what nobody has touched: to fill it is no touch."""
        self.is_touched = False

    @property
    def was_touched(self) -> bool:
        """Whether the user has done anything to it, or to a control inside of it."""
        return self.is_touched

    def say(self, found: Sequence[Diagnostic]) -> None:
        """Show what is wrong: a hint before the field was touched, an error after."""
        words = "; ".join(map(_words, found))
        if words and self.is_touched:
            note = span(f"✕ {words}", "sm-bad", role="status")
        elif words:
            note = span(f"○ {words}", "sm-help")
        else:
            note = ""
        about = span(self._about, "sm-help") if self._about else ""
        set_value(self._note, "<br>".join(part for part in (note, about) if part))

    def close(self) -> None:
        """Forget what must not be kept."""

    def _touched(self, _: object) -> None:
        self.is_touched = True
        self._changed()

    def _watch(self, widget: Any) -> Any:
        widget.observe(self._touched, "value")
        return widget


def _words(found: Diagnostic) -> str:
    """Return what was found, without the place that is in view."""
    message = found.message.removeprefix(f"at {'.'.join(found.place[1:])}: ")
    message = message.removeprefix(f"{found.subject}: ")
    return f"{message} ({found.fix})" if found.fix else message


class TextControl(Control):
    """One line, as it is typed after `--key=`."""

    def __init__(self, field: Field, changed: Callable[[], object]) -> None:
        super().__init__(field, changed)
        self.box = self._watch(made(Text, description=field.label, placeholder=field.placeholder))
        self.widgets = (self.box, self._note)

    def given(self) -> Any:
        """Return the text, or the variable that it names; `''` is the empty text."""
        return read_text(self.box.value)

    def fill(self, value: Any) -> None:
        """Show a value as it is typed."""
        text = typed_text(value)
        set_value(self.box, text or "''")


def read_text(text: str) -> Any:
    """Return what a text on a form means: the same as on a line."""
    if text == "''":
        return ""
    return parse_variable(text) if text else NOT_GIVEN


class LinesControl(Control):
    """Several values, one a line."""

    placeholder = "one a line"

    def __init__(self, field: Field, changed: Callable[[], object]) -> None:
        super().__init__(field, changed)
        hint = self.placeholder
        self.box = self._watch(made(Textarea, description=field.label, placeholder=hint, rows=2))
        self.widgets = (self.box, self._note)

    def given(self) -> Any:
        """Return the values; a reference or JSON stands for all of them."""
        return self._given_in(self.box.value)

    def fill(self, value: Any) -> None:
        """Show the values one a line; what would be read otherwise, as JSON."""
        lines = self._lines(value)
        if lines is None:
            set_value(self.box, typed_text(value))
            return
        text = "\n".join(lines)
        set_value(self.box, text if self._reads_back(text, value) else json_text(value))

    def _given_in(self, text: str) -> Any:
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        if not lines:
            return NOT_GIVEN
        if len(lines) == 1 and (lines[0][0] in "@$[{"):
            return read_text(lines[0])
        return self._read(lines)

    def _reads_back(self, text: str, value: Any) -> bool:
        try:
            return bool(self._given_in(text) == self._as_texts(value))
        except StackMagicError:
            return False

    def _lines(self, value: Any) -> list[str] | None:
        is_several = isinstance(value, list | tuple | set | frozenset)
        return [json_text(item) for item in value] if is_several else None

    def _as_texts(self, value: Any) -> Any:
        return [json_text(item) for item in value]

    def _read(self, lines: list[str]) -> Any:
        return lines


class PairsControl(LinesControl):
    """Names with values, one pair a line."""

    placeholder = "key=value, one a line"

    def _lines(self, value: Any) -> list[str] | None:
        if not isinstance(value, dict):
            return None
        return [f"{key}={json_text(item)}" for key, item in value.items()]

    def _as_texts(self, value: Any) -> Any:
        return {str(key): json_text(item) for key, item in value.items()}

    def _read(self, lines: list[str]) -> dict[str, str]:
        pairs = [line.partition("=") for line in lines]
        for number, (key, equals, _) in enumerate(pairs, 1):
            if not equals or not key.strip():
                message = f"line {number} must be key=value, not {lines[number - 1]!r}"
                raise LineError(message)
        read = {key.strip(): value.strip() for key, _, value in pairs}
        if len(read) < len(pairs):
            keys = [key.strip() for key, _, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            message = f"{twice!r} is given twice"
            raise LineError(message)
        return read


class ChoiceControl(Control):
    """One of a few values."""

    def __init__(self, field: Field, changed: Callable[[], object]) -> None:
        super().__init__(field, changed)
        self._about = field.spec.meaning
        default = f"— default: {field.spec.default_text or 'none'} —"
        first = "— choose —" if field.spec.is_required else default
        options = [(first, ""), *((choice, choice) for choice in field.spec.choices)]
        self.box = self._watch(made(Dropdown, description=field.label, options=options, value=""))
        self.widgets = (self.box, self._note)
        self.say(())

    def given(self) -> Any:
        """Return the choice as it is typed."""
        return self.box.value or NOT_GIVEN

    def fill(self, value: Any) -> None:
        """Choose *value*, if it is one of them."""
        text = typed_text(value)
        if any(text == choice for _, choice in self.box.options):
            set_value(self.box, text)


class SwitchControl(Control):
    """A check box; it always has a value, and says nothing where that is the default."""

    def __init__(self, field: Field, changed: Callable[[], object]) -> None:
        super().__init__(field, changed)
        self._default = field.spec.default is True
        self.box = self._watch(
            made(Checkbox, description=field.spec.title, value=self._default, indent=True)
        )
        self.widgets = (self.box, self._note)

    def given(self) -> Any:
        """Return the value where it is not the default."""
        return NOT_GIVEN if self.box.value is self._default else self.box.value

    def fill(self, value: Any) -> None:
        """Check the box, or not."""
        set_value(self.box, str(value).lower() in {"true", "1", "yes", "on"})


def as_json(text: str) -> Any:
    """Return the JSON value that a text is, but no text or null; else the text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, bool | int | float | list | dict) else text
