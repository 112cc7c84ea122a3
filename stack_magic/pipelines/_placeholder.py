"""What a step call gives while the graph is made: a value that is not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn
from weakref import WeakSet

from stack_magic.errors import InvalidPipelineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._builder import Builder


class Unknown:
    """What is only known while the pipeline is running: it can be passed on, and no more."""

    __slots__ = ("__weakref__",)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Unknown):
            self._misused("compared")
        return self is other

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):  # what Python and IPython ask of any object
            raise AttributeError(name)
        self._misused(f"asked for .{name}")

    def _misused(self, how: str) -> NoReturn:
        raise NotImplementedError


class Placeholder(Unknown):
    """One output of a step, to pass on to other steps; its value comes with the run."""

    __slots__ = ("_builder", "_node", "_output")

    def __init__(self, builder: Builder, node: str, output: str) -> None:
        self._builder = builder
        self._node = node
        self._output = output
        _ALIVE.add(self)

    def after(self, *others: Placeholder) -> Placeholder:
        """Let this output's step begin only when the steps of *others* have ended."""
        for other in others:
            if not isinstance(other, Placeholder):
                message = f"after() takes outputs of steps, not {other!r:.80}"
                raise InvalidPipelineError(message)
            self._builder.check_is_own(other, f"after() of step {self._node!r}")
            self._builder.add_order(self._node, other._node)  # noqa: SLF001 - of the same class
        return self

    def __repr__(self) -> str:
        return f"<{self._output} of step {self._node}>"

    def __iter__(self) -> NoReturn:
        message = (
            f"step {self._node!r} has the single output {self._output!r}: it cannot be unpacked"
        )
        hint = '@step(outputs=("first", "second")) declares several'
        raise InvalidPipelineError(message, hint=hint)

    def _misused(self, how: str) -> NoReturn:
        message = (
            f"{self._output!r} of step {self._node!r} cannot be {how} in a pipeline: "
            f"it is only known while the pipeline is running"
        )
        raise InvalidPipelineError(message, hint="do it inside a step")


class NestedRun(Unknown):
    """What `inner.run()` gives in another pipeline: its steps are those of the other now."""

    __slots__ = ("_call", "_pipeline")

    def __init__(self, pipeline: str, call: str) -> None:
        self._pipeline = pipeline
        self._call = call

    def __repr__(self) -> str:
        return f"<run of pipeline {self._pipeline} within another>"

    def __iter__(self) -> NoReturn:
        self._misused("unpacked")

    def _misused(self, how: str) -> NoReturn:
        message = (
            f"the run of pipeline {self._pipeline!r} cannot be {how} in another pipeline: "
            f"its steps run as steps of that"
        )
        raise InvalidPipelineError(
            message, hint=f"let its function return the output, and take it from {self._call}()"
        )


_ALIVE: WeakSet[Placeholder] = WeakSet()


def any_is_alive() -> bool:
    """Whether something still holds an output of a step; no graph does."""
    return len(_ALIVE) > 0


def _refusal(how: str) -> Callable[..., NoReturn]:
    def refuse(self: Unknown, *_: Any) -> NoReturn:
        self._misused(how)

    return refuse


_REFUSED = {
    "used as a condition": "bool",
    "counted": "len",
    "indexed": "getitem setitem delitem contains",
    "called": "call",
    "compared": "lt le gt ge ne",
    "put in a text": "str format",
    "made a number": "int float complex index round",
    "calculated with": (
        "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or "
        "radd rsub rmul rmatmul rtruediv rfloordiv rmod rpow rand rxor ror "
        "neg pos abs invert"
    ),
    "used in `with`": "enter exit",
}

for _how, _names in _REFUSED.items():
    for _name in _names.split():
        setattr(Unknown, f"__{_name}__", _refusal(_how))
