"""Checks: pure functions from a draft and a snapshot to diagnostics.

A check never raises, never does I/O, and yields all it finds. `Draft` is a stack as it
is being composed: slots may be empty, names may be unknown.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stack_magic.enums import Severity, StackComponentType
from stack_magic.errors import UnknownNameError, did_you_mean

from ._diagnostics import Diagnostic, Report
from ._rules import artifacts_known_twice, rules_on
from ._stack import Stack

if TYPE_CHECKING:
    from ._component import StackComponent
    from ._snapshot import Registered, Slots, Snapshot

_HERE = str(Path(__file__).parent)
_OF_CODE = (AttributeError, NameError, ImportError, TypeError)


@dataclass(frozen=True)
class Draft:
    """A stack that may not be whole: a name, and a component's name a slot."""

    name: str
    slots: Slots

    def stack(self, known: Snapshot) -> Stack:
        """Return the stack of those slots whose components are registered."""
        components = {
            kind: known.components[kind, name].component
            for kind, name in self.slots.items()
            if (kind, name) in known.components
        }
        return Stack.from_components(self.name, components)

    def finding(
        self,
        code: str,
        severity: Severity,
        kind: StackComponentType,
        message: str,
        fix: str,
    ) -> Diagnostic:
        """Return a diagnostic on one slot."""
        return Diagnostic(code, severity, f"{self.name}.{kind}", message, fix)


Check = Callable[[Draft, "Snapshot"], Iterator[Diagnostic]]


def required_slots_are_filled(draft: Draft, known: Snapshot) -> Iterator[Diagnostic]:
    """Every mandatory type has a component."""
    for kind in StackComponentType:
        if kind.is_required and kind not in draft.slots:
            message = f"needs one {kind}"
            names = known.component_names(kind)
            fix = f"{kind.short_option} {names[0] if len(names) == 1 else 'NAME'}"
            if draft.name in known.stacks:
                fix = f"%stack update {draft.name} {fix}"
            yield draft.finding("slot-empty", Severity.ERROR, kind, message, fix)


def components_are_registered(draft: Draft, known: Snapshot) -> Iterator[Diagnostic]:
    """Every filled slot names a registered component of the slot's type."""
    for kind, name in draft.slots.items():
        if (kind, name) in known.components:
            continue
        elsewhere = [t for t in StackComponentType if (t, name) in known.components]
        near = did_you_mean(name, known.component_names(kind))
        if elsewhere:
            message = f"{name!r} is an {elsewhere[0]}, not an {kind}"
            fix = f"%{kind} list"
        elif near:
            message = f"no {kind} is called {name!r}; did you mean {near!r}?"
            fix = f"{kind.short_option} {near}"
        else:
            message = f"no {kind} is called {name!r}"
            fix = f"%{kind} register {name} --flavor=FLAVOR"
        yield draft.finding("component-unknown", Severity.ERROR, kind, message, fix)


def components_fit_their_flavors(draft: Draft, known: Snapshot) -> Iterator[Diagnostic]:
    """A component that its flavor's present class refuses still is of the former class."""
    for kind, name in draft.slots.items():
        registered = known.components.get((kind, name))
        if registered is None or not registered.stale:
            continue
        reasons = "; ".join(registered.stale)
        message = (
            f"{name} is of a former definition of flavor {registered.flavor_key[1]}: {reasons}"
        )
        flavor = known.flavors.get(registered.flavor_key)
        fix = stale_fix(registered, flavor.cls) if flavor else f"%{kind} delete {name}"
        yield draft.finding("component-stale", Severity.WARNING, kind, message, fix)


def stale_fix(registered: Registered, present: type[StackComponent]) -> str:
    """Return the line that makes a stale component one of the flavor's *present* class."""
    kind, name = registered.key
    fields = present.model_fields
    refused = [reason.partition(" ")[0] for reason in registered.stale]
    wanted = [field for field in dict.fromkeys(refused) if field in fields]
    if wanted:
        values = " ".join(f"--{field}=VALUE" for field in wanted)
        return f"%{kind} update {name} {values}"
    gone = [key for key in registered.configuration if key not in fields]
    if gone:
        return f"%{kind} remove-attribute {name} {' '.join(f'--{key}' for key in gone)}"
    return f"%{kind} update {name} --FIELD=VALUE"


def components_agree(draft: Draft, known: Snapshot) -> Iterator[Diagnostic]:
    """What each component notes about itself, and asks of its stack."""
    stack = draft.stack(known)
    for kind, component in stack.components.items():
        yield from notes_of(component, f"{draft.name}.{kind}")
        try:
            for found in rules_on(component, stack):
                yield _typed_out(found, draft, known)
            validator = component.validator
            if validator is not None:
                for found in validator.validate(stack, owner=component.name):
                    yield _typed_out(found, draft, known)
        except UnknownNameError as error:
            # A validator that reads an empty slot: the slot's own finding says the rest.
            message = f"{component.name} could not check the stack: {error.message}"
            yield draft.finding("validator", Severity.ERROR, kind, message, error.hint or "")
        except Exception as error:  # noqa: BLE001 - a validator is the user's code
            message = f"the validator of {component.name} failed: {_told_of(error)}"
            fix = f"mend {type(component).__name__}.validator and run its cell again"
            yield draft.finding("validator-failed", Severity.ERROR, kind, message, fix)


def _typed_out(found: Diagnostic, draft: Draft, known: Snapshot) -> Diagnostic:
    """Return a finding whose fix, an option alone, is a line where the stack is registered."""
    if found.fix.startswith("-") and draft.name in known.stacks:
        return replace(found, fix=f"%stack update {draft.name} {found.fix}")
    return found


def _told_of(error: Exception) -> str:
    """Return what a user's code raised, and at which of its lines.

    What Python says of code is passed on; what code says itself may show a secret.
    """
    said = f": {error}" if isinstance(error, _OF_CODE) else ""
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [f for f in frames if not f.filename.startswith(_HERE)]
    where = f" at line {theirs[-1].lineno} in {theirs[-1].name}" if theirs else ""
    return f"{type(error).__name__}{said}{where}"


def notes_of(component: StackComponent, subject: str = "") -> list[Diagnostic]:
    """Return what *component* notes about itself; that it failed is a finding too."""
    notes: list[Diagnostic] = []
    try:
        for note in component.diagnostics():
            if not isinstance(note, Diagnostic):
                raise TypeError  # noqa: TRY301 - named below, like what the method raises
            notes.append(note)
    except Exception as error:  # noqa: BLE001 - the method is the user's code
        message = f"the diagnostics of {component.name} failed: {type(error).__name__}"
        fix = f"mend {type(component).__name__}.diagnostics and run its cell again"
        where = subject or component.name
        notes.append(Diagnostic("diagnostics-failed", Severity.ERROR, where, message, fix))
    return notes


def stores_are_paired(draft: Draft, known: Snapshot) -> Iterator[Diagnostic]:
    """What an artifact store holds is recorded in one place."""
    yield from artifacts_known_twice(draft.stack(known), known)


CHECKS: tuple[Check, ...] = (
    required_slots_are_filled,
    components_are_registered,
    components_fit_their_flavors,
    components_agree,
    stores_are_paired,
)


def mended(draft: Draft, known: Snapshot) -> Draft | None:
    """Return *draft* with the nearest choice in each bad slot, if that would be valid."""
    slots = dict(draft.slots)
    for kind in StackComponentType:
        names = known.component_names(kind)
        name = slots.get(kind)
        if (name is None and not kind.is_required) or name in names or not names:
            continue
        near = did_you_mean(name, names) if name else None
        slots[kind] = near or ("default" if "default" in names else names[0])
    better = Draft(draft.name, slots)
    return better if diagnose(better, known).ok else None


def diagnose(draft: Draft, known: Snapshot) -> Report:
    """Run every check on *draft*."""
    return Report.of(draft.name, (d for check in CHECKS for d in check(draft, known)))
