"""Commands that change the values of a component."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.display import Line
from stack_magic.enums import Severity, StackComponentType
from stack_magic.errors import InvalidConfigurationError, LineError, did_you_mean
from stack_magic.stack import (
    Diagnostic,
    Draft,
    Registered,
    Report,
    Snapshot,
    diagnose,
    notes_of,
)

from ._answers import Change, done, listed
from ._command import NOTHING, configured, line
from ._configuration import GIVEN_ELSEWHERE, Former, build_component, own, spelled_out
from ._ready import refuse_up

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from ._world import World


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
        cls = snapshot.flavor(*registered.flavor_key).cls
        changed = spelled_out(cls, self.configuration)
        configuration = {**registered.configuration, **changed}
        return _reconfigured(snapshot, world, registered, configuration, list(changed))


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
        findings = list(_not_removable(snapshot, registered, self.attributes))
        if findings:
            lines = "\n".join(f"  --{d.subject}: {d.message}" for d in findings)
            message = f"{self.type} {self.name} keeps its values:\n{lines}"
            raise InvalidConfigurationError(
                message, hint=f"%{self.type} update {self.name} --FIELD=VALUE"
            )
        given = registered.configuration
        configuration = {k: v for k, v in given.items() if k not in self.attributes}
        return _reconfigured(snapshot, world, registered, configuration, self.attributes)


def _not_removable(
    snapshot: Snapshot, registered: Registered, attributes: tuple[str, ...]
) -> Iterator[Diagnostic]:
    fields = snapshot.flavor(*registered.flavor_key).cls.model_fields
    for attribute in attributes:
        if attribute in GIVEN_ELSEWHERE:
            message = "is set by the command and stays"
        elif attribute not in fields and attribute in registered.configuration:
            continue  # a field of the former class
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
    changed: Collection[str],
) -> Change:
    kind, name = registered.key
    cls = snapshot.flavor(*registered.flavor_key).cls
    dropped = [k for k in configuration if k not in cls.model_fields and k not in changed]
    configuration = {k: v for k, v in configuration.items() if k not in dropped}
    if not world.is_preview:
        refuse_up(registered, snapshot)
    former = Former(registered.component, changed)
    component = build_component(cls, name, configuration, world, former)
    after = snapshot.with_component(Registered(component, own(configuration)))
    found = [*notes_of(component), *_of_stacks(after, registered)]
    sentence = f"updated {kind} {name}: {listed(changed)}"
    more = [Line(f"dropped {listed(dropped)}: no field of {cls.__name__}", indent=1)] * bool(
        dropped
    )
    more += _used_by(after, registered)
    answer = done(sentence, *more, report=Report.of(name, found))
    return Change(after, answer)


def _of_stacks(snapshot: Snapshot, registered: Registered) -> Iterator[Diagnostic]:
    for stack in snapshot.stacks_with(registered.key):
        yield from diagnose(Draft(stack, snapshot.stacks[stack]), snapshot).diagnostics


def _used_by(snapshot: Snapshot, registered: Registered) -> list[Line]:
    stacks = snapshot.stacks_with(registered.key)
    return [Line(f"checked again: {listed(stacks)}", indent=1)] if stacks else []
