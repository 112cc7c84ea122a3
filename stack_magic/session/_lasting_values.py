"""Values of the notebook's variables, as lines that another kernel can carry out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stack_magic.configuration import fields_of
from stack_magic.secrets import can_be_shown

from ._configuration import unmistakable_values
from ._references import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.stack import StackComponent


def lasting_values(component: StackComponent, configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration whose line is read back as the same values, in any kernel.

    What variables of the notebook gave stands there itself, unless it is secret, or more than
    a line can hold: then the variable stays.
    """
    values = {key: _lasting(component, key, value) for key, value in configuration.items()}
    return unmistakable_values(type(component), values)


def _lasting(component: StackComponent, key: str, value: Any) -> Any:
    if not isinstance(value, Reference) or not value.is_of_notebook:
        return value
    field = fields_of(type(component)).get(key)
    plain = getattr(component, key, None)
    return plain if field and not field.why_secret and can_be_shown(plain) else value
