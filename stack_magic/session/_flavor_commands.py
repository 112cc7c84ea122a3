"""Commands on flavors."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.capture import capture, location_of
from stack_magic.configuration import unfillable_fields
from stack_magic.display import Command, Line
from stack_magic.enums import Origin, StackComponentType
from stack_magic.errors import (
    InUseError,
    InvalidConfigurationError,
    InvalidFlavorError,
    StackMagicError,
    UnknownNameError,
)
from stack_magic.stack import (
    Draft,
    Flavor,
    Key,
    Registered,
    Report,
    Snapshot,
    StackComponent,
    advice_on_parts,
    check_flavor,
    diagnose,
    is_up,
    stale_fix,
)

from ._answers import Answer, Change, counted, done, listed, told, undone_by
from ._builtin_flavors import builtin_below, check_takes_place, told_of_place
from ._command import line
from ._configuration import Former, build_component
from ._flavor_cards import flavor_card, flavor_list
from ._rooms import base_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.display import Block

    from ._world import World


@dataclass(frozen=True)
class RegisterFlavor:
    """Make a class a flavor, or the new definition of the flavor that it was.

    Attributes:
        type: The component type; None takes the class's own TYPE.
        target: The class's name in the notebook, or `package.module.Class`.
        cls: The class itself, where the caller has it.
    """

    type: StackComponentType | None
    target: str
    cls: Any = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        if self.type is None:
            return line("flavor", "register", self.target)
        return line(self.type, "flavor", "register", self.target)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Check the class, take its place, and rebuild the components of the flavor."""
        cls = self.cls
        if cls is None and not world.may_look_up(self.target):
            return Change(snapshot, told(f"{self.target} is imported when the line is run"))
        if cls is None:
            cls = world.look_up(self.target, wanted="class")
        kind = self.type or getattr(cls, "TYPE", None)
        if not isinstance(kind, StackComponentType):
            message = advice_on_parts(cls) or (
                f"{self.target} is not a stack component: it has no TYPE"
            )
            raise InvalidFlavorError(
                message,
                hint="from stack_magic.artifact_stores import BaseArtifactStore",
            )
        report = check_flavor(cls, base_of(kind))
        if report.ok:
            found = (*report.diagnostics, *unfillable_fields(cls))
            report = Report.of(report.subject, found)
        if not report.ok:
            message = f"{self.target} cannot be a flavor of {kind}:\n{report.as_message()}"
            raise InvalidFlavorError(message, report=report)
        return _take_place(cls, report, snapshot, world)


def _take_place(
    cls: type[StackComponent], report: Report, snapshot: Snapshot, world: World
) -> Change:
    key = (cls.TYPE, cls.FLAVOR)
    former = snapshot.flavors.get(key)
    if former is not None and former.cls is cls:
        sentence = f"{cls.TYPE} flavor {cls.FLAVOR} is already registered with this class"
        return Change(snapshot, done(sentence, report=report, value=cls.FLAVOR))
    builtin = builtin_below(former)
    if builtin is not None:
        check_takes_place(cls, builtin)
    after = snapshot.with_flavor(Flavor(cls, _origin_of(cls), capture(cls), builtin))
    if former is None or former is builtin:
        sentence = f"registered {cls.TYPE} flavor {cls.FLAVOR} ({cls.__name__})"
        blocks = () if builtin is None else told_of_place(builtin, snapshot)
        return Change(after, done(sentence, *blocks, report=report, value=cls.FLAVOR))
    return _replaced(cls, former.cls, report, after, world)


def _origin_of(cls: type[StackComponent]) -> Origin:
    location = location_of(cls)
    in_notebook = cls.__module__ == "__main__" or location is None
    return Origin.CELL if in_notebook else Origin.MODULE


def _replaced(
    cls: type[StackComponent],
    former: type[StackComponent],
    report: Report,
    after: Snapshot,
    world: World,
) -> Change:
    """Rebuild the flavor's components: each fits whole, or is kept as it was and stale."""
    key = (cls.TYPE, cls.FLAVOR)
    rebuilt = [_rebuilt(cls, registered, world) for registered in after.components_of(key)]
    after = after.with_components(rebuilt)
    fine = [r.component.name for r in rebuilt if not r.stale]
    stale = [r for r in rebuilt if r.stale]
    blocks: list[Block] = []
    if former.__qualname__ != cls.__qualname__:
        text = f"{cls.__name__} takes the place of another class, {former.__name__}"
        blocks.append(Line(text, mark="▲"))
        blocks.append(Command(f'FLAVOR = "{cls.__name__.lower()}"', label="to keep both:"))
    if fine:
        blocks.append(Line(f"rebuilt: {listed(fine)}", indent=1))
    for registered in stale:
        name, reasons = registered.component.name, "; ".join(registered.stale)
        text = f"{name} keeps its former class, since it no longer fits: {reasons}"
        blocks += (Line(text, mark="▲"), Command(stale_fix(registered, cls), label="fix:"))
    held = sorted({s for r in rebuilt for s in after.stacks_with(r.key)})
    running = world.runs_on(held)
    if running:
        text = f"run under way: {listed(running)} ends with the old definition"
        blocks.append(Line(text, mark="▲"))
    findings = Report.of(
        cls.__name__,
        [
            *report.diagnostics,
            *(d for s in held for d in diagnose(Draft(s, after.stacks[s]), after).diagnostics),
        ],
    )
    sentence = f"redefined {cls.TYPE} flavor {cls.FLAVOR} ({cls.__name__})"
    return Change(after, done(sentence, *blocks, report=findings, value=cls.FLAVOR))


def _rebuilt(cls: type[StackComponent], registered: Registered, world: World) -> Registered:
    former = registered.component
    try:
        component = build_component(
            cls, former.name, registered.configuration, world, Former(former)
        )
    except InvalidConfigurationError as error:
        found = error.report.errors if error.report else ()
        reasons = tuple(f"{d.subject} {d.message}" for d in found)
        return replace(registered, stale=reasons or (error.message,))
    except StackMagicError as error:
        return replace(registered, stale=(error.message,))
    if not world.is_preview and is_up(former):
        component.take_over(former)  # only it can stop what it has started
    return Registered(component, registered.configuration)


class DeleteFlavor(NamedTuple):
    """Forget a flavor that no component uses; a built-in one has its place again."""

    type: StackComponentType
    name: str

    def __str__(self) -> str:
        return line(self.type, "flavor", "delete", self.name)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Remove the flavor, unless components use it or it is built in."""
        flavor = snapshot.flavor(self.type, self.name)
        users = sorted(r.component.name for r in snapshot.components_of(flavor.key))
        if users:
            message = (
                f"{self.type} flavor {self.name!r} is used by "
                f"{counted(len(users), 'component')}: {listed(users)}"
            )
            raise InUseError(message, hint=f"%{self.type} delete {users[0]}")
        if flavor.origin is Origin.BUILTIN:
            message = f"{self.type} flavor {self.name!r} is built in and stays"
            raise InUseError(message)
        sentence = f"deleted {self.type} flavor {self.name}"
        if flavor.replaces is not None:
            back = Line(f"the built-in {self.name} is back", indent=1)
            answer = done(sentence, back, *_again(flavor, world))
            return Change(snapshot.with_flavor(flavor.replaces), answer)
        flavors = {k: v for k, v in snapshot.flavors.items() if k != flavor.key}
        answer = done(sentence, *_again(flavor, world))
        return Change(replace(snapshot, flavors=flavors), answer)


def _again(flavor: Flavor, world: World) -> Iterator[Block]:
    """Yield the line that registers a flavor again, and what has to be done before."""
    name = flavor.cls.__name__
    target = f"{flavor.cls.__module__}.{name}" if flavor.origin is Origin.MODULE else name
    if flavor.origin is Origin.CELL and world.namespace.get(name) is not flavor.cls:
        yield Line(f"{name} is no longer in the notebook's names: run its cell again", indent=1)
    yield undone_by(RegisterFlavor(flavor.type, target))


class ListFlavors(NamedTuple):
    """Show the flavors of a type."""

    type: StackComponentType

    def __str__(self) -> str:
        return line(self.type, "flavor", "list")

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the table of flavors."""
        return Change(snapshot, flavor_list(self.type, snapshot))


class DescribeFlavor(NamedTuple):
    """Show a flavor's fields, what it implements, and its origin."""

    type: StackComponentType
    name: str

    def __str__(self) -> str:
        return line(self.type, "flavor", "describe", self.name)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the flavor's card."""
        flavor = snapshot.flavor(self.type, self.name)
        card = flavor_card(flavor, snapshot)
        gone = (
            flavor.origin is Origin.CELL
            and world.namespace.get(flavor.cls.__name__) is not flavor.cls
        )
        if gone:
            text = "the class is no longer in the notebook's names; the flavor keeps it"
            card = Answer((*card.blocks, Line(text, mark="▲")), value=card.value)
        return Change(snapshot, card)


class RegisterDefined(NamedTuple):
    """Register those of several classes that can be flavors: what `%%flavor` does."""

    targets: tuple[str, ...]

    def __str__(self) -> str:
        return line("flavor", "register", *self.targets)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Register each class that has a FLAVOR; say so when there is none."""
        blocks: list[Block] = []
        found: list[Any] = []
        names: list[str] = []
        keys: set[Key] = set()
        for target in self.targets:
            if not world.may_look_up(target):
                continue
            cls = world.look_up(target, wanted="class")
            is_component = isinstance(cls, type) and issubclass(cls, StackComponent)
            if not is_component or not hasattr(cls, "FLAVOR"):
                continue
            if (cls.TYPE, cls.FLAVOR) in keys:
                message = f"two classes are {cls.TYPE} flavor {cls.FLAVOR!r}: {cls.__name__} again"
                raise InvalidFlavorError(message, hint="give each a FLAVOR of its own")
            keys.add((cls.TYPE, cls.FLAVOR))
            change = RegisterFlavor(None, target, cls).on(snapshot, world)
            snapshot = change.after
            blocks += change.answer.blocks if isinstance(change.answer, Answer) else ()
            found += change.report.diagnostics
            names.append(cls.FLAVOR)
        if not names and all(map(world.may_look_up, self.targets)):
            among = f" among {listed(self.targets)}" if self.targets else " here"
            message = f"no flavor class is defined{among}"
            raise UnknownNameError(message, hint="derive from a base and give it a FLAVOR")
        report = Report.of("flavors", found)
        return Change(snapshot, Answer(tuple(blocks), report, value=names))
