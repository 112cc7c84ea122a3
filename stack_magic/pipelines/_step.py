"""A step: an ordinary function that a pipeline may run."""

from __future__ import annotations

import inspect
from contextvars import ContextVar
from functools import cached_property, update_wrapper
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast, overload

from stack_magic.errors import InvalidPipelineError

from ._annotations import annotations_of
from ._builder import building
from ._policy import checked_cache
from ._step_options import (
    check_step_name,
    check_words,
    checked_operator,
    checked_outputs,
    checked_resources,
    checked_timeout,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from stack_magic.step_operators import ResourceConfiguration

    from ._policy import CachePolicy

P = ParamSpec("P")
R = TypeVar("R")

_CALLED: ContextVar[str] = ContextVar("called", default="")


def called_directly() -> str:
    """Return the name of the step that runs as the plain function that it is, or nothing."""
    return _CALLED.get()


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
        strict: Whether a value that does not fit its annotation is an error.
    """

    __wrapped__: Callable[P, R]
    _told: tuple[str, frozenset[str]] = ("", frozenset())

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
        strict: bool = False,
    ) -> None:
        update_wrapper(self, function)
        self.name = name
        self.function = function
        self.outputs = outputs
        self.cache = cache
        self.step_operator = step_operator
        self.resources = resources
        self.timeout = timeout
        self.strict = strict

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> R:
        builder = building()
        if builder is None:
            return self._called(*args, **kwargs)
        return cast("R", builder.add(self, args, kwargs))

    def _called(self, /, *args: P.args, **kwargs: P.kwargs) -> R:
        token = _CALLED.set(self.name)
        try:
            return self.function(*args, **kwargs)
        except TypeError:
            self._check_fits(args, kwargs)
            raise
        finally:
            _CALLED.reset(token)

    def _check_fits(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        """Raise InvalidPipelineError for arguments that the function does not take."""
        try:
            self.signature.bind(*args, **kwargs)
        except TypeError as error:
            message = f"step {self.name!r} is called with other arguments than it takes: {error}"
            hint = f"{self!r}; a pipeline's function calls its steps: def p(): two(one())"
            raise InvalidPipelineError(message, hint=self.method_hint or hint) from None

    def __get__(self, instance: object, owner: type | None = None) -> Step[P, R]:
        if instance is None:
            return self
        message = (
            f"step {self.name!r} is a method of {type(instance).__name__}: a step is a function"
        )
        raise InvalidPipelineError(message, hint=self.method_hint or _STATIC)

    @property
    def method_hint(self) -> str:
        """What to type where the function is a method of a class; empty where it is none."""
        holder, _, name = self.function.__qualname__.rpartition(".")
        first, *others = [*self.signature.parameters, ""]
        if not holder or holder.endswith("<locals>") or first not in {"self", "cls"}:
            return ""
        return f"{_STATIC}: def {name}({', '.join(filter(None, others))})"

    @cached_property
    def signature(self) -> inspect.Signature:
        """The parameters of the function."""
        return inspect.signature(self.function)

    @cached_property
    def annotations(self) -> dict[str, Any]:
        """The annotations of the function, as far as they can be evaluated."""
        return annotations_of(self.function)

    def is_told_first(self, what: str, run: str) -> bool:
        """Whether nothing was told of *what* in this run so far; note that it is now."""
        known, told = self._told
        told = told if known == run else frozenset()
        self._told = (run, told | {what})
        return what not in told

    def __getstate__(self) -> dict[str, Any]:
        made_anew = {"signature", "annotations", "_told"}
        return {name: value for name, value in vars(self).items() if name not in made_anew}

    def __repr__(self) -> str:
        inputs = ", ".join(self.signature.parameters)
        return f"<step {self.name}({inputs}) -> {', '.join(self.outputs)}>"


_STATIC = "put @staticmethod above @step, and pass what it needs of the object as arguments"


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
    strict: bool = False,
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
    strict: bool = False,
    **other: Any,
) -> Any:
    """Make a function a step.

    Args:
        function: The function; also usable bare, as `@step`.
        name: Name of the step, if not the function's.
        outputs: Names of what it returns, if that is a tuple of several values. A
            return annotation `tuple[A, B]` does the same with `output_0`, `output_1`;
            `Annotated[A, "name"]` names one.
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
        strict: Whether an argument or a returned value that does not fit its annotation is
            an error; else it is told once.
        other: Nothing: words that other tools have here are answered with ours.

    Raises:
        InvalidPipelineError: It is no function that a run could call, or what it needs
            makes no sense.
        InvalidNameError: The name, or that of an output, breaks the rule for names.
    """

    def decorate(decorated: Callable[..., Any]) -> Step[..., Any]:
        _check_function(decorated)
        chosen = check_step_name(name or decorated.__name__)
        named = checked_outputs(outputs, decorated)
        return Step(
            decorated,
            chosen,
            named,
            cache=checked_cache(cache, chosen),
            step_operator=checked_operator(step_operator, chosen),
            resources=checked_resources(resources, chosen, step_operator),
            timeout=checked_timeout(timeout, chosen),
            strict=strict,
        )

    check_words("step", other)

    return decorate if function is None else decorate(function)


def _check_function(thing: Any) -> None:
    if isinstance(thing, Step):
        message = f"{thing.name!r} is a step already"
        raise InvalidPipelineError(message)
    if not inspect.isroutine(thing):
        message = f"a step is a function, not {type(thing).__name__}: {thing!r:.80}"
        raise InvalidPipelineError(message, hint="call it in a function of yours")
    try:
        inspect.signature(thing)
    except (ValueError, TypeError):  # some built-in functions have none
        message = f"{thing.__name__!r} does not tell its parameters"
        raise InvalidPipelineError(message, hint="call it in a function of yours") from None
