"""The parameters of a pipeline: what each takes, and what a text stands for."""

from __future__ import annotations

import inspect
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidPipelineError

from ._placeholder import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

_TAKEN = frozenset({"stack", "cache", "name", "panel", "trust"})
_NAMED = {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}


@dataclass(frozen=True)
class PipelineParameter:
    """One parameter of a pipeline.

    Attributes:
        name: Its name.
        annotation: Its type; None when the function tells none.
        required: Whether a run must give it.
        default: Its value otherwise.
    """

    name: str
    annotation: Any
    required: bool
    default: Any = None

    def of_text(self, text: str) -> Any:
        """Return what a text on a line means: without annotation, as the default tells it.

        Without a default, or where the text is of another type, JSON is read as such.
        """
        if self.annotation is not None or isinstance(self.default, str):
            return text  # `read` knows what it means
        value: Any = text
        with suppress(ValueError):
            value = json.loads(text)
        if self.default is not None:
            from pydantic import TypeAdapter

            for given in (text, value):
                with suppress(Exception):  # it is of another type, or pydantic does not know it
                    return TypeAdapter(type(self.default)).validate_python(given)
        return value

    def read(self, value: Any, pipeline: str) -> Any:
        """Return *value*, or the value that its text stands for.

        Raises:
            InvalidPipelineError: It does not fit the annotation.
        """
        if self.annotation is None or isinstance(value, Unknown):
            return value
        from pydantic import (
            PydanticUserError,
            TypeAdapter,
            ValidationError,
        )

        try:
            adapter = TypeAdapter(self.annotation)
        except (PydanticUserError, NameError):
            return value  # a class that pydantic knows nothing of
        try:
            return adapter.validate_python(value)
        except ValidationError as error:
            if isinstance(value, str) and value[:1] in {"[", "{"}:
                with suppress(ValueError):  # on a line, lists and dicts are JSON
                    return adapter.validate_python(json.loads(value))
            why = error.errors(include_input=False, include_url=False)[0]["msg"]
            message = f"parameter {self.name!r} of pipeline {pipeline!r}: {why}"
            wanted = getattr(self.annotation, "__name__", str(self.annotation))
            hint = f"it is declared as {wanted}"
            raise InvalidPipelineError(message, hint=hint) from None


def parameters_of(function: Callable[..., Any], pipeline: str) -> dict[str, PipelineParameter]:
    """Return the parameters of a pipeline's function.

    Raises:
        InvalidPipelineError: One could not be given by name, or a run has its name.
    """
    parameters = {}
    for name, known in _signature(function).parameters.items():
        if known.kind not in _NAMED or name in _TAKEN:
            message = f"pipeline {pipeline!r} cannot have a parameter {str(known)!r}"
            hint = f"each is named, and none of {', '.join(sorted(_TAKEN))}: a run has those"
            raise InvalidPipelineError(message, hint=hint)
        required = known.default is known.empty
        annotation = None if known.annotation is known.empty else known.annotation
        default = None if required else known.default
        parameters[name] = PipelineParameter(name, annotation, required, default)
    return parameters


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    try:
        return inspect.signature(function, eval_str=True)
    except Exception:  # noqa: BLE001 - annotations are expressions of the user's
        return inspect.signature(function)
