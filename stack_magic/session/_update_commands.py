"""Commands that change the values of a component."""

from __future__ import annotations

from dataclasses import replace
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

from ._answers import Answer, Change, done, listed, undone_by
from ._command import NOTHING, configured, line
from ._configuration import GIVEN_ELSEWHERE, Former, build_component, own, spelled_out
from ._lasting_values import lasting_values
from ._ready import refuse_up

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from ._world import World


class UpdateComponent(NamedTuple):
    """Give some fields of a component new values.

    Attributes:
        removed: Fields that go back to their defaults.
    """

    type: StackComponentType
    name: str
    configuration: Mapping[str, Any] = NOTHING
    removed: tuple[str, ...] = ()

    def __str__(self) -> str:
        given = line(self.type, "update", self.name, **configured(self.configuration))
        return " ".join([given, *(f"--remove {field}" for field in self.removed)])

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Rebuild the component, keeping its uuid, and diagnose its stacks again."""
        registered = snapshot.component(self.type, self.name)
        if not self.configuration and not self.removed:
            message = f"%{self.type} update {self.name} needs at least one --key=value"
            hint = f"%{self.type} describe {self.name}"
            raise LineError(message, hint=hint)
        cls = snapshot.flavor_of(registered).cls
        changed = spelled_out(cls, self.configuration)
        both = sorted(set(changed).intersection(self.removed))
        if both:
            message = f"--{both[0]} is given a value and removed"
            raise LineError(message, hint="say one of both")
        _refuse_to_remove(snapshot, registered, self.removed)
        configuration = {**registered.configuration, **changed}
        kept = {k: v for k, v in configuration.items() if k not in self.removed}
        change = _reconfigured(snapshot, world, registered, kept, [*changed, *self.removed])
        component = change.after.component(self.type, self.name).component
        again = self._replace(configuration=lasting_values(component, changed))
        return replace(change, again=again)


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
        _refuse_to_remove(snapshot, registered, self.attributes)
        given = registered.configuration
        configuration = {k: v for k, v in given.items() if k not in self.attributes}
        change = _reconfigured(snapshot, world, registered, configuration, self.attributes)
        gone = {k: v for k, v in given.items() if k in self.attributes}
        if not gone or not isinstance(change.answer, Answer):
            return change
        again = UpdateComponent(self.type, self.name, lasting_values(registered.component, gone))
        return replace(change, answer=change.answer.followed_by(undone_by(again)))


def _refuse_to_remove(
    snapshot: Snapshot, registered: Registered, attributes: tuple[str, ...]
) -> None:
    """Refuse when a field cannot go back to its default.

    Raises:
        InvalidConfigurationError: Its report has every such field.
    """
    findings = list(_not_removable(snapshot, registered, attributes))
    if findings:
        kind, name = registered.key
        lines = "\n".join(f"  --{d.subject}: {d.message}" for d in findings)
        message = f"{kind} {name} keeps its values:\n{lines}"
        hint = f"%{kind} update {name} --FIELD=VALUE"
        report = Report.of(f"{kind} {name}", findings)
        raise InvalidConfigurationError(message, hint=hint, report=report)


def _not_removable(
    snapshot: Snapshot, registered: Registered, attributes: tuple[str, ...]
) -> Iterator[Diagnostic]:
    fields = snapshot.flavor_of(registered).cls.model_fields
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
    cls = snapshot.flavor_of(registered).cls
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
