"""What a flavor's class may not do to the model that it is: be thawed, or made otherwise."""

from __future__ import annotations

import dataclasses
import inspect
from typing import TYPE_CHECKING, Any

from ._component import StackComponent
from ._diagnostics import Diagnostic, error_on

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONFIGURED: dict[str, tuple[Any, str]] = {
    "frozen": (True, "a component is frozen: what is shown is what is used"),
    "extra": ("forbid", "a value that no field takes is refused, since it may be a slip"),
    "hide_input_in_errors": (True, "an error would show the values of secrets"),
    "validate_default": (True, "a default that does not fit would be found in a run"),
}


def of_the_class(cls: type[StackComponent], base: type[StackComponent]) -> Iterator[Diagnostic]:
    """Yield an error for each way in which *cls* is no frozen model of its fields."""
    yield from _configuration(cls)
    yield from _constructors(cls, base)
    yield from _over_members(cls, base)


def _configuration(cls: type[StackComponent]) -> Iterator[Diagnostic]:
    for name, (wanted, why) in _CONFIGURED.items():
        actual = cls.model_config.get(name)
        if actual != wanted:
            message = f"model_config of {cls.__name__} sets {name}={actual!r}: {why}"
            fix = f"leave {name} out of model_config"
            yield error_on("model-config", cls.__name__, message, fix)


def _constructors(cls: type[StackComponent], base: type[StackComponent]) -> Iterator[Diagnostic]:
    if dataclasses.is_dataclass(cls):
        message = f"{cls.__name__} is a dataclass too: its fields are those of the model already"
        yield error_on(
            "constructor", cls.__name__, message, f"remove @dataclass from {cls.__name__}"
        )
        return
    own = [one for one in cls.__mro__ if one not in base.__mro__]
    for name in ("__init__", "__new__"):
        if any(name in vars(one) for one in own):
            message = f"{cls.__name__} has {name} of its own: a component is made of its fields"
            fix = "def model_post_init(self, context: Any) -> None: ..."
            yield error_on("constructor", cls.__name__, message, fix)


def _over_members(cls: type[StackComponent], base: type[StackComponent]) -> Iterator[Diagnostic]:
    """Yield the fields that stand where the type promises a method or a property."""
    for name in cls.model_fields:
        if hasattr(StackComponent, name) or name in base.model_fields:
            continue
        promised = inspect.getattr_static(base, name, None)
        if promised is not None:
            message = f"field {name} stands in the place of {base.__name__}.{name}"
            yield error_on("shadows", cls.__name__, message, f"rename the field: {name}_")
