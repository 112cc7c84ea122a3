"""Commands that change components."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import SecretStr

from stack_magic.display import Line
from stack_magic.enums import Severity, StackComponentType
from stack_magic.errors import (
    FlavorFailedError,
    InUseError,
    NameTakenError,
)
from stack_magic.secrets import is_secret_by_name, masked, secret_reference
from stack_magic.stack import (
    Diagnostic,
    Registered,
    Report,
    Snapshot,
    check_name,
    notes_of,
)

from ._answers import Change, done, listed, told, undone_by
from ._command import NOTHING, configured, line
from ._configuration import (
    GIVEN_ELSEWHERE,
    Former,
    build_component,
    own,
    spelled_out,
)
from ._lasting_values import lasting_values
from ._ready import refuse_up
from ._references import Reference, parse_reference
from ._short_secrets import short_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
        flavor = snapshot.flavor(kind, self.flavor)
        configuration = spelled_out(flavor.cls, self.configuration)
        asked = self._replace(configuration=configuration)
        if _is_the_same(asked, snapshot.components.get((kind, name)), world):
            sentence = f"{kind} {name} is already registered with these values"
            advice = Line(f"%{kind} update {name} --key=value changes it", indent=1)
            return Change(snapshot, done(sentence, advice, value=name))
        _refuse_taken(snapshot, kind, name, "update")
        component = build_component(flavor.cls, name, configuration, world)
        registered = Registered(component, own(configuration))
        found = [*notes_of(component), *_looks_alike(snapshot, kind, name)]
        message = _told_by(component)
        more = (Line(masked(message), indent=1),) if message else ()
        found += short_secrets(component)
        sentence = f"registered {kind} {name} (flavor {flavor.name})"
        answer = done(sentence, *more, report=Report.of(name, found), value=name)
        again = self._replace(configuration=lasting_values(component, configuration))
        return Change(snapshot.with_component(registered), answer, again)


def _is_the_same(asked: RegisterComponent, registered: Registered | None, world: World) -> bool:
    """Whether a cell that registered a component just runs again."""
    if registered is None or registered.stale or asked.flavor != registered.component.FLAVOR:
        return False
    try:
        if registered.configuration != asked.configuration:
            return False
    except Exception:  # noqa: BLE001 - values of the user's compare as they like
        return False
    former = registered.component
    references = {k: parse_reference(v) for k, v in asked.configuration.items()}
    again = [k for k, v in references.items() if isinstance(v, Reference) and not v.asks]
    if not again:
        return True
    # A reference may lead to another value by now; what only the user can say is kept.
    cls = type(former)
    now = build_component(cls, former.name, asked.configuration, world, Former(former, again))
    return all(bool(getattr(now, key) == getattr(former, key)) for key in again)


def _told_by(component: StackComponent) -> str | None:
    try:
        return component.post_registration_message
    except Exception as error:
        cls = type(component).__name__
        message = f"{cls}.post_registration_message raised {type(error).__name__}"
        hint = f"mend {cls} and run its cell again"
        raise FlavorFailedError(message, hint=hint) from error


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
        component = _named(registered, new, world)
        component.take_over(registered.component)
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
        """Build another instance of the same values: what one has opened, it alone has."""
        registered = snapshot.component(self.type, self.source)
        target = check_name(self.target)
        _refuse_taken(snapshot, self.type, target, "delete")
        component = _named(registered, target, world, changed=("uuid",))
        after = snapshot.with_component(replace(registered, component=component))
        warnings = Report.of(target, _looks_alike(snapshot, self.type, target))
        sentence = f"copied {self.type} {self.source} to {target}"
        return Change(after, done(sentence, report=warnings, value=target))


def _named(
    registered: Registered, name: str, world: World, changed: tuple[str, ...] = ()
) -> StackComponent:
    """Return a component of the values of another, under another name.

    It is built anew: its flavor checks the name. References have led to their values already.
    """
    former = registered.component
    values = dict(registered.configuration)
    for key, field in type(former).model_fields.items():
        is_reference = key in values and isinstance(parse_reference(values[key]), Reference)
        is_made = field.default_factory is not None and key not in GIVEN_ELSEWHERE
        if is_reference or (is_made and key not in values):
            values[key] = _as_given(type(former), key, getattr(former, key))
    component = build_component(type(former), name, values, world, Former(former, changed))
    component.show_as(former.shown_as)
    return component


def _as_given(cls: type[StackComponent], key: str, value: Any) -> Any:
    """Return a value so that it is given as itself: no reference, and no literal secret."""
    if not isinstance(value, str):
        return value
    if is_secret_by_name(cls, key) and secret_reference(value) is None:
        return SecretStr(str(value))
    return f"@{value}" if value.startswith("@") else value


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
        if not world.is_preview:
            refuse_up(registered, snapshot)
        answer = done(f"deleted {self.type} {self.name}", undone_by(_again(registered)))
        return Change(snapshot.without_component(registered.key), answer)


def _again(registered: Registered) -> RegisterComponent:
    """Return what registers a component again; a secret that a form took is asked for."""
    component = registered.component
    configuration = lasting_values(component, registered.configuration)
    return RegisterComponent(component.TYPE, component.name, component.FLAVOR, configuration)


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
