"""Steps, by the name that ZenML has for them: `from stack_magic.steps import step`."""

from typing import NoReturn

from .errors import InvalidPipelineError
from .pipelines import CachePolicy, Step, step
from .stack import StepContext, get_step_context

__all__ = ["CachePolicy", "Step", "StepContext", "get_step_context", "step"]

_OURS = {
    "Output": 'def split() -> tuple[Annotated[list, "train"], Annotated[list, "test"]]: ...',
    "BaseParameters": "pass a dataclass or a pydantic model, or each value as an argument",
    "BaseStepConfig": "pass a dataclass or a pydantic model, or each value as an argument",
    "BaseStep": "put @step above a function: a class is no step",
}
"""What to write for the names that ZenML has here and we have not."""


def __getattr__(name: str) -> NoReturn:
    """Say what to write for a name of ZenML's."""
    message = f"module {__name__!r} has no attribute {name!r}"
    if name in _OURS:
        raise InvalidPipelineError(message, hint=_OURS[name])
    raise AttributeError(message)
