"""The parameters of a pipeline: what each takes, and what a text stands for."""

from __future__ import annotations

import inspect
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidPipelineError
from stack_magic.secrets import is_secret_annotation, looks_secret

from ._annotations import written_type
from ._placeholder import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import TypeAdapter

_TAKEN = frozenset({"stack", "cache", "no_cache", "panel", "trust", "help"})
_EXAMPLES = {
    "int": "3",
    "float": "0.5",
    "bool": "true",
    "list": "'[1, 2]'",
    "dict": """'{"a": 1}'""",
}
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

    def of_line(self, value: Any, pipeline: str) -> Any:
        """Return what is meant by a text on a line, or by True: an option that stands alone.

        Without annotation the default's type counts; without both, JSON is read as such.

        Raises:
            InvalidPipelineError: It is of another type than the default.
        """
        if value is True:
            self._check_stands_alone(pipeline)
        if value is True or self.annotation is not None or type(self.default) is str:
            return value  # `read` knows what a text means
        json_value = value
        with suppress(ValueError):
            json_value = json.loads(value)
        adapter = None if self.default is None else _adapter_of(self._wanted)
        if adapter is None:
            return json_value
        numbers = () if isinstance(json_value, bool) else (json_value,)  # True would be 1
        for given in (value, *numbers):
            with suppress(Exception):  # a validator of the user's may raise anything
                return adapter.validate_python(given)
        if type(self.default) is int and isinstance(json_value, float):
            return json_value  # a rate whose default is 1 may be 0.5
        why = f"its default is {self.default!r:.40}"
        raise self._refused(value, pipeline, why)

    def read(self, value: Any, pipeline: str) -> Any:
        """Return *value*, or the value that its text stands for.

        Raises:
            InvalidPipelineError: It does not fit the annotation.
        """
        if self.annotation is None or isinstance(value, Unknown):
            return value
        from pydantic import ValidationError

        adapter = _adapter_of(self.annotation)
        if adapter is None:
            return value
        try:
            return adapter.validate_python(value)
        except ValidationError as error:
            if isinstance(value, str) and value[:1] in {"[", "{"}:
                with suppress(ValueError):  # on a line, lists and dicts are JSON
                    return adapter.validate_python(json.loads(value))
            why = error.errors(include_input=False, include_url=False)[0]["msg"]
            why = why[:1].lower() + why[1:]
            raise self._refused(value, pipeline, why) from None

    @property
    def _wanted(self) -> Any:
        """The type of its values."""
        return type(self.default) if self.annotation is None else self.annotation

    @property
    def _option(self) -> str:
        """What gives it on a line, as an example: `--n=3`."""
        example = _EXAMPLES.get(written_type(self._wanted), "VALUE")
        if isinstance(self.default, (bool, int, float)):
            example = json.dumps(self.default)
        return f"--{self.name.replace('_', '-')}={example}"

    def _check_stands_alone(self, pipeline: str) -> None:
        adapter = None if self._wanted is type(None) else _adapter_of(self._wanted)
        if adapter is None:
            return
        with suppress(Exception):  # a validator of the user's may raise anything
            if adapter.validate_python(True, strict=True) is True:  # noqa: FBT003 - the value
                return
        option, wanted = self._option.partition("=")[0], written_type(self._wanted)
        message = f"pipeline {pipeline!r}: {option} stands alone, and {self.name!r} takes {wanted}"
        raise InvalidPipelineError(message, hint=self._option)

    def _refused(self, value: Any, pipeline: str, why: str) -> InvalidPipelineError:
        is_secret = is_secret_annotation(self._wanted) or looks_secret(str(value), self.name)
        shown = "this value" if is_secret else f"{value!r:.60}"
        wanted = written_type(self._wanted)
        message = (
            f"parameter {self.name!r} of pipeline {pipeline!r} takes {wanted}, not {shown}: {why}"
        )
        hint = f"{self._option} on a line, {self.name}=… in a call"
        if self.annotation is None:
            hint += f"; to take texts too: def {pipeline}({self.name}: {wanted} | str = …)"
        return InvalidPipelineError(message, hint=hint)


def _adapter_of(wanted: Any) -> TypeAdapter[Any] | None:
    """Return what reads values of a type; None for a class that pydantic knows nothing of."""
    from pydantic import PydanticUserError, TypeAdapter

    try:
        return TypeAdapter(wanted)
    except (PydanticUserError, NameError):
        return None


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
            hint += f"; def {function.__name__}({name}_value)"
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
