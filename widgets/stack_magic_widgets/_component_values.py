"""What is given for a component: what was typed, over what it is registered with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stack_magic.secrets import holds_secret
from stack_magic.session import typed_text

from ._same_values import is_the_same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stack_magic.stack import Diagnostic, Registered

    from ._controls import Control
    from ._fields_box import FieldsBox


class ComponentValues:
    """The values of a form.

    Attributes:
        registered: The component as it is registered; None of a new one.
        box: The controls, once they are made.
        given: The values as they were read the last time.
    """

    def __init__(self, registered: Registered | None) -> None:
        self.registered = registered
        self.box: FieldsBox | None = None
        self.given: dict[str, Any] = {}

    @property
    def controls(self) -> Mapping[str, Control]:
        """The controls by field."""
        return self.box.controls if self.box is not None else {}

    @property
    def touched(self) -> set[str]:
        """The fields that the user has done anything to."""
        return {name for name, control in self.controls.items() if control.was_touched}

    def typed(self) -> tuple[set[str], dict[str, Any]]:
        """Return the fields that the user has touched, and the values to go on with.

        Of a registered component, a field that was left alone has the registered value.
        """
        given: dict[str, Any] = {}
        touched: set[str] = set()
        if self.box is not None:
            given = self.box.read()[0]
            touched = self.touched
            self.box.close()
        if self.registered is None:
            return touched, given
        registered = self.registered.configuration.items()
        kept = {name: value for name, value in registered if name not in touched}
        return touched, kept | {name: given[name] for name in touched if name in given}

    def read(self) -> list[Diagnostic]:
        """Read what is given; return why some of it cannot be read.

        Of a registered component, a field that was left alone has the registered value.
        """
        assert self.box is not None  # noqa: S101 - made when the part was
        given, refused = self.box.read()
        if self.registered is not None:
            touched, before = self.touched, self.registered.configuration
            given = {name: value for name, value in given.items() if name in touched}
            given = {n: v for n, v in before.items() if n not in touched} | given
            refused = [found for found in refused if found.subject in touched]
        self.given = given
        return refused

    def changes(self) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return the values that are other than registered, and the fields without one."""
        before: Mapping[str, Any] = self.registered.configuration if self.registered else {}
        touched = self.touched
        changed = {
            key: value
            for key, value in self.given.items()
            if key in touched and (key not in before or not is_the_same(before[key], value))
        }
        return changed, tuple(k for k in before if k in touched and k not in self.given)

    def leave_alone(self) -> None:
        """Take what the controls show for what nobody has touched."""
        if self.box is not None:
            self.box.leave_alone()

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield each field's title with its value in words."""
        for name, control in self.controls.items():
            if name not in self.given:
                default = control.field.spec.default_text
                words = f"default: {default}" if default else "not given"
            elif holds_secret(self.given[name]):
                words = "set: in memory only"
            else:
                words = str(typed_text(self.given[name]))
            yield control.field.spec.title, words

    def close(self) -> None:
        """Forget what must not be kept."""
        if self.box is not None:
            self.box.close()
        self.given = {}
