"""A stack to be used: its references to secrets resolved, its state asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.enums import Severity, StackComponentType
from stack_magic.errors import (
    FlavorFailedError,
    InUseError,
    InvalidStackError,
    StackMagicError,
    UnknownNameError,
)
from stack_magic.stack import (
    Diagnostic,
    Draft,
    Report,
    Stack,
    State,
    diagnose,
    is_up,
    secret_references,
    state_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from stack_magic.secrets import SecretReference
    from stack_magic.stack import Registered, Snapshot, StackComponent


STORES = (StackComponentType.METADATA_STORE, StackComponentType.ARTIFACT_STORE)
"""What has to be fine to look at a run."""


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


def ready_parts(
    snapshot: Snapshot, kinds: Collection[StackComponentType], name: str | None = None
) -> Stack:
    """Return some components of a stack to be used; the others need not be fine.

    Raises:
        InvalidStackError: Secrets that these refer to are missing.
    """
    stack = plain_stack(snapshot, name)
    wanted = {*kinds, StackComponentType.SECRETS_MANAGER}
    parts = {kind: c for kind, c in stack.components.items() if kind in wanted}
    return _with_secrets(Stack(stack.name, parts), f"stack {stack.name!r}")


def stopping_stack(snapshot: Snapshot, name: str | None = None) -> Stack:
    """Return a stack whose components are to be stopped: that must work however it is.

    The references of a component are resolved if they can be, and left as written if not.
    """
    stack = plain_stack(snapshot, name)
    parts = {kind: _resolved_if_it_can_be(stack, kind) for kind in stack.components}
    return Stack(stack.name, parts)


def _resolved_if_it_can_be(stack: Stack, kind: StackComponentType) -> StackComponent:
    keeper = StackComponentType.SECRETS_MANAGER
    parts = {k: c for k, c in stack.components.items() if k in {keeper, kind}}
    try:
        return Stack(stack.name, parts).resolved().components[kind]
    except Exception:  # noqa: BLE001 - a secrets manager is the user's code
        return stack.components[kind]


def _with_secrets(stack: Stack, subject: str) -> Stack:
    """Return *stack* with its references resolved, or say which lead nowhere."""
    report = Report.of(stack.name, missing_secrets(stack))
    if not report.ok:
        message = f"{subject} cannot be used:\n{report.as_message()}"
        raise InvalidStackError(message, report=report)
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
    keeper = active.secrets_manager
    if keeper is None:
        message = (
            f"{kind} {component.name!r} refers to secrets, and the active stack "
            f"{active.name} has no secrets manager"
        )
        raise InvalidStackError(message, hint=f"%stack update {active.name} -x NAME")
    stack = Stack(active.name, {keeper.TYPE: keeper, kind: component})
    ready = _with_secrets(stack, f"{kind} {component.name!r}")
    return ready.components[kind]


def stopping_component(
    snapshot: Snapshot, kind: StackComponentType, name: str | None = None
) -> StackComponent:
    """Return a component that is to be stopped: also one whose secrets are gone."""
    try:
        return ready_component(snapshot, kind, name)
    except StackMagicError:
        return named_component(snapshot, kind, name).component


def refuse_up(registered: Registered, snapshot: Snapshot) -> None:
    """Refuse to give up a component that has something to be taken down.

    Raises:
        InUseError: Nobody could stop it any more.
    """
    kind, name = registered.key
    if is_up(stopping_component(snapshot, kind, name)):
        message = f"{kind} {name!r} is up: what it has started would be left behind"
        raise InUseError(message, hint=f"%{kind} down {name} --force")


def refuse_findings(report: Report) -> None:
    """Refuse a stack on which there is an error or a warning: what `--strict` asks for.

    Raises:
        InvalidStackError: There is one; the message has all of them.
    """
    if report.errors or report.warnings:
        told = report.as_message(with_warnings=True)
        message = f"stack {report.subject!r} is {report.verdict}:\n{told}"
        hint = "without --strict, findings are shown and not raised"
        raise InvalidStackError(message, hint=hint, report=report)


def missing_secrets(stack: Stack, only: StackComponentType | None = None) -> Iterator[Diagnostic]:
    """Yield the references whose secret, or its key, the stack's secrets manager lacks.

    Each is told once, with all the components that hold it.
    """
    for reference, kinds in _references(stack).items():
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
    try:
        known = name in stack.secrets_manager.get_all_secret_keys()
    except Exception:  # noqa: BLE001 - a secrets manager is the user's code
        known = False
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
    keeper = stack.secrets_manager
    try:
        keeper.get_secret(reference.secret).value(reference.key)
    except StackMagicError as error:
        return error
    except Exception as error:  # noqa: BLE001 - it is the user's code, and may tell a secret
        message = f"get_secret of {keeper.name!r} raised {type(error).__name__}"
        hint = f"mend {type(keeper).__name__} and run its cell again"
        return FlavorFailedError(message, hint=hint)
    return None
