"""A stack to be used: its references to secrets resolved, its state asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.enums import Severity
from stack_magic.errors import InvalidStackError, StackMagicError, UnknownNameError
from stack_magic.stack import (
    Diagnostic,
    Draft,
    Report,
    Stack,
    State,
    diagnose,
    secret_references,
    state_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.enums import StackComponentType
    from stack_magic.stack import Registered, SecretReference, Snapshot, StackComponent


def plain_stack(snapshot: Snapshot, name: str | None = None) -> Stack:
    """Return a registered stack, the active one by default, references as written."""
    chosen = snapshot.chosen(name)
    return Draft(chosen, snapshot.slots(chosen)).stack(snapshot)


def ready_stack(snapshot: Snapshot, name: str | None = None) -> Stack:
    """Return a registered stack whose references to secrets are resolved.

    Raises:
        InvalidStackError: The stack has errors, or secrets are missing: all of them.
    """
    chosen = snapshot.chosen(name)
    draft = Draft(chosen, snapshot.slots(chosen))
    report = diagnose(draft, snapshot)
    stack = draft.stack(snapshot)
    if report.ok:
        report = Report.of(chosen, missing_secrets(stack))
    if not report.ok:
        message = f"stack {chosen!r} cannot be used:\n{report.as_message()}"
        raise InvalidStackError(message, hint=f"%stack describe {chosen}", report=report)
    return stack.resolved()


def running_stack(snapshot: Snapshot, name: str | None = None) -> Stack:
    """Return a stack as `ready_stack` does, all of whose components run.

    Raises:
        InvalidStackError: As there, or some do not run.
    """
    stack = ready_stack(snapshot, name)
    idle = [
        f"{kind} {component.name} is {state}"
        for kind, component in stack.components.items()
        if (state := state_of(component)) is not State.RUNNING
    ]
    if idle:
        message = f"stack {stack.name!r} is not running: {'; '.join(idle)}"
        raise InvalidStackError(message, hint=f"%stack up {stack.name}")
    return stack


def named_component(snapshot: Snapshot, kind: StackComponentType, name: str | None) -> Registered:
    """Return the component of that name, or the active stack's."""
    active = snapshot.stacks[snapshot.active] if snapshot.active is not None else {}
    wanted = name or active.get(kind)
    if wanted is None:
        message = f"the active stack {snapshot.active} has no {kind}: give a NAME"
        raise UnknownNameError(message, hint=f"%{kind} list")
    return snapshot.component(kind, wanted)


def ready_component(
    snapshot: Snapshot, kind: StackComponentType, name: str | None = None
) -> StackComponent:
    """Return a component, the active stack's by default, its references resolved.

    The secrets are those of the active stack's secrets manager.

    Raises:
        InvalidStackError: Secrets are missing; each is named.
    """
    component = named_component(snapshot, kind, name).component
    if not secret_references(component):
        return component
    active = plain_stack(snapshot)
    stack = Stack.from_components(active.name, {**active.components, kind: component})
    if stack.secrets_manager is None:
        message = (
            f"{kind} {component.name!r} refers to secrets, and the active stack "
            f"{active.name} has no secrets manager"
        )
        hint = f"%stack update {active.name} -x NAME"
        raise InvalidStackError(message, hint=hint)
    report = Report.of(component.name, missing_secrets(stack, kind))
    if not report.ok:
        message = f"{kind} {component.name!r} cannot be used:\n{report.as_message()}"
        raise InvalidStackError(message, report=report)
    ready: StackComponent = stack.resolved().components[kind]
    return ready


def missing_secrets(stack: Stack, only: StackComponentType | None = None) -> Iterator[Diagnostic]:
    """Yield the references whose secret, or its key, the stack's secrets manager lacks.

    Each is told once, with all the components that hold it.
    """
    for reference, kinds in _references(stack).items():
        if only not in {None, *kinds}:
            continue
        reason = _why_missing(stack, reference)
        if reason is not None:
            where = f"{stack.name}.{kinds[0]}"
            others = f" (also in {', '.join(kinds[1:])})" if kinds[1:] else ""
            message = f"{reference}{others} cannot be resolved: {reason.message}"
            fix = _mending(stack, reference, reason)
            yield Diagnostic("secret-missing", Severity.ERROR, where, message, fix)


def _mending(stack: Stack, reference: SecretReference, reason: StackMagicError) -> str:
    """Return the line that makes a reference lead to something."""
    if not isinstance(reason, UnknownNameError):
        return reason.hint or ""
    name, key = reference
    known = name in stack.secrets_manager.get_all_secret_keys()
    return f"%secret {'update' if known else 'register'} {name} --{key}=@prompt"


def references_missing(stack: Stack) -> dict[str, list[str]]:
    """Return the keys that a stack refers to and its secrets manager lacks, by secret."""
    missing: dict[str, list[str]] = {}
    for reference in _references(stack):
        if isinstance(_why_missing(stack, reference), UnknownNameError):
            missing.setdefault(reference.secret, []).append(reference.key)
    return missing


def _references(stack: Stack) -> dict[SecretReference, list[StackComponentType]]:
    """Return each reference of a stack with the types of the components that hold it."""
    found: dict[SecretReference, list[StackComponentType]] = {}
    if stack.secrets_manager is None:
        return found  # a check has said so
    for kind, component in stack.components.items():
        held = [r for several in secret_references(component).values() for r in several]
        for reference in dict.fromkeys(held):
            found.setdefault(reference, []).append(kind)
    return found


def _why_missing(stack: Stack, reference: SecretReference) -> StackMagicError | None:
    try:
        stack.secrets_manager.get_secret(reference.secret).value(reference.key)
    except StackMagicError as error:
        return error
    return None
