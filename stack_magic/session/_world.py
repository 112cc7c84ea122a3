"""What a command may ask of the world outside the registry."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from stack_magic.errors import (
    FlavorFailedError,
    InUseError,
    LineError,
    UnknownNameError,
    did_you_mean,
)
from stack_magic.pipelines import Pipeline

from ._answers import listed
from ._progress import silently

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stack_magic.display import Shown
    from stack_magic.pipelines import Run

    from ._command import Command
    from ._progress import Progress

OpenView = Callable[["Command", Callable[[], "Shown"]], "Shown"]
"""Opens the view that a command asks for, or calls what shows the same without widgets."""


def no_view(_: Command, instead: Callable[[], Shown]) -> Shown:
    """Show *instead*: there are no widgets here."""
    return instead()


def _no_run(name: str) -> None:
    message = f"no run {name!r} is under way"
    raise UnknownNameError(message, hint="%pipeline runs")


@dataclass(frozen=True)
class World:
    """The notebook around a command.

    Attributes:
        namespace: Variables of the notebook.
        running: For each run under way, the name of its stack.
        run_pipeline: Runs a pipeline on a stack, by name.
        progress: Opens a place where long work shows what it is at.
        open_view: Opens the view that a command asks for, or calls what it is given
            where there are no widgets.
        cancel_run: Asks for the end of a run under way.
        history: Returns the lines that changed the registry.
        is_preview: Whether nothing may be run or written: only findings are wanted.
    """

    namespace: Mapping[str, Any]
    running: Mapping[str, str]
    run_pipeline: Callable[[Pipeline, str | None, bool, Mapping[str, Any]], Run] = field(repr=False)
    progress: Progress = field(default=silently, repr=False)
    open_view: OpenView = field(default=no_view, repr=False)
    cancel_run: Callable[[str], None] = field(default=_no_run, repr=False)
    history: Callable[[], Sequence[str]] = field(default=tuple, repr=False)
    is_preview: bool = False

    def look_up(self, target: str, *, wanted: str) -> Any:
        """Return what *target* names: a name of the notebook, or `package.module.Name`.

        Nothing is evaluated: a dotted name is imported and its last part looked up.

        Raises:
            LineError: *target* is no name.
            UnknownNameError: Nothing has that name.
            FlavorFailedError: The module raised something while it was imported.
        """
        parts = target.split(".")
        if not all(part.isidentifier() for part in parts):
            message = f"{target!r} is not the name of a {wanted}"
            raise LineError(message, hint="a name of the notebook, or package.module.Name")
        if len(parts) == 1:
            return self._from_notebook(target, wanted)
        return _from_module(*target.rpartition(".")[::2])

    def may_look_up(self, target: str) -> bool:
        """Whether to look *target* up runs no code: a preview imports nothing."""
        module = target.rpartition(".")[0]
        return not (self.is_preview and module) or module in sys.modules

    def _from_notebook(self, name: str, wanted: str) -> Any:
        if name in self.namespace:
            return self.namespace[name]
        kind = type if wanted == "class" else Pipeline
        known = [n for n, v in self.namespace.items() if isinstance(v, kind)]
        near = did_you_mean(name, [n for n in known if not n.startswith("_")])
        hint = f"did you mean {near!r}?" if near else "run the cell that defines it first"
        message = f"no {wanted} called {name!r} is defined in this notebook"
        raise UnknownNameError(message, hint=hint)

    def pipelines(self) -> dict[str, Pipeline]:
        """Return the pipelines of the notebook, by their own name, sorted."""
        found = {v.name: v for v in self.namespace.values() if isinstance(v, Pipeline)}
        return dict(sorted(found.items()))

    def pipeline(self, name: str) -> Pipeline:
        """Return a pipeline by its own name, its variable or a dotted name."""
        found = self.pipelines()
        if name in found:
            return found[name]
        thing = self.look_up(name, wanted="pipeline")
        if isinstance(thing, Pipeline):
            return thing
        message = f"{name!r} is a {type(thing).__name__}, not a pipeline"
        raise UnknownNameError(message, hint="put @pipeline above the function")

    def runs_on(self, stacks: list[str]) -> list[str]:
        """Return the runs under way on any of *stacks*, sorted."""
        return sorted(run for run, stack in self.running.items() if stack in stacks)

    def refuse_running(self, subject: str, stacks: list[str]) -> None:
        """Refuse to touch *subject* while a run is under way on any of *stacks*.

        Raises:
            InUseError: One is.
        """
        running = self.runs_on(stacks)
        if running:
            message = f"{subject} is in use by run {listed(running)}"
            raise InUseError(message, hint="wait for the run, or interrupt it")


def _from_module(module_name: str, attribute: str) -> Any:
    try:
        module = import_module(module_name)
    except ImportError as error:
        message = f"cannot import {module_name!r}: {error}"
        hint = "the module must be importable from here: %pip install it, or check sys.path"
        raise UnknownNameError(message, hint=hint) from None
    except Exception as error:
        message = f"importing {module_name!r} raised {type(error).__name__}: {error}"
        raise FlavorFailedError(message, hint="mend the module") from error
    if not hasattr(module, attribute):
        near = did_you_mean(attribute, vars(module))
        hint = f"did you mean {module_name}.{near}?" if near else f"see dir({module_name})"
        message = f"module {module_name!r} has no {attribute!r}"
        raise UnknownNameError(message, hint=hint)
    return getattr(module, attribute)
