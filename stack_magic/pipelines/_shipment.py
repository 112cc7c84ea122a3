"""A step with all that it needs, as bytes that another Python process can call.

Functions and classes of cells travel by value. The bytes may hold secrets: they go by a
pipe, and are stamped with Python's version, since code of one crashes another.
"""

from __future__ import annotations

import linecache
import pickle
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.errors import StepFailedError
from stack_magic.stack import MADE_IN, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stack_magic.stack import StackComponent

    from ._graph import Node

_STAMP = f"stack-magic 1 python {sys.version_info.major}.{sys.version_info.minor}".encode()


class Input(NamedTuple):
    """An input of a step: the bytes of an artifact, already verified.

    Attributes:
        materializer: Name of the materializer that reads it.
        content: The bytes.
        what: What errors call it.
    """

    materializer: str
    content: bytes
    what: str


class _Parts(NamedTuple):
    """A component taken apart: its pickle would be refused where it holds a secret."""

    cls: type[StackComponent]
    values: dict[str, Any]
    given: set[str]
    made_in: str | None
    shown_as: dict[str, str]


@dataclass(frozen=True)
class Shipment:
    """One step of one run, to be called elsewhere.

    Attributes:
        pipeline: Name of the pipeline.
        run: Name of the run.
        node: The call, with its plain parameters.
        inputs: The inputs that other steps made.
        stack: The stack, its references to secrets resolved.
    """

    pipeline: str
    run: str
    node: Node
    inputs: Mapping[str, Input]
    stack: Stack

    def to_bytes(self) -> bytes:
        """Return the shipment as bytes.

        Raises:
            StepFailedError: Something in it cannot be sent.
        """
        import cloudpickle  # type: ignore[import-untyped]

        components = [_taken_apart(c) for c in self.stack.components.values()]
        everything = (self.pipeline, self.run, self.node, dict(self.inputs))
        try:
            inner = cloudpickle.dumps((*everything, self.stack.name, components), protocol=5)
        except Exception as error:
            culprit = next(self._what_cannot_travel(), "the whole")
            message = (
                f"step {self.node.name!r} cannot be sent to another process: "
                f"{culprit}: {type(error).__name__}: {error}"
            )
            hint = "let the step open what cannot travel: files, locks, connections"
            raise StepFailedError(message, hint=hint) from error
        return _STAMP + b"\n" + pickle.dumps((sys.path, _cells(), inner), protocol=5)

    def _what_cannot_travel(self) -> Iterator[str]:
        import cloudpickle

        parts: dict[str, Any] = {"its code": self.node.step}
        parts |= {f"parameter {n!r}": value for n, value in self.node.parameters.items()}
        for kind, component in self.stack.components.items():
            parts[f"{kind} {component.name!r}"] = _taken_apart(component)
        for what, part in parts.items():
            try:
                cloudpickle.dumps(part, protocol=5)
            except Exception:  # noqa: BLE001 - a `__reduce__` may raise anything
                yield what

    @classmethod
    def from_bytes(cls, shipped: bytes) -> Shipment:
        """Return what `to_bytes` wrote; runs code, and is given only what was sent here.

        Raises:
            StepFailedError: It was packed by another version.
        """
        stamp, _, outer = shipped.partition(b"\n")
        if stamp != _STAMP:
            packed = stamp[:60].decode(errors="replace")
            message = f"the step was packed by {packed}, and this is {_STAMP.decode()}"
            raise StepFailedError(message, hint="use an interpreter of the same version")
        paths, cells, inner = pickle.loads(outer)  # noqa: S301 - from the process that started this
        sys.path[:] = [*dict.fromkeys((*paths, *sys.path))]
        linecache.cache.update(cells)
        pipeline, run, node, inputs, name, parts = pickle.loads(inner)  # noqa: S301 - likewise
        components = {p.cls.TYPE: _put_together(p) for p in parts}
        return cls(pipeline, run, node, inputs, Stack.from_components(name, components))


def _taken_apart(component: StackComponent) -> _Parts:
    made_in = getattr(component, MADE_IN, None)
    given = component.model_fields_set
    return _Parts(type(component), dict(component), given, made_in, dict(component.shown_as))


def _cells() -> dict[str, Any]:
    """Return the lines of what is in no file, so that errors can quote them there too."""
    entries = linecache.cache.items()
    return {name: entry for name, entry in list(entries) if len(entry) > 1 and entry[1] is None}


def _put_together(parts: _Parts) -> StackComponent:
    # Checked when it was made: a validator may not take its own result again.
    component = parts.cls.model_construct(parts.given, **parts.values)
    component.show_as(parts.shown_as)
    if parts.made_in is not None:
        setattr(component, MADE_IN, parts.made_in)
    return component
