"""Commands on stacks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stack_magic.display import Line
from stack_magic.enums import Severity, StackComponentType
from stack_magic.errors import (
    InvalidStackError,
    LineError,
    NameTakenError,
    UnknownNameError,
)
from stack_magic.stack import (
    Draft,
    Report,
    Slots,
    Snapshot,
    check_name,
    diagnose,
    mended,
    refuse_no_text,
)

from ._answers import Answer, Change, done, listed, undone_by
from ._cards import draft_card
from ._command import NOTHING, line
from ._ready import missing_secrets, refuse_findings

if TYPE_CHECKING:
    from ._world import World


def _options(slots: Slots) -> list[str]:
    ordered = [kind for kind in StackComponentType if kind in slots]
    return [word for kind in ordered for word in (kind.short_option, slots[kind])]


def _accepted(sentence: str, draft: Draft, snapshot: Snapshot) -> Answer:
    """Return the card of *draft* under a sentence, or raise with every error."""
    for chosen in draft.slots.values():
        refuse_no_text(chosen)
    card = draft_card(draft, snapshot)
    if not card.report.ok:
        message = f"stack {draft.name!r} is not valid:\n{card.report.as_message()}"
        hint = _mending_line(draft, snapshot)
        raise InvalidStackError(message, hint=hint, report=card.report)
    return done(sentence, *card.blocks[1:], report=card.report, value=draft.name)


def _mending_line(draft: Draft, snapshot: Snapshot) -> str | None:
    """Return the line that would be accepted, with the nearest choice in each bad slot."""
    better = mended(draft, snapshot)
    if better is None:
        return None
    verb = "update" if draft.name in snapshot.stacks else "register"
    return line("stack", verb, draft.name, *_options(better.slots))


class RegisterStack(NamedTuple):
    """Compose a new stack.

    Attributes:
        slots: For each type, the name of a component.
        activate: Whether the stack becomes the active one.
        validate_only: Whether to show what would be, and register nothing.
        strict: Whether an error or a warning that would be shown is raised.
    """

    name: str
    slots: Slots = NOTHING
    activate: bool = False
    validate_only: bool = False
    strict: bool = False

    def __str__(self) -> str:
        flags = {
            "--set": self.activate,
            "--validate-only": self.validate_only,
            "--strict": self.strict,
        }
        given = [flag for flag, is_given in flags.items() if is_given]
        return line("stack", "register", self.name, *_options(self.slots), *given)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Diagnose the draft and register it when it has no errors."""
        name = check_name(self.name)
        if snapshot.stacks.get(name) == self.slots and not self.validate_only:
            return self._again(name, snapshot)
        if name in snapshot.stacks:
            message = f"stack {name!r} is already registered"
            hint = f"choose another name, or %stack update {name} -o … -a … -m …"
            raise NameTakenError(message, hint=hint)
        draft = Draft(name, self.slots)
        if self.validate_only:
            card = draft_card(draft, snapshot)
            if self.strict:
                refuse_findings(card.report)
            return Change(snapshot, card)
        answer = _accepted(f"registered stack {name}", draft, snapshot)
        answer = replace(answer, report=_with_secrets(answer.report, draft, snapshot, world))
        after = snapshot.with_stack(name, self.slots)
        if self.activate:
            after = replace(after, active=name)
        return Change(after, answer)

    def _again(self, name: str, snapshot: Snapshot) -> Change:
        """Return what running the same line again does: at most make the stack active."""
        sentence = f"stack {name} is already registered with these components"
        more = Line(f"%stack update {name} -a NAME changes it", indent=1)
        report = diagnose(Draft(name, self.slots), snapshot)
        after = replace(snapshot, active=name) if self.activate else snapshot
        return Change(after, done(sentence, more, report=report, value=name))


def _with_secrets(report: Report, draft: Draft, snapshot: Snapshot, world: World) -> Report:
    """Return *report* with the secrets that are still missing, as warnings."""
    if world.is_preview:
        return report  # to ask a secrets manager may take time, or ask the user
    found = missing_secrets(draft.stack(snapshot))
    warnings = [replace(d, severity=Severity.WARNING) for d in found]
    return Report.of(report.subject, [*report.diagnostics, *warnings])


class UpdateStack(NamedTuple):
    """Put other components into some slots of a stack.

    Attributes:
        removed: Slots that become empty.
    """

    name: str | None
    slots: Slots = NOTHING
    activate: bool = False
    removed: tuple[StackComponentType, ...] = ()

    def __str__(self) -> str:
        name = () if self.name is None else (self.name,)
        removed = [word for kind in self.removed for word in ("--remove", kind)]
        flags = ["--set"] * self.activate
        return line("stack", "update", *name, *_options(self.slots), *removed, *flags)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Diagnose the changed stack and keep it when it has no errors."""
        name = snapshot.chosen(self.name)
        if not self.slots and not self.removed:
            message = f"%stack update {name} needs at least one slot, such as -a NAME"
            raise LineError(message, hint=f"%stack describe {name}")
        both = [kind for kind in self.removed if kind in self.slots]
        if both:
            message = f"slot {both[0]} is filled and removed"
            raise LineError(message, hint="say one of both")
        _refuse_to_empty(self.removed, name, snapshot)
        slots = {**snapshot.slots(name), **self.slots}
        kept = {k: v for k, v in slots.items() if k not in self.removed}
        change = _reslotted(snapshot, name, kept, world)
        after = replace(change.after, active=name) if self.activate else change.after
        return replace(change, after=after)


class RemoveSlots(NamedTuple):
    """Empty some optional slots of a stack."""

    name: str | None
    types: tuple[StackComponentType, ...]

    def __str__(self) -> str:
        name = () if self.name is None else (self.name,)
        flags = [kind.short_option for kind in self.types]
        return line("stack", "remove-component", *name, *flags)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Diagnose the smaller stack and keep it when it has no errors."""
        name = snapshot.chosen(self.name)
        slots = snapshot.slots(name)
        if not self.types:
            message = f"%stack remove-component {name} needs at least one slot, such as -c"
            raise LineError(message, hint=f"%stack describe {name}")
        _refuse_to_empty(self.types, name, snapshot)
        kept = {k: v for k, v in slots.items() if k not in self.types}
        change = _reslotted(snapshot, name, kept, world)
        again = UpdateStack(name, {kind: slots[kind] for kind in self.types})
        if isinstance(change.answer, Answer):
            change = replace(change, answer=change.answer.followed_by(undone_by(again)))
        return change


def _refuse_to_empty(types: tuple[StackComponentType, ...], name: str, snapshot: Snapshot) -> None:
    """Refuse to empty slots that are required, or empty already.

    Raises:
        InvalidStackError: A type is required.
        UnknownNameError: The stack has no component of a type.
    """
    required = [kind for kind in types if kind.is_required]
    if required:
        verb = "is" if len(required) == 1 else "are"
        message = f"{listed(map(str, required))} {verb} required in stack {name!r}"
        fills = " ".join(f"{kind.short_option} NAME" for kind in required)
        hint = f"put another there: %stack update {name} {fills}"
        raise InvalidStackError(message, hint=hint)
    missing = [str(kind) for kind in types if kind not in snapshot.slots(name)]
    if missing:
        message = f"stack {name!r} has no {listed(missing)}"
        raise UnknownNameError(message, hint=f"%stack describe {name}")


def _reslotted(snapshot: Snapshot, name: str, slots: Slots, world: World) -> Change:
    draft = Draft(name, slots)
    answer = _accepted(f"updated stack {name}", draft, snapshot)
    answer = replace(answer, report=_with_secrets(answer.report, draft, snapshot, world))
    return Change(snapshot.with_stack(name, slots), answer)
