"""The control of a secret: a value that stays in memory, or a reference."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr, TypeAdapter

from stack_magic.display import Document, Line, render_html
from stack_magic.errors import LineError, ReferenceRefusedError
from stack_magic.secrets import learn
from stack_magic.session import Reference, parse_reference

from ._controls import NOT_GIVEN, Control
from ._fields import is_one_secret, takes_text
from ._parts import button, html, set_class, set_value, span
from ._secret_field import SecretField

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._fields import Field


class SecretControl(Control):
    """A password box. What looks like a reference is one, and is shown as it is."""

    def __init__(self, field: Field, changed: Callable[[], object]) -> None:
        super().__init__(field, changed)
        self._about = " · ".join(
            part
            for part in (
                self._about,
                "" if is_one_secret(field.spec.type) else "as JSON",
                "a secret, or @env:NAME, @file:PATH, {{secret.key}}",
            )
            if part
        )
        self._reference: Any = None
        self._kept: Any = None
        self._state = html("", "sm-note")
        self.box = SecretField(field.label)
        self.box.on_value(self._came)
        self._ask = button(f"Ask for {field.spec.title}", self._asked, "sm-small")
        self.box.observe(self._is_ready, "is_ready")
        self.widgets = (self.box, self._ask, self._state, self._note)
        self.say(())

    def given(self) -> Any:
        """Return the secret, the reference, or what a registered component has."""
        if self._reference is not None:
            return self._reference
        if self.box.value is None:
            return NOT_GIVEN if self._kept is None else self._kept
        return _sealed(self.box.value.get_secret_value(), self.field.spec.type)

    def fill(self, value: Any) -> None:
        """Take a value as it was given; what is no reference is not shown."""
        is_reference = isinstance(value, Reference) or _reference_in(value) is not None
        self._reference = value if is_reference else None
        self._kept = None if is_reference else value
        self._show()

    def say(self, found: Any) -> None:
        """Show what is wrong, in the box too."""
        super().say(found)
        self.box.invalid = bool(found) and self.is_touched

    def close(self) -> None:
        """Forget the secret."""
        self._kept = self._reference = None

    def _came(self) -> None:
        value = self.box.value
        self._kept = None
        if value is None:
            self._reference = None
        else:
            reference = _reference_in(value.get_secret_value())
            if reference is None:
                self._reference = None
            else:
                self._reference = reference
                self.box._value = None  # noqa: SLF001 - the reference is in its place
        self._show()
        self._touched(None)

    def _show(self) -> None:
        if self._reference is not None:
            said = f"✓ from {self._reference}"
        elif self._kept is not None or self.box.value is not None:
            said = "✓ set: in the memory of this kernel only"
        else:
            said = ""
        self.box.is_set = bool(said)
        set_value(self._state, span(said, "sm-ok", role="status") if said else "")

    def _is_ready(self, _: object) -> None:
        """Hide the way that needs no script of ours: the box is there."""
        set_class(self._ask, "sm-hidden", on=self.box.is_ready)

    def _asked(self, _: object) -> None:
        try:
            self.box.ask()
        except Exception as error:  # noqa: BLE001 - front ends without a way to ask raise their own
            text = (
                f"this front end cannot ask here ({type(error).__name__}): copy the line "
                "below into a cell, it asks for what is @prompt"
            )
            set_value(self._state, render_html(Document((Line(text, "✕"),))))
            self._reference = "@prompt"
            self._touched(None)


def _reference_in(value: Any) -> Any:
    """Return *value* if it is a reference, else None.

    `$name` is none here: it may be a password, and would be shown as a variable's name.
    """
    if not isinstance(value, str) or value.startswith("@@"):
        return None
    try:
        return value if isinstance(parse_reference(value), Reference) else None
    except ReferenceRefusedError:
        return None


def _sealed(text: str, annotation: Any) -> Any:
    """Return what was typed as the secret that *annotation* wants, or as JSON full of them."""
    learn(text)
    if takes_text(annotation):
        return SecretStr(text)
    one = is_one_secret(annotation)
    try:
        value = text if one else json.loads(text)
        # References are led to their values where the component is built.
        return value if _holds_reference(value) else TypeAdapter(annotation).validate_python(value)
    except (ValueError, RecursionError):
        pass  # what they say would show the text
    message = "is not accepted" if one else "must be JSON that fits the type"
    raise LineError(message, hint="the reason is hidden, since the field is secret")


def _holds_reference(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_reference, value.values()))
    if isinstance(value, list):
        return any(map(_holds_reference, value))
    return _reference_in(value) is not None
