"""Commands that open a view: a form, the composer, the browser, the panel of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.display import Command as Typed
from stack_magic.display import Line
from stack_magic.enums import StackComponentType
from stack_magic.errors import LineError

from ._answers import Answer, Change, told
from ._cards import component_card, component_list, stack_card, stack_list
from ._command import NOTHING, line
from ._flavor_cards import flavor_list
from ._pipeline_commands import DescribeRun, RunPipeline, run_line
from ._stack_commands import RegisterStack
from ._stack_queries import ValidateStack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stack_magic.display import Shown
    from stack_magic.stack import Snapshot

    from ._command import Command
    from ._world import World


class OpenForm(NamedTuple):
    """Open the form of a component, new or registered.

    Attributes:
        name: A registered component is changed; another name is that of a new one.
        flavor: The flavor of a new component; the first one by default.
    """

    type: StackComponentType
    name: str | None = None
    flavor: str | None = None

    def __str__(self) -> str:
        name = () if self.name is None else (self.name,)
        flavor = {} if self.flavor is None else {"flavor": self.flavor}
        return line(self.type, "form", *name, **flavor)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the form; where there are no widgets, what it would show and the line."""
        kind = self.type
        if self.flavor is not None:
            snapshot.flavor(kind, self.flavor)
        registered = snapshot.components.get((kind, self.name or ""))
        if registered is not None and self.flavor not in {None, registered.component.FLAVOR}:
            flavor = registered.component.FLAVOR
            message = f"{kind} {self.name!r} is of flavor {flavor!r}, not {self.flavor!r}"
            raise LineError(message, hint=f"%{kind} form {self.name}")
        if registered is not None:
            card, typed = component_card(registered, snapshot), f"%{kind} update {self.name}"
        else:
            card, typed = flavor_list(kind, snapshot), f"%{kind} register NAME --flavor=FLAVOR"
        return _opened(self, snapshot, world, card, f"{typed} --key=value")


class OpenComposer(NamedTuple):
    """Open the composer with a stack, or with a new one."""

    name: str | None = None

    def __str__(self) -> str:
        return line("stack", "compose", *(() if self.name is None else (self.name,)))

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the composer; where there are no widgets, the stack and the line."""
        if self.name is not None and self.name in snapshot.stacks:
            card, typed = stack_card(self.name, snapshot), f"%stack update {self.name} -a NAME"
        else:
            card = stack_list(snapshot)
            typed = f"{RegisterStack(self.name or 'NAME')} -o NAME -a NAME -m NAME"
        return _opened(self, snapshot, world, card, typed)


class OpenBrowser(NamedTuple):
    """Open the browser of flavors, components and stacks."""

    def __str__(self) -> str:
        return line("stack", "browse")

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the browser; where there are no widgets, tables of what is there."""
        tables = [component_list(kind, snapshot) for kind in StackComponentType]
        blocks = [block for table in (*tables, stack_list(snapshot)) for block in table.blocks]
        return _opened(self, snapshot, world, Answer(tuple(blocks)), "%stack list")


class OpenReport(NamedTuple):
    """Open the panel of a stack's findings."""

    name: str | None = None

    def __str__(self) -> str:
        name = () if self.name is None else (self.name,)
        return line("stack", "validate", *name, "--panel")

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the panel; where there are no widgets, the findings."""
        validated = ValidateStack(self.name).on(snapshot, world)
        if world.is_preview:
            return validated
        return Change(snapshot, world.open_view(self, lambda: validated.answer))


class OpenRunPanel(NamedTuple):
    """Open the panel of a run that is recorded, or under way."""

    run: str
    stack: str | None = None

    def __str__(self) -> str:
        flags = ["--stack", self.stack] if self.stack else []
        return line("pipeline", "panel", self.run, *flags)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the panel; where there are no widgets, the run as it shows itself."""
        described = DescribeRun(self.run, self.stack).on(snapshot, world)
        return Change(snapshot, world.open_view(self, lambda: described.answer))


class RunInPanel(NamedTuple):
    """Run a pipeline, and show the run while it happens in a panel."""

    name: str
    stack: str | None = None
    cache: bool = True
    parameters: Mapping[str, Any] = NOTHING

    def __str__(self) -> str:
        return run_line(self, "--panel")

    def without_panel(self) -> RunPipeline:
        """Return the command that runs it and shows no more than any run does."""
        return RunPipeline(self.name, self.stack, self.cache, self.parameters)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Run it in the panel; where there are no widgets, as any run."""
        plain = self.without_panel()
        if world.is_preview:
            return plain.on(snapshot, world)
        world.pipeline(self.name)
        shown = world.open_view(self, lambda: plain.on(snapshot, world).answer)
        return Change(snapshot, shown)


class CancelRun(NamedTuple):
    """Ask for the end of a run that is under way."""

    run: str

    def __str__(self) -> str:
        return line("pipeline", "cancel", self.run)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Ask; what the run has done stays."""
        if not world.is_preview:
            world.cancel_run(self.run)
        more = Line("a step that runs in this process may have to end first", indent=1)
        return Change(snapshot, told(f"run {self.run} is asked to end", more))


def _opened(command: Command, snapshot: Snapshot, world: World, card: Answer, typed: str) -> Change:
    """Return the view of *command*, or where there are none, *card* and a line."""

    def without_widgets() -> Shown:
        advice = (Line("forms need a notebook; the line does the same:"), Typed(typed))
        return Answer((*card.blocks, *advice), card.report, card.value)

    if world.is_preview:
        return Change(snapshot, card)
    make: Callable[[Command, Callable[[], Shown]], Shown] = world.open_view
    return Change(snapshot, make(command, without_widgets))
