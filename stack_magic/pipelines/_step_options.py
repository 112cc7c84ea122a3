"""The options of `@step` and `@pipeline`, checked when they are given.

Every function here raises InvalidPipelineError where an option makes no sense.
"""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidNameError, InvalidPipelineError, did_you_mean
from stack_magic.stack import RESERVED, check_name

from ._annotations import annotated_outputs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stack_magic.step_operators import ResourceConfiguration

_LONGEST = 10 * 366 * 24 * 3600
"""Seconds of ten years: a thread cannot wait for ever so long."""
_OURS = {
    ("step", "enable_cache"): "@step(cache=False)",
    ("step", "experiment_tracker"): "log_metrics(...) in the step: the stack's tracker gets it",
    ("pipeline", "enable_cache"): "a run has it: p.run(cache=False), %pipeline run p --no-cache",
}
"""What to write for the words that other tools have."""
_OPTIONS = {
    "step": ("name", "outputs", "cache", "step_operator", "resources", "timeout", "strict"),
    "pipeline": ("name", "on_success", "on_failure"),
}


def check_words(decorator: str, given: Mapping[str, Any]) -> None:
    """Refuse options that a decorator does not have, with those that mean the same."""
    for word in given:
        known = _OPTIONS[decorator]
        near = did_you_mean(word, known)
        hint = f"did you mean {near}=?" if near else f"it has {', '.join(known)}"
        message = f"@{decorator} has no option {word!r}"
        raise InvalidPipelineError(message, hint=_OURS.get((decorator, word), hint))


def checked_operator(given: Any, step: str) -> str:
    """Return the name of a step operator, or nothing."""
    if given is None or isinstance(given, str):
        return given or ""
    message = f"step_operator of step {step!r} is {given!r:.80}: the name of one is wanted"
    raise InvalidPipelineError(message, hint='@step(step_operator="NAME")')


def checked_resources(
    given: ResourceConfiguration | Mapping[str, Any] | None, step: str, operator: str
) -> ResourceConfiguration | None:
    """Return what a step needs of the machine that runs it."""
    if given is None:
        return None
    from pydantic import ValidationError

    from stack_magic.step_operators import ResourceConfiguration

    try:
        asked = ResourceConfiguration.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False)
        said = (": ".join((*map(str, e["loc"]), e["msg"])) for e in found)
        why = "; ".join(text.replace("Value error, ", "") for text in said)
        message = f"resources of step {step!r}: {why}"
        hint = 'resources={"cpu_count": 2, "memory": "4GiB", "gpu_count": 1}'
        raise InvalidPipelineError(message, hint=hint) from None
    if not asked.empty and not operator:
        message = f"step {step!r} asks for resources, and no step operator is named to meet them"
        raise InvalidPipelineError(message, hint='@step(step_operator="NAME", resources=...)')
    return asked


def checked_timeout(given: float | None, step: str) -> float | None:
    """Return the seconds that a step may take."""
    is_number = isinstance(given, Real) and not isinstance(given, bool)
    if given is None or (is_number and 0 < given <= _LONGEST):
        return given
    message = f"timeout of step {step!r} is {given!r:.80}: seconds above 0 are wanted"
    raise InvalidPipelineError(message, hint="@step(timeout=600), or none for as long as it takes")


def check_step_name(name: str) -> str:
    """Return *name* if a step may have it; commands' words are free for steps."""
    if not isinstance(name, str):
        message = f"a step and its outputs have names that are texts, not {name!r:.80}"
        raise InvalidNameError(message, hint='@step(name="...", outputs="...")')
    if name.lower() in RESERVED:
        return name
    try:
        return check_name(name)
    except InvalidNameError as error:
        message = f"a step needs a name: {error.message}"
        raise InvalidNameError(message, hint='@step(name="...") gives one') from None


def checked_outputs(outputs: Any, function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of what a step returns, those of its annotation if none are given."""
    if outputs is None:
        annotated = annotated_outputs(function)
        several = len(annotated) > 1 or (annotated and annotated[0] is None)
        unnamed = "output_{}" if several else "output"
        outputs = [name or unnamed.format(i) for i, name in enumerate(annotated)] or "output"
    is_several = isinstance(outputs, Iterable) and not isinstance(outputs, str)
    names: tuple[Any, ...] = tuple(outputs) if is_several else (outputs,)
    if not names or len(set(names)) != len(names):
        message = f"outputs of a step are one or more different names, not {outputs!r}"
        raise InvalidPipelineError(message, hint='@step(outputs=("first", "second"))')
    return tuple(check_step_name(name) for name in names)
