"""A pipeline: a function whose step calls are a graph."""

from __future__ import annotations

import inspect
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, cast, overload

from stack_magic.errors import InvalidNameError, InvalidPipelineError, did_you_mean
from stack_magic.stack import check_name

from ._builder import build, building
from ._hidden_outputs import check_nothing_hidden
from ._none_comparisons import check_none_comparisons
from ._parameters import parameters_of
from ._placeholder import NestedRun
from ._runner import current_runner
from ._step_options import check_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ._graph import Graph
    from ._notification import Notice
    from ._run import Run


class Pipeline:
    """A function whose step calls are a graph that a stack can run.

    Attributes:
        name: Its name.
        function: The function.
        parameters: Its parameters, by name.
        on_success: What the stack's alerter posts when a run went well: nothing, True for
            a sentence, a text, or a function that gets the run and returns a text.
        on_failure: The same for a run that failed.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        name: str,
        on_success: Notice = False,  # noqa: FBT002 - a text as a rule
        on_failure: Notice = False,  # noqa: FBT002 - likewise
    ) -> None:
        update_wrapper(self, function)
        self.on_success, self.on_failure = on_success, on_failure
        self.name = name
        self.function = function
        self.parameters = parameters_of(function, name)

    @property
    def summary(self) -> str:
        """The first line of the function's docstring."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Add the steps to the pipeline that is being made around this call."""
        builder = building()
        if builder is None:
            message = f"pipeline {self.name!r} is run, not called"
            hint = f"{self.function.__name__}.run()"
            if args or kwargs:
                hint += "; steps are called in its function: def p(): two(one())"
            raise InvalidPipelineError(message, hint=hint)
        check_none_comparisons(self.name, self.function)
        with builder.within(self.name):
            return self.function(*args, **kwargs)

    def read(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the value of every parameter, with *parameters* read and checked.

        Raises:
            InvalidPipelineError: One is unknown, missing or does not fit.
        """
        for name in parameters:
            if name not in self.parameters:
                raise self._unknown(name)
        return {name: self._value(name, parameters) for name in self.parameters}

    def typed(self, values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
        """Return *values*, those of *names* as what was typed for them on a line means.

        Raises:
            InvalidPipelineError: One is of another type than its parameter.
        """
        typed = {name: values[name] for name in names if name in self.parameters}
        texts = {name: one if one is True else str(one) for name, one in typed.items()}
        read = {n: self.parameters[n].of_line(text, self.name) for n, text in texts.items()}
        return {**values, **read}

    def graph(self, **parameters: Any) -> Graph:
        """Return the graph for these parameters; nothing is run.

        Raises:
            InvalidPipelineError: The graph cannot be run, or a parameter is wrong.
        """
        return self.graph_of(self.read(parameters))

    def graph_of(self, values: Mapping[str, Any]) -> Graph:
        """Return the graph for values that `read` returned."""
        check_none_comparisons(self.name, self.function)
        with build(self.name) as builder:
            self.function(**values)
        graph = builder.graph()
        check_nothing_hidden(graph)
        return graph

    def run(self, /, stack: str | None = None, *, cache: bool = True, **parameters: Any) -> Run:
        """Run it on the named stack, or on the active one; in another pipeline, as part of it.

        Raises:
            RunFailedError: A step failed; the error's `run` is the run.
            RunCancelledError: It was interrupted.
        """
        if building() is not None:
            return cast("Run", self._nested(stack, parameters, cache=cache))
        return current_runner()(self, stack, cache, parameters)

    def _nested(
        self, stack: str | None, parameters: Mapping[str, Any], *, cache: bool
    ) -> NestedRun:
        call = f"{self.function.__name__}"
        if stack is not None or not cache:
            message = (
                f"pipeline {self.name!r} is run in another pipeline, and has no run of its own"
            )
            hint = f"{call}.run() without stack= and cache=: the outer run has those"
            raise InvalidPipelineError(message, hint=hint)
        self(**self.read(parameters))
        return NestedRun(self.name, call)

    def _value(self, name: str, parameters: Mapping[str, Any]) -> Any:
        parameter = self.parameters[name]
        if name in parameters:
            return parameter.read(parameters[name], self.name)
        if parameter.required:
            message = f"pipeline {self.name!r} needs a value for {name!r}"
            raise InvalidPipelineError(message, hint=f"{self.function.__name__}.run({name}=...)")
        return parameter.default

    def _unknown(self, name: str) -> InvalidPipelineError:
        message = f"pipeline {self.name!r} has no parameter {name!r}"
        near = did_you_mean(name, self.parameters)
        known = ", ".join(self.parameters) or "it has none"
        hint = f"did you mean {near!r}?" if near else f"known: {known}"
        return InvalidPipelineError(message, hint=hint)

    def __repr__(self) -> str:
        return f"<pipeline {self.name}({', '.join(self.parameters)})>"


@overload
def pipeline(function: Callable[..., Any], /) -> Pipeline: ...


@overload
def pipeline(
    *, name: str | None = None, on_success: Notice = False, on_failure: Notice = False
) -> Callable[[Callable[..., Any]], Pipeline]: ...


def pipeline(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    on_success: Notice = False,
    on_failure: Notice = False,
    **other: Any,
) -> Pipeline | Callable[[Callable[..., Any]], Pipeline]:
    """Make a function a pipeline; usable bare, as `@pipeline`.

    Args:
        function: The function; its step calls are the graph.
        name: Name of the pipeline, if not the function's.
        on_success: Posted by the stack's alerter when a run went well: True for a
            sentence, a text, or a function that gets the run and returns a text.
        on_failure: The same for a run that failed.
        other: Nothing: words that other tools have here are answered with ours.

    Raises:
        InvalidPipelineError: It is no function, or a parameter cannot be given.
        InvalidNameError: The name breaks the rule for names.
    """

    def decorate(decorated: Callable[..., Any]) -> Pipeline:
        if not inspect.isfunction(decorated):
            message = f"a pipeline is a function, not {decorated!r:.80}"
            raise InvalidPipelineError(message)
        chosen = _check_pipeline_name(name or decorated.__name__)
        return Pipeline(decorated, chosen, on_success, on_failure)

    check_words("pipeline", other)
    return decorate if function is None else decorate(function)


def _check_pipeline_name(name: str) -> str:
    try:
        return check_name(name)
    except InvalidNameError as error:
        message = f"a pipeline needs a name: {error.message}"
        raise InvalidNameError(message, hint='@pipeline(name="...") gives one') from None
