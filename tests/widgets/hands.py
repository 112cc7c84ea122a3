"""What a user does to a form, and reads from it, without a browser."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from stack_magic_widgets._by_reference import ByReference
from stack_magic_widgets._nested_controls import ModelControl, UnionControl
from stack_magic_widgets._parts import parts_of
from stack_magic_widgets._secret_control import SecretControl

if TYPE_CHECKING:
    from stack_magic.session import Session
    from stack_magic_widgets._component_part import ComponentPart

NEEDED = {"path": "/x", "bucket": "good"}


def read(text: str) -> str:
    """Return HTML as it is read."""
    return html.unescape(re.sub(r"<[^>]*>", " ", text))


def control(part: ComponentPart, *place: str) -> Any:
    """Return the control of a field, also inside of others."""
    here: Any = part._values.box
    for name in place:
        here = here.inner if isinstance(here, ModelControl) else here
        here = here.boxes[name] if isinstance(here, UnionControl) else here.controls[name]
        here = here.inner if isinstance(here, ByReference) else here
    return here


def by_reference(part: ComponentPart, name: str) -> ByReference:
    assert part._values.box is not None
    found = part._values.box.controls[name]
    assert isinstance(found, ByReference)
    return found


def type_in(part: ComponentPart, **values: str) -> None:
    for name, value in values.items():
        if name == "name":
            part._widgets.name.value = value
        else:
            control(part, name).box.value = value


def note(part: ComponentPart, *place: str) -> str:
    """Return what stands below a field."""
    return read(control(part, *place)._note.value)


def line(part: ComponentPart) -> str:
    return read(part._widgets._line.value).strip().removesuffix("Copy").strip()


def status(part: ComponentPart) -> str:
    return read(part._widgets._status.value).strip()


def give_secret(part: ComponentPart, value: str, *place: str) -> None:
    """Type a secret as the browser sends it."""
    found: Any = control(part, *place)
    assert isinstance(found, SecretControl)
    found.box._handle_custom_msg({"kind": "secret", "value": value}, [])


def state_of(widget: Any) -> str:
    """Return the state of a widget and of all in it, as it is saved in notebooks."""
    return "\n".join(repr(part.get_state()) for part in parts_of(widget))


def shown_by(view: Any) -> str:
    return read("\n".join(str(getattr(p, "value", "")) for p in parts_of(view.widget)))


def registered(session: Session, name: str) -> Any:
    found = [r for (_, n), r in session.registry.snapshot.components.items() if n == name]
    return found[0].component if found else None
