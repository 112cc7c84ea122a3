"""A step: an ordinary function that a pipeline may run."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable
from functools import cached_property, update_wrapper
from numbers import Real
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast, get_origin, overload

from stack_magic.errors import InvalidNameError, InvalidPipelineError
from stack_magic.stack import RESERVED, check_name

from ._builder import building
from ._policy import checked_cache

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from stack_magic.step_operators import ResourceConfiguration

    from ._policy import CachePolicy

P = ParamSpec("P")
R = TypeVar("R")

_LONGEST = 10 * 366 * 24 * 3600
"""Seconds of ten years: a thread cannot wait for ever so long."""


class Step(Generic[P, R]):
    """A function that is one step of pipelines; elsewhere it is the plain function.

    Attributes:
        name: Its name in graphs.
        function: The function.
        outputs: The names of what it returns.
        cache: Whether an unchanged step may be taken from the cache; None lets its code
            tell, and a policy says by what else it is known.
        step_operator: Name of the step operator that runs it; empty for none.
        resources: What it needs of the machine that runs it, if it said so.
        timeout: Seconds after which it has failed; None lets it take its time.
    """

    __wrapped__: Callable[P, R]

    def __init__(  # noqa: PLR0913 - what a step is made of
        self,
        function: Callable[P, R],
        name: str,
        outputs: tuple[str, ...],
        *,
        cache: bool | CachePolicy | None,
        step_operator: str = "",
        resources: ResourceConfiguration | None = None,
        timeout: float | None = None,
    ) -> None:
        update_wrapper(self, function)
        self.name = name
        self.function = function
        self.outputs = outputs
        self.cache = cache
        self.step_operator = step_operator
        self.resources = resources
        self.timeout = timeout

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        builder = building()
        if builder is None:
            return self.function(*args, **kwargs)
        return cast("R", builder.add(self, args, kwargs))

    @cached_property
    def signature(self) -> inspect.Signature:
        """The parameters of the function."""
        return inspect.signature(self.function)

    def __repr__(self) -> str:
        inputs = ", ".join(self.signature.parameters)
        return f"<step {self.name}({inputs}) -> {', '.join(self.outputs)}>"


@overload
def step(function: Callable[P, R], /) -> Step[P, R]: ...


@overload
def step(
    *,
    name: str | None = None,
    outputs: str | Sequence[str] | None = None,
    cache: bool | CachePolicy | None = None,
    step_operator: str = "",
    resources: ResourceConfiguration | Mapping[str, Any] | None = None,
    timeout: float | None = None,
) -> Callable[[Callable[P, R]], Step[P, R]]: ...


def step(  # noqa: PLR0913 - each is one choice, and optional
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    outputs: str | Sequence[str] | None = None,
    cache: bool | CachePolicy | None = None,
    step_operator: str = "",
    resources: ResourceConfiguration | Mapping[str, Any] | None = None,
    timeout: float | None = None,
) -> Any:
    """Make a function a step.

    Args:
        function: The function; also usable bare, as `@step`.
        name: Name of the step, if not the function's.
        outputs: Names of what it returns, if that is a tuple of several values. A
            return annotation `tuple[A, B]` does the same with `output_0`, `output_1`.
        cache: Whether a run may take the outputs of an earlier run when code, inputs
            and parameters are the same. By default it may, unless the code reads what
            cannot be known: the context, the environment, files that it does not name.
            A `CachePolicy` says by what those are known; True says that they do not
            matter, False that the step always runs.
        step_operator: Name of the step operator of the stack that runs the step, in a
            process of its own; it is none by default.
        resources: What the step needs there: `{"memory": "2GiB", "cpu_count": 2}`.
        timeout: Seconds after which the step has failed. With a step operator it is
            killed; in this process it cannot be, and is left behind.

    Raises:
        InvalidPipelineError: It is no function that a run could call, or what it needs
            makes no sense.
        InvalidNameError: The name, or that of an output, breaks the rule for names.
    """

    def decorate(decorated: Callable[..., Any]) -> Step[..., Any]:
        _check_function(decorated)
        chosen = check_step_name(name or decorated.__name__)
        named = _output_names(outputs, decorated)
        return Step(
            decorated,
            chosen,
            named,
            cache=checked_cache(cache, chosen),
            step_operator=_operator(step_operator, chosen),
            resources=_resources(resources, chosen, step_operator),
            timeout=_timeout(timeout, chosen),
        )

    return decorate if function is None else decorate(function)


def _operator(given: Any, step: str) -> str:
    if given is None or isinstance(given, str):
        return given or ""
    message = f"step_operator of step {step!r} is {given!r:.80}: the name of one is wanted"
    raise InvalidPipelineError(message, hint='@step(step_operator="NAME")')


def _resources(
    given: ResourceConfiguration | Mapping[str, Any] | None, step: str, operator: str
) -> ResourceConfiguration | None:
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


def _timeout(given: float | None, step: str) -> float | None:
    is_number = isinstance(given, Real) and not isinstance(given, bool)
    if given is None or (is_number and 0 < given <= _LONGEST):
        return given
    message = f"timeout of step {step!r} is {given!r:.80}: seconds above 0 are wanted"
    raise InvalidPipelineError(message, hint="@step(timeout=600), or none for as long as it takes")


def _check_function(thing: Any) -> None:
    if isinstance(thing, Step):
        message = f"{thing.name!r} is a step already"
        raise InvalidPipelineError(message)
    if not inspect.isroutine(thing):
        message = f"a step is a function, not {type(thing).__name__}: {thing!r:.80}"
        raise InvalidPipelineError(message, hint="call it in a function of yours")
    if inspect.iscoroutinefunction(thing) or inspect.isasyncgenfunction(thing):
        message = f"{thing.__name__!r} is async: a step is an ordinary function"
        raise InvalidPipelineError(message, hint="call asyncio.run() inside the step")
    try:
        inspect.signature(thing)
    except (ValueError, TypeError):  # some built-in functions have none
        message = f"{thing.__name__!r} does not tell its parameters"
        raise InvalidPipelineError(message, hint="call it in a function of yours") from None


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


def _output_names(outputs: Any, function: Callable[..., Any]) -> tuple[str, ...]:
    if outputs is None:
        count = _annotated_outputs(function)
        return tuple(f"output_{i}" for i in range(count)) if count else ("output",)
    is_several = isinstance(outputs, Iterable) and not isinstance(outputs, str)
    names: tuple[Any, ...] = tuple(outputs) if is_several else (outputs,)
    if not names or len(set(names)) != len(names):
        message = f"outputs of a step are one or more different names, not {outputs!r}"
        raise InvalidPipelineError(message)
    return tuple(check_step_name(name) for name in names)


def _annotated_outputs(function: Callable[..., Any]) -> int:
    """Return how many values a `tuple[A, B]` annotation announces, or 0."""
    annotation = getattr(function, "__annotations__", {}).get("return")
    if isinstance(annotation, str):
        return _written_outputs(annotation)
    if get_origin(annotation) is not tuple:
        return 0
    parts = getattr(annotation, "__args__", ())
    return 0 if Ellipsis in parts else len(parts)


def _written_outputs(annotation: str) -> int:
    try:
        node = ast.parse(annotation, mode="eval").body
    except SyntaxError:
        return 0
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Tuple):
        return 0
    if ast.unparse(node.value).rpartition(".")[2] not in {"tuple", "Tuple"}:
        return 0
    constants = [p.value for p in node.slice.elts if isinstance(p, ast.Constant)]
    return 0 if Ellipsis in constants else len(node.slice.elts)
