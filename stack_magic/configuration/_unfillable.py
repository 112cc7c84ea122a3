"""Fields that neither a line nor a form can fill: their class is no flavor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.enums import Severity
from stack_magic.stack import Diagnostic

from ._field_spec import fields_of
from ._field_types import why_not_fillable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.stack import StackComponent


def unfillable_fields(cls: type[StackComponent]) -> Iterator[Diagnostic]:
    """Yield an error for each field of *cls* whose values are neither text nor JSON."""
    for name, field in fields_of(cls).items():
        reason = why_not_fillable(field.info)
        if reason is None:
            continue
        message = f"field {name} cannot be filled by a line or a form: {reason}"
        fix = f"_{name}: Any = PrivateAttr(default=None)"
        yield Diagnostic("unfillable", Severity.ERROR, cls.__name__, message, fix)
