"""Rules on what may stand together in a stack, stated on properties of the components.

Pure. They are those of ZenML 0.8-0.13's validators that speak of local and remote, of
required types and of secrets, and those that its list of validators lacks; `is_local`,
`needs` and `only_with` of a component say what ZenML tied to names of flavors.
"""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any

from stack_magic.enums import Reach, Severity, StackComponentType
from stack_magic.secrets import REFERENCE, members, secret_reference

from ._diagnostics import Diagnostic
from ._resolving import UNRESOLVED, secret_references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._component import StackComponent
    from ._snapshot import Snapshot
    from ._stack import Stack

_T = StackComponentType
_FOR_STEPS = frozenset(
    {_T.ARTIFACT_STORE, _T.CONTAINER_REGISTRY, _T.EXPERIMENT_TRACKER, _T.FEATURE_STORE}
)
_MAYBE_FOR_STEPS = frozenset({_T.SECRETS_MANAGER, _T.MODEL_DEPLOYER, _T.ALERTER})
_REACHED_FROM: dict[StackComponentType, dict[Severity, frozenset[StackComponentType]]] = {
    _T.ORCHESTRATOR: {
        Severity.ERROR: _FOR_STEPS | {_T.METADATA_STORE},
        Severity.WARNING: _MAYBE_FOR_STEPS,
    },
    _T.STEP_OPERATOR: {Severity.ERROR: _FOR_STEPS, Severity.WARNING: _MAYBE_FOR_STEPS},
}
"""What the steps use that run where an orchestrator or a step operator lets them."""


def rules_on(component: StackComponent, stack: Stack) -> Iterator[Diagnostic]:
    """Yield what *component* breaks, or misses, in *stack*."""
    yield from _needed_types(component, stack)
    yield from _only_with(component, stack)
    yield from _reached_from_elsewhere(component, stack)
    yield from _secrets_are_kept(component, stack)
    yield from _references_are_whole(component, stack)


def _finding(code: str, severity: Severity, place: str, message: str, fix: str = "") -> Diagnostic:
    return Diagnostic(code, severity, place, message, fix)


def _needed_types(component: StackComponent, stack: Stack) -> Iterator[Diagnostic]:
    for kind in sorted(component.needs):
        if kind not in stack.components:
            message = f"needs one {kind} (asked by {component.name})"
            fix = f"{kind.short_option} NAME"
            place = f"{stack.name}.{kind}"
            yield _finding("component-required", Severity.ERROR, place, message, fix)


def _only_with(component: StackComponent, stack: Stack) -> Iterator[Diagnostic]:
    for kind, wanted in component.only_with.items():
        other = stack.components.get(kind)
        if other is None or _reach_of(other) is wanted:
            continue
        message = (
            f"{component.TYPE} {component.name} works only with a {wanted} {kind}, "
            f"and {other.name} is {_reach_of(other)}"
        )
        fix = f"{kind.short_option} NAME"
        place = f"{stack.name}.{kind}"
        yield _finding("works-only-with", Severity.ERROR, place, message, fix)


def _reach_of(component: StackComponent) -> Reach:
    return Reach.LOCAL if component.is_local else Reach.REMOTE


def _reached_from_elsewhere(runner: StackComponent, stack: Stack) -> Iterator[Diagnostic]:
    """Yield what steps that run on another machine could not reach."""
    if runner.TYPE not in _REACHED_FROM or runner.is_local:
        return
    for severity, kinds in _REACHED_FROM[runner.TYPE].items():
        for kind in sorted(kinds):
            other = stack.components.get(kind)
            if other is None or not other.is_local:
                continue
            where = f" ({other.local_path})" if other.local_path else ""
            message = (
                f"{other.name} is on this machine{where}, and {runner.TYPE} {runner.name} "
                "runs steps on others"
            )
            fix = f"{kind.short_option} NAME"
            yield _finding("not-reachable", severity, f"{stack.name}.{kind}", message, fix)


def _secrets_are_kept(component: StackComponent, stack: Stack) -> Iterator[Diagnostic]:
    references = secret_references(component)
    if not references:
        return
    place = f"{stack.name}.{component.TYPE}"
    fields = ", ".join(references)
    first = next(iter(references.values()))[0]
    if component.TYPE is _T.SECRETS_MANAGER:
        message = f"{component.name} cannot take {fields} from itself"
        fix = f"%{component.TYPE} update {component.name} --{next(iter(references))}=@prompt"
        yield _finding("secret-of-itself", Severity.ERROR, place, message, fix)
    elif _T.SECRETS_MANAGER not in stack.components:
        message = (
            f"{fields} of {component.name} refers to {first}, and the stack has no secrets manager"
        )
        fix = f"{_T.SECRETS_MANAGER.short_option} NAME"
        yield _finding("secrets-manager-missing", Severity.ERROR, place, message, fix)


def _references_are_whole(component: StackComponent, stack: Stack) -> Iterator[Diagnostic]:
    """Yield texts with a reference among other words, which stays as it is written."""
    for field, value in component:
        found = next((f for text in _texts(value) if (f := REFERENCE.search(text))), None)
        if found is not None and field not in {*UNRESOLVED, *component.shown_as}:
            message = (
                f"{field} of {component.name} has {found[0]} among other words, and only a whole "
                "value is a reference: it stays as it is written"
            )
            fix = f"%{component.TYPE} update {component.name} --{field}={found[0]}"
            place = f"{stack.name}.{component.TYPE}"
            yield _finding("reference-in-text", Severity.WARNING, place, message, fix)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str | PathLike) and secret_reference(value) is None:
        yield str(value)
    for item in members(value):
        yield from _texts(item)


def artifacts_known_twice(stack: Stack, known: Snapshot) -> Iterator[Diagnostic]:
    """Yield whether another stack pairs the artifact store with another metadata store.

    Lineage and cache of what lies in it are then in two places, and a pickle that only the
    other one has recorded is not loaded.
    """
    store = stack.components.get(_T.ARTIFACT_STORE)
    records = stack.components.get(_T.METADATA_STORE)
    if store is None or records is None:
        return
    others = {
        slots[_T.METADATA_STORE]: name
        for name, slots in sorted(known.stacks.items())
        if name != stack.name
        and slots.get(_T.ARTIFACT_STORE) == store.name
        and slots.get(_T.METADATA_STORE) not in {None, records.name}
    }
    for other, elsewhere in others.items():
        message = (
            f"{store.name} is used with metadata store {other} in stack {elsewhere}: "
            "what one has recorded, the other does not know"
        )
        place = f"{stack.name}.{_T.ARTIFACT_STORE}"
        yield _finding("artifacts-known-twice", Severity.HINT, place, message)
