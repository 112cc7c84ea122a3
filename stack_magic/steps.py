"""Steps, by the name that ZenML has for them: `from stack_magic.steps import step`."""

from .pipelines import CachePolicy, Step, step
from .stack import StepContext, get_step_context

__all__ = ["CachePolicy", "Step", "StepContext", "get_step_context", "step"]
