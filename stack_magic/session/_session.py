"""The session: one kernel's registry, and the one place where commands act."""

from __future__ import annotations

import sys
from collections import ChainMap
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

from stack_magic.enums import StackComponentType
from stack_magic.errors import InvalidFlavorError, StackMagicError, UnknownNameError, did_you_mean
from stack_magic.pipelines import install_runner
from stack_magic.secrets import masking

from ._answers import as_report
from ._component_commands import RegisterComponent
from ._flavor_commands import RegisterDefined, RegisterFlavor
from ._history import History
from ._ledger import Ledger
from ._progress import silently
from ._ready import ready_stack, running_stack
from ._registry import Registry
from ._stack_commands import RegisterStack
from ._trust_commands import DistrustComponent, TrustComponent
from ._whole_stack_commands import ActivateStack
from ._world import World, no_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence

    from stack_magic.display import Shown
    from stack_magic.pipelines import Cancellation, Pipeline, Run, RunWatcher
    from stack_magic.stack import Report, Stack

    from ._command import Command
    from ._progress import Progress
    from ._world import OpenView

C = TypeVar("C", bound=type)


class Session:
    """A registry and what acts on it.

    Attributes:
        registry: What is registered; observable with traitlets.
        namespace: Where names of classes, pipelines and `$variables` are looked up.
        watchers: Make what is told about the progress of a run, anew for each.
        look_around: Called before a command acts or a run starts: what the notebook has
            defined anew takes its place.
        show: Given the answers that no line and no caller would show.
        progress: Opens a place where long work other than a run shows what it is at.
        open_view: Opens forms and panels where there are widgets.
        history: What changed the registry.
    """

    def __init__(self) -> None:
        self.registry = Registry()
        self.namespace: Mapping[str, Any] = vars(sys.modules["__main__"])
        self.watchers: list[Callable[[], RunWatcher]] = []
        self.look_around: Callable[[], None] = lambda: None
        self.show: Callable[[Shown], object] = _nowhere
        self.progress: Progress = silently
        self.open_view: OpenView = no_view
        self.history = History()
        self._running: dict[str, str] = {}
        self._cancellations: dict[str, Cancellation] = {}

    def preview(self, command: Command, *, local: Mapping[str, Any] | None = None) -> Report:
        """Return every finding on what *command* would leave behind; change nothing."""
        try:
            world = replace(self.world(local), is_preview=True)
            return command.on(self.registry.snapshot, world).report
        except StackMagicError as error:
            if error.report is not None:
                return error.report
            return as_report(command, error)

    def apply(
        self,
        command: Command,
        *,
        local: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
        watchers: Sequence[RunWatcher] | None = None,
    ) -> Shown:
        """Carry out *command* and return a value that shows itself.

        Args:
            command: What to do.
            local: Variables of the function that the line stands in, if any.
            progress: Where long work shows what it is at, if not in the session's place.
            watchers: Are told how a run goes on, in the place of the session's own.

        Raises:
            StackMagicError: It was refused, and nothing was changed.
        """
        if not isinstance(command, RegisterFlavor | RegisterDefined):
            self.look_around()
        world = self.world(local)
        if progress is not None:
            world = replace(world, progress=progress)
        if watchers is not None:
            world = replace(world, run_pipeline=partial(self.run_pipeline, watchers=watchers))
        while True:
            before = self.registry.snapshot
            with masking():  # whatever code of a flavor's or a step's it calls
                change = command.on(before, world)
            if change.after is before:
                return change.answer
            undo = self.registry.swap(before, change.after)
            if undo is not None:
                undo = self.history.note(change.again or command, undo)
                return change.answer_with(undo)

    def world(self, local: Mapping[str, Any] | None = None) -> World:
        """Return what commands may ask of the notebook and of this session."""
        namespace = self.namespace
        if local:
            namespace = ChainMap(_mutable(local), _mutable(namespace))
        return World(
            namespace,
            dict(self._running),
            self.run_pipeline,
            self.progress,
            self.open_view,
            self.cancel_run,
            self.history.lines,
        )

    # The commands that Python code uses most, as methods.

    def register_flavor(self, cls: type) -> Shown:
        """Make *cls* a flavor, or the new definition of the flavor that it was."""
        if cls is None:
            message = "None is no class, and no flavor"
            raise InvalidFlavorError(message, hint="session.register_flavor(MyStore)")
        name = getattr(cls, "__name__", repr(cls))
        kind = getattr(cls, "TYPE", None)
        known = kind if isinstance(kind, StackComponentType) else None
        return self.apply(RegisterFlavor(known, name, cls))

    def register_component(
        self,
        type: str,
        name: str,
        /,
        *,
        flavor: str,
        **configuration: Any,
    ) -> Shown:
        """Configure *flavor* as the component *name* of *type*.

        Type and name go by their places: fields may be called so too.
        """
        command = RegisterComponent(_component_type(type), name, flavor, configuration)
        return self.apply(command)

    def register_stack(self, name: str, *, activate: bool = False, **components: str) -> Shown:
        """Compose the stack *name*: `orchestrator="local", artifact_store="lake"`."""
        slots = {_component_type(kind): chosen for kind, chosen in components.items()}
        return self.apply(RegisterStack(name, slots, activate))

    def activate(self, name: str) -> Shown:
        """Make a stack the one that runs use when none is named."""
        return self.apply(ActivateStack(name))

    def trust(self, type: str, name: str, /) -> Shown:
        """Read pickles that others write to a component's place, in every project: they run code.

        The place, flavor and whole path or URI, is noted in the user's own folder.
        """
        return self.apply(TrustComponent(_component_type(type), name))

    def distrust(self, type: str, name: str, /) -> Shown:
        """Read only one's own pickles there, as before `trust`."""
        return self.apply(DistrustComponent(_component_type(type), name))

    def stack(self, name: str | None = None) -> Stack:
        """Return a stack with its components, to be used; the active one by default.

        Raises:
            InvalidStackError: It has errors, or secrets that it refers to are missing.
        """
        return ready_stack(self.registry.snapshot, name)

    @property
    def active_stack(self) -> Stack:
        """The stack that runs use when none is named."""
        return self.stack()

    # Runs.

    def run_pipeline(
        self,
        pipeline: Pipeline,
        stack: str | None = None,
        cache: bool = True,  # noqa: FBT001, FBT002 - the runner's protocol
        parameters: Mapping[str, Any] | None = None,
        watchers: Sequence[RunWatcher] | None = None,
    ) -> Run:
        """Run *pipeline* on a stack and return the run.

        Args:
            pipeline: What to run.
            stack: Name of the stack; None takes the active one.
            cache: Whether unchanged steps are taken from the cache.
            parameters: Values for the pipeline's parameters.
            watchers: Are told how it goes on, in the place of the session's own.

        Raises:
            InvalidStackError: The stack has errors; nothing was started.
            RunFailedError: Steps failed; what was done stays.
        """
        from stack_magic.pipelines import Cancellation, execute

        self.look_around()
        cancellation = Cancellation()
        # One snapshot: what is checked is what runs, whatever another thread registers.
        chosen = running_stack(self.registry.snapshot, stack)
        told = [make() for make in self.watchers] if watchers is None else watchers
        with self._noted(cancellation) as ledger:
            run = execute(
                pipeline,
                chosen,
                cache=cache,
                parameters=parameters or {},
                watchers=[ledger, *told],
                cancellation=cancellation,
            )
        run.raise_for_outcome()
        return run

    def cancel_run(self, name: str) -> None:
        """Ask for the end of a run that is under way in this session.

        Raises:
            UnknownNameError: None of that name is.
        """
        cancellation = self._cancellations.get(name)
        if cancellation is None:
            known = ", ".join(self._cancellations) or "none is"
            message = f"no run {name!r} is under way"
            raise UnknownNameError(message, hint=f"under way: {known}")
        cancellation.ask()

    @contextmanager
    def _noted(self, cancellation: Cancellation) -> Iterator[Ledger]:
        ledger = Ledger(self._running, self._cancellations, cancellation)
        try:
            yield ledger
        finally:
            ledger.close()

    def __repr__(self) -> str:
        """Counts of what is registered, and the active stack."""
        return f"<Session: {self.registry!r}, active stack {self.registry.snapshot.active}>"


def _nowhere(answer: Shown) -> None:
    """Show nothing: plain Python has no place for it."""


def _mutable(mapping: Mapping[str, Any]) -> MutableMapping[str, Any]:
    return mapping if isinstance(mapping, dict) else dict(mapping)


def _component_type(name: str) -> StackComponentType:
    try:
        return StackComponentType(name.replace("-", "_"))
    except (ValueError, AttributeError):
        near = did_you_mean(str(name), list(StackComponentType))
        hint = f"did you mean {str(near)!r}?" if near else f"known: {', '.join(StackComponentType)}"
        message = f"no component type is called {name!r}"
        raise UnknownNameError(message, hint=hint) from None


@cache
def session() -> Session:
    """Return this kernel's session, made on the first call."""
    return Session()


def flavor(cls: C) -> C:
    """Register the decorated class as a flavor, at once: `@stack_magic.flavor`."""
    here = session()
    here.show(here.register_flavor(cls))
    return cls


def _run_in_this_session(*request: Any) -> Run:
    return session().run_pipeline(*request)


install_runner(_run_in_this_session)
