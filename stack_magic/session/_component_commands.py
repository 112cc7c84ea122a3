"""Commands that change components."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from stack_magic.display import Line
from stack_magic.enums import Severity, StackComponentType
from stack_magic.errors import (
    FlavorFailedError,
    InUseError,
    InvalidConfigurationError,
    LineError,
    NameTakenError,
    did_you_mean,
)
from stack_magic.stack import (
    Diagnostic,
    Draft,
    Registered,
    Report,
    Snapshot,
    check_name,
    diagnose,
    notes_of,
)

from ._answers import Change, done, listed, told
from ._command import NOTHING, configured, line
from ._configuration import GIVEN_ELSEWHERE, build_component

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stack_magic.display import Block
    from stack_magic.stack import StackComponent

    from ._world import World


class RegisterComponent(NamedTuple):
    """Configure a flavor under a new name."""

    type: StackComponentType
    name: str
    flavor: str
    configuration: Mapping[str, Any] = NOTHING

    def __str__(self) -> str:
        options = {"flavor": self.flavor, **configured(self.configuration)}
        return line(self.type, "register", self.name, **options)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Build the component and give it its place."""
        kind, name = self.type, check_name(self.name)
        if _is_the_same(self, snapshot.components.get((kind, name))):
            sentence = f"{kind} {name} is already registered with these values"
            advice = Line(f"%{kind} update {name} --key=value changes it", indent=1)
            return Change(snapshot, done(sentence, advice, value=name))
        _refuse_taken(snapshot, kind, name, "update")
        flavor = snapshot.flavor(kind, self.flavor)
        component = build_component(flavor.cls, name, self.configuration, world.namespace)
        registered = Registered(component, dict(self.configuration))
        found = [*notes_of(component), *_looks_alike(snapshot, kind, name)]
        message = _told_by(component)
        more = (Line(message, indent=1),) if message else ()
        sentence = f"registered {kind} {name} (flavor {flavor.name})"
        answer = done(sentence, *more, report=Report.of(name, found), value=name)
        return Change(snapshot.with_component(registered), answer)


def _is_the_same(asked: RegisterComponent, registered: Registered | None) -> bool:
    """Whether a cell that registered a component just runs again."""
    if registered is None or registered.stale or asked.flavor != registered.component.FLAVOR:
        return False
    try:
        return bool(registered.configuration == asked.configuration)
    except Exception:  # noqa: BLE001 - values of the user's compare as they like
        return False


def _told_by(component: StackComponent) -> str | None:
    try:
        return component.post_registration_message
    except Exception as error:
        cls = type(component).__name__
        message = f"{cls}.post_registration_message raised {type(error).__name__}"
        hint = f"mend {cls} and run its cell again"
        raise FlavorFailedError(message, hint=hint) from error


class UpdateComponent(NamedTuple):
    """Give some fields of a component new values."""

    type: StackComponentType
    name: str
    configuration: Mapping[str, Any] = NOTHING

    def __str__(self) -> str:
        return line(self.type, "update", self.name, **configured(self.configuration))

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Rebuild the component, keeping its uuid, and diagnose its stacks again."""
        registered = snapshot.component(self.type, self.name)
        if not self.configuration:
            message = f"%{self.type} update {self.name} needs at least one --key=value"
            hint = f"%{self.type} describe {self.name}"
            raise LineError(message, hint=hint)
        configuration = {**registered.configuration, **self.configuration}
        return _reconfigured(snapshot, world, registered, configuration, self.configuration)


class RemoveAttributes(NamedTuple):
    """Set fields of a component back to their defaults."""

    type: StackComponentType
    name: str
    attributes: tuple[str, ...]

    def __str__(self) -> str:
        flags = [f"--{attribute.replace('_', '-')}" for attribute in self.attributes]
        return line(self.type, "remove-attribute", self.name, *flags)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Rebuild the component without these values."""
        registered = snapshot.component(self.type, self.name)
        if not self.attributes:
            message = f"%{self.type} remove-attribute {self.name} needs at least one --field"
            raise LineError(message, hint=f"%{self.type} describe {self.name}")
        findings = list(_not_removable(registered, self.attributes))
        if findings:
            lines = "\n".join(f"  --{d.subject}: {d.message}" for d in findings)
            message = f"{self.type} {self.name} keeps its values:\n{lines}"
            raise InvalidConfigurationError(
                message, hint=f"%{self.type} update {self.name} --FIELD=VALUE"
            )
        given = registered.configuration
        configuration = {k: v for k, v in given.items() if k not in self.attributes}
        return _reconfigured(snapshot, world, registered, configuration, self.attributes)


def _not_removable(registered: Registered, attributes: tuple[str, ...]) -> Iterator[Diagnostic]:
    fields = type(registered.component).model_fields
    for attribute in attributes:
        if attribute in GIVEN_ELSEWHERE:
            message = "is set by the command and stays"
        elif attribute not in fields:
            near = did_you_mean(attribute, fields)
            message = "is not a field" + (f"; did you mean --{near}?" if near else "")
        elif fields[attribute].is_required():
            message = "is required: it has no default to go back to"
        else:
            continue
        yield Diagnostic("attribute", Severity.ERROR, attribute, message)


def _reconfigured(
    snapshot: Snapshot,
    world: World,
    registered: Registered,
    configuration: Mapping[str, Any],
    changed: Any,
) -> Change:
    kind, name = registered.key
    cls = snapshot.flavor(*registered.flavor_key).cls
    kept = {key: value for key, value in registered.component if key not in changed}
    component = build_component(cls, name, configuration, world.namespace, kept)
    after = snapshot.with_component(Registered(component, dict(configuration)))
    found = [*notes_of(component), *_of_stacks(after, registered)]
    sentence = f"updated {kind} {name}: {listed(changed)}"
    answer = done(sentence, *_used_by(after, registered), report=Report.of(name, found))
    return Change(after, answer)


def _of_stacks(snapshot: Snapshot, registered: Registered) -> Iterator[Diagnostic]:
    for stack in snapshot.stacks_with(registered.key):
        yield from diagnose(Draft(stack, snapshot.stacks[stack]), snapshot).diagnostics


def _used_by(snapshot: Snapshot, registered: Registered) -> tuple[Block, ...]:
    stacks = snapshot.stacks_with(registered.key)
    return (Line(f"checked again: {listed(stacks)}", indent=1),) if stacks else ()


class RenameComponent(NamedTuple):
    """Give a component another name; its stacks follow."""

    type: StackComponentType
    old: str
    new: str

    def __str__(self) -> str:
        return line(self.type, "rename", self.old, self.new)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Rename in the registry and in every stack, at once."""
        registered = snapshot.component(self.type, self.old)
        new = check_name(self.new)
        if new == self.old:
            answer = told(f"{self.type} {self.old} keeps its name: old and new are the same")
            return Change(snapshot, answer)
        _refuse_taken(snapshot, self.type, new, "delete")
        component = registered.component.model_copy(update={"name": new})
        after = snapshot.without_component(registered.key)
        warnings = Report.of(new, _looks_alike(after, self.type, new))
        after = after.with_component(replace(registered, component=component))
        stacks = {
            stack: {**slots, self.type: new} if slots.get(self.type) == self.old else slots
            for stack, slots in snapshot.stacks.items()
        }
        sentence = f"renamed {self.type} {self.old} to {new}"
        return Change(replace(after, stacks=stacks), done(sentence, report=warnings, value=new))


class CopyComponent(NamedTuple):
    """Register a component again under another name, with a uuid of its own."""

    type: StackComponentType
    source: str
    target: str

    def __str__(self) -> str:
        return line(self.type, "copy", self.source, self.target)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Copy the configured instance."""
        registered = snapshot.component(self.type, self.source)
        target = check_name(self.target)
        _refuse_taken(snapshot, self.type, target, "delete")
        identity = {"name": target, "uuid": uuid4()}
        component = registered.component.model_copy(update=identity)
        after = snapshot.with_component(replace(registered, component=component))
        warnings = Report.of(target, _looks_alike(snapshot, self.type, target))
        sentence = f"copied {self.type} {self.source} to {target}"
        return Change(after, done(sentence, report=warnings, value=target))


class DeleteComponent(NamedTuple):
    """Forget a component that no stack holds."""

    type: StackComponentType
    name: str

    def __str__(self) -> str:
        return line(self.type, "delete", self.name)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Remove the component, unless stacks hold it."""
        registered = snapshot.component(self.type, self.name)
        users = snapshot.stacks_with(registered.key)
        if users:
            message = f"{self.type} {self.name!r} is in use by stack {listed(users)}"
            verb = "update" if self.type.is_required else "remove-component"
            option = (
                f"{self.type.short_option} OTHER"
                if self.type.is_required
                else self.type.short_option
            )
            raise InUseError(message, hint=f"%stack {verb} {users[0]} {option}")
        answer = done(f"deleted {self.type} {self.name}")
        return Change(snapshot.without_component(registered.key), answer)


def _refuse_taken(snapshot: Snapshot, kind: StackComponentType, name: str, verb: str) -> None:
    if (kind, name) in snapshot.components:
        message = f"{kind} {name!r} is already registered"
        option = " --key=value" if verb == "update" else ""
        hint = f"choose another name, or %{kind} {verb} {name}{option}"
        raise NameTakenError(message, hint=hint)


def _looks_alike(snapshot: Snapshot, kind: StackComponentType, name: str) -> Iterator[Diagnostic]:
    other = snapshot.look_alike(kind, name)
    if other is not None:
        message = f"looks like {other!r}, which is another {kind}"
        fix = f"%{kind} rename {name} OTHER_NAME"
        yield Diagnostic("look-alike", Severity.WARNING, name, message, fix)
