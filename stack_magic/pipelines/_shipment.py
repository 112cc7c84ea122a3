"""A step with all that it needs, as bytes that another Python process can call.

The code goes by value, of cells and of the project's modules, as this process holds it. The
bytes may hold secrets: they go by a pipe, and are stamped with Python's version, since code
of one crashes another.
"""

from __future__ import annotations

import linecache
import os
import pickle
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from stack_magic.capture import Digester, is_installed
from stack_magic.errors import StepFailedError
from stack_magic.secrets import learn_fields
from stack_magic.stack import MADE_IN, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stack_magic.capture import Walk
    from stack_magic.stack import StackComponent

    from ._graph import Node

_STAMP = f"stack-magic 2 python {sys.version_info.major}.{sys.version_info.minor}".encode()
_SESSION = uuid4().hex


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
        digest: The digest of its code: the other side has to come to the same.
        by_import: The modules that the other side imports from its own disk.
    """

    pipeline: str
    run: str
    node: Node
    inputs: Mapping[str, Input]
    stack: Stack
    digest: str = ""
    by_import: tuple[str, ...] = field(default=())

    def to_bytes(self, walk: Walk, referred: tuple[Any, ...] = ()) -> bytes:
        """Return the shipment as bytes.

        Args:
            walk: What the code of the step reaches.
            referred: The functions and classes that its inputs refer to by name.

        Raises:
            StepFailedError: Something in it cannot be sent.
        """
        components = [_taken_apart(c) for c in self.stack.components.values()]
        everything = (self.pipeline, self.run, self.node, dict(self.inputs), self.digest)
        things = (*everything, self.stack.name, components)
        also = (*_classes(walk), *referred)
        inner = self._packed(things, also, walk)
        outer = (_origin(), sys.path, _cells(), inner)
        return _STAMP + b"\n" + pickle.dumps(outer, protocol=5)

    def _packed(self, things: Any, also: tuple[Any, ...], walk: Walk) -> bytes:
        """Return all by value; a module that has what cannot travel is imported there."""
        from stack_magic.capture import packed

        try:
            return packed(things, also)
        except Exception as error:
            modules = list(_project_modules(walk))
            for by_import in (*(frozenset({m}) for m in modules), frozenset(modules)):
                try:
                    return packed(things, also, by_import)
                except Exception:  # noqa: BLE001, S112 - the next one may be the one
                    continue
            culprit = next(self._what_cannot_travel(), "the whole")
            message = (
                f"step {self.node.name!r} cannot be sent to another process: "
                f"{culprit}: {type(error).__name__}: {error}"
            )
            hint = "let the step open what cannot travel: files, locks, connections"
            raise StepFailedError(message, hint=hint) from error

    def _what_cannot_travel(self) -> Iterator[str]:
        from stack_magic.capture import packed

        parts: dict[str, Any] = {"its code": self.node.step}
        parts |= {f"parameter {n!r}": value for n, value in self.node.parameters.items()}
        for kind, component in self.stack.components.items():
            parts[f"{kind} {component.name!r}"] = _taken_apart(component)
        for what, part in parts.items():
            try:
                packed(part)
            except Exception:  # noqa: BLE001 - a `__reduce__` may raise anything
                yield what

    def unconfirmed(self) -> Mapping[str, str]:
        """Return what the code is here, by name, if it is not what was sent; else nothing."""
        if not self.digest:
            return {}
        walk = Digester(imports=True).walk(self.node.step.function)
        return {} if walk.digest == self.digest else dict(walk.parts)


@contextmanager
def arrived(shipped: bytes) -> Iterator[Shipment]:
    """Yield what `Shipment.to_bytes` wrote, with the modules that its code imports.

    Runs code, and is given only what was sent here.

    Raises:
        StepFailedError: It was packed by another version.
    """
    from stack_magic.capture import Unpacked

    stamp, _, outer = shipped.partition(b"\n")
    if stamp != _STAMP:
        packed_by = stamp[:60].decode(errors="replace")
        message = f"the step was packed by {packed_by}, and this is {_STAMP.decode()}"
        raise StepFailedError(message, hint="use an interpreter of the same version")
    origin, paths, cells, inner = pickle.loads(outer)  # noqa: S301 - from the process that started this
    unpacked = Unpacked(inner)
    is_elsewhere = origin != _origin()
    if is_elsewhere:  # in the process that packed it, all of that is there
        sys.path[:] = [*dict.fromkeys((*paths, *sys.path))]
        linecache.cache.update(cells)
    undo = unpacked.install() if is_elsewhere else None
    try:
        pipeline, run, node, inputs, digest, name, parts = unpacked.load()
        components = {p.cls.TYPE: _put_together(p) for p in parts}
        stack = Stack.from_components(name, components)
        yield Shipment(pipeline, run, node, inputs, stack, digest, unpacked.by_import)
    finally:
        if undo is not None:
            undo()


def strangers(before: set[str]) -> tuple[str, ...]:
    """Return the project's modules that were imported from this disk since *before*."""
    new = set(sys.modules) - before
    return tuple(sorted(name for name in new if not is_installed(name)))


def _origin() -> tuple[str, int]:
    return _SESSION, os.getpid()


def _classes(walk: Walk) -> Iterator[type]:
    """Yield the classes of the notebook and the project, if code asks for those of a class."""
    if any(visit.part.asks_subclasses for visit in walk.visits):
        things = (visit.thing for visit in walk.visits)
        yield from (t for t in things if isinstance(t, type) and not is_installed(t.__module__))


def _project_modules(walk: Walk) -> Iterator[str]:
    named = (getattr(visit.thing, "__module__", None) for visit in walk.visits)
    for name in dict.fromkeys(named):
        is_loaded = isinstance(name, str) and name != "__main__" and name in sys.modules
        if is_loaded and not is_installed(name):
            yield str(name)


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
    learn_fields(component, parts.shown_as)
    if parts.made_in is not None:
        setattr(component, MADE_IN, parts.made_in)
    return component
