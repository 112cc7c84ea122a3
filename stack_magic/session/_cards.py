"""How flavors, components and stacks look: tables for several, a card for one."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from stack_magic.configuration import NotJsonError, json_text
from stack_magic.display import Command, Fields, Line, Table, Title
from stack_magic.enums import Origin, StackComponentType
from stack_magic.errors import ReferenceRefusedError
from stack_magic.secrets import (
    SECRETS,
    can_be_shown,
    holds_secret,
    is_open,
    is_secret_by_name,
    masked,
    why_secret,
)
from stack_magic.stack import (
    Draft,
    diagnose,
    notes_of,
    stale_fix,
)

from ._answers import Answer, counted, listed
from ._builtin_flavors import how_to_restore
from ._command import typed_text
from ._configuration import GIVEN_ELSEWHERE
from ._field_words import meaning_of, type_name
from ._references import Reference, parse_reference
from ._rooms import contract_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.display import Block
    from stack_magic.stack import Flavor, Registered, Snapshot, StackComponent


def flavor_list(kind: StackComponentType, snapshot: Snapshot) -> Answer:
    """Return the flavors of a type with origin, fields and how many use them."""
    names = snapshot.flavor_names(kind)
    if not names:
        first = (
            f"no {kind} flavors are registered; define a class and %{kind} flavor register CLASS"
        )
        return Answer((Line(first),), value=[])
    rows = tuple(_flavor_row(snapshot.flavors[kind, name], snapshot) for name in names)
    title = Title(f"{kind.title} flavors")
    table = Table(("flavor", "class", "origin", "components"), rows)
    return Answer((title, table), value=names)


def _flavor_row(flavor: Flavor, snapshot: Snapshot) -> tuple[str, ...]:
    users = sum(1 for _ in snapshot.components_of(flavor.key))
    return (flavor.name, flavor.cls.__name__, origin_of(flavor), str(users))


def origin_of(flavor: Flavor) -> str:
    """Return where a flavor comes from, in words."""
    if flavor.origin is Origin.MODULE:
        return f"module {flavor.cls.__module__}"
    return str(flavor.origin)


def _origin_on_card(flavor: Flavor) -> str:
    if flavor.replaces is None:
        return origin_of(flavor)
    return (
        f"{origin_of(flavor)}, in the place of the built-in one; {how_to_restore(flavor.replaces)}"
    )


def flavor_card(flavor: Flavor, snapshot: Snapshot) -> Answer:
    """Return everything about a flavor: fields, what it overrides, origin, users."""
    cls = flavor.cls
    summary = summary_of(cls)
    users = [r.component.name for r in snapshot.components_of(flavor.key)]
    facts = (
        ("class", cls.__name__),
        ("origin", _origin_on_card(flavor)),
        ("implements", listed(_implemented(cls), 13) or "nothing beyond its base"),
        ("contract", _contract_in_words(flavor.type)),
        ("components", listed(users) or "none"),
    )
    blocks: list[Block] = [Title(f"{flavor.type} flavor {flavor.name}")]
    if summary:
        blocks.append(Line(summary))
    blocks.append(Fields(facts))
    rows = tuple(_field_row(cls, name) for name in cls.model_fields if name not in GIVEN_ELSEWHERE)
    if rows:
        blocks.append(Table(("option", "type", "default", "meaning"), rows))
    secret = ", ".join(f"--{name} ({why})" for name, why in why_secret(cls).items())
    if secret:
        blocks.append(Fields((("secret", secret),)))
    return Answer(tuple(blocks), value=flavor.name)


def summary_of(cls: type[StackComponent]) -> str:
    """Return the first line of what a class says of itself."""
    return (inspect.getdoc(cls) or "").partition("\n")[0]


def _contract_in_words(kind: StackComponentType) -> str:
    promises = contract_of(kind).promises
    return f"{counted(len(promises), 'promise')}; %{kind} check NAME tries them"


def _implemented(cls: type[StackComponent]) -> list[str]:
    own = [c for c in cls.__mro__ if not c.__module__.startswith(("stack_magic", "pydantic"))]
    names = {n for c in own for n, v in vars(c).items() if inspect.isfunction(v)}
    return sorted(n for n in names if not n.startswith("_") and not hasattr(BaseModel, n))


def _field_row(cls: type[StackComponent], name: str) -> tuple[str, ...]:
    field = cls.model_fields[name]
    if field.is_required():
        default = "required"
    elif field.default is not PydanticUndefined and _is_hidden(cls, name, field.default):
        default = "hidden"
    elif field.default is PydanticUndefined:
        default = "made when needed"
    else:
        default = _shown(field.default)
    return (f"--{name}", type_name(field.annotation), default, meaning_of(field))


def shown_configuration(registered: Registered) -> dict[str, str]:
    """Return every field of a component as text: references as written, secrets masked."""
    component = registered.component
    shown: dict[str, str] = {}
    for name in type(component).model_fields:
        if name in GIVEN_ELSEWHERE:
            continue
        value = getattr(component, name)
        given = registered.configuration.get(name)
        if _is_hidden(type(component), name, value):
            shown[name] = _masked(given)
        elif name in component.shown_as:
            shown[name] = component.shown_as[name]
        else:
            shown[name] = "not set" if value is None else _shown(value, given)
    return shown


def _shown(value: Any, given: Any = None) -> str:
    """Return a value as text: what a validator has made of it may be no JSON.

    Then what was *given* for it is shown, or its type: its `repr` is the user's code.
    """
    try:
        return masked(json_text(value))
    except NotJsonError as error:
        return f"a {error.kind}" if given is None else masked(typed_text(given))


def _is_hidden(cls: type[StackComponent], name: str, value: Any) -> bool:
    """Whether a field's *value* is or may be a secret: of an open type, the value says it."""
    field = cls.model_fields[name]
    if isinstance(value, SECRETS) or holds_secret(value):
        return True
    if is_secret_by_name(cls, name):
        return bool(value)
    return is_open(field.annotation) and not can_be_shown(value)


def _masked(given: Any) -> str:
    reference = _as_reference(given)
    return "******" if reference is None else f"****** ({reference})"


def _as_reference(given: Any) -> Reference | None:
    try:
        reference = parse_reference(given)
    except ReferenceRefusedError:
        return None
    return reference if isinstance(reference, Reference) else None


def component_list(kind: StackComponentType, snapshot: Snapshot) -> Answer:
    """Return the components of a type with flavor, configuration and stacks."""
    names = snapshot.component_names(kind)
    if not names:
        first = f"no {kind} is registered; %{kind} register NAME --flavor=FLAVOR"
        return Answer((Line(first),), value=[])
    users = _users_by_component(kind, snapshot)
    rows = tuple(
        _component_row(snapshot.components[kind, name], users.get(name, [])) for name in names
    )
    columns = ("component", "flavor", "configuration", "stacks")
    more = f"%{kind} describe NAME shows one"
    heading = Title(
        f"{kind.title}s: {len(names)}" if kind.title[-1] != "y" else f"{kind.plural}: {len(names)}"
    )
    return Answer((heading, Table(columns, rows, more=more)), value=names)


def _users_by_component(kind: StackComponentType, snapshot: Snapshot) -> Mapping[str, list[str]]:
    users: dict[str, list[str]] = {}
    for stack, slots in snapshot.stacks.items():
        if kind in slots:
            users.setdefault(slots[kind], []).append(stack)
    return users


def _component_row(registered: Registered, stacks: list[str]) -> tuple[str, ...]:
    component = registered.component
    pairs = shown_configuration(registered)
    configuration = ", ".join(f"{k}={v}" for k, v in pairs.items() if v != "not set")
    mark = " ▲ stale" if registered.stale else ""
    return (
        component.name,
        component.FLAVOR + mark,
        _cut(configuration),
        listed(stacks, 3),
    )


def _cut(text: str, most: int = 120) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def component_card(registered: Registered, snapshot: Snapshot) -> Answer:
    """Return everything about a component, and what is notable about it."""
    component = registered.component
    kind = component.TYPE
    stacks = snapshot.stacks_with(registered.key)
    head: list[Block] = [
        Title(f"{kind} {component.name}"),
        Fields(
            (
                ("flavor", f"{component.FLAVOR} ({type(component).__name__})"),
                *shown_configuration(registered).items(),
                ("stacks", listed(stacks) or "none"),
            )
        ),
    ]
    flavor = snapshot.flavors.get(registered.flavor_key)
    head += [
        Line(f"stale: the present class refuses it: {reason}", mark="▲")
        for reason in registered.stale
    ]
    if registered.stale and flavor is not None:
        head.append(Command(stale_fix(registered, flavor.cls), label="fix:"))
    for found in notes_of(component):
        head.extend(found.blocks())
    return Answer(tuple(head), value=shown_configuration(registered))


def stack_list(snapshot: Snapshot) -> Answer:
    """Return the stacks with their components and verdicts."""
    used = [t for t in StackComponentType if any(t in s for s in snapshot.stacks.values())]
    columns = ("active", "stack", *(str(t) for t in used), "status")
    rows = []
    for name in sorted(snapshot.stacks):
        slots = snapshot.stacks[name]
        report = diagnose(Draft(name, slots), snapshot)
        active = "▶ active" if name == snapshot.active else ""
        status = f"{'✓' if report.ok else '✕'} {report.verdict}"
        rows.append((active, name, *(slots.get(t, "") for t in used), status))
    if not rows:
        hint = "no stacks are registered; %stack register NAME -o … -a … -m …"
        return Answer((Line(hint),), value=[])
    more = "%stack describe NAME shows one"
    title = Title(counted(len(rows), "stack"))
    return Answer((title, Table(columns, tuple(rows), more=more)), value=sorted(snapshot.stacks))


def stack_card(name: str, snapshot: Snapshot) -> Answer:
    """Return the ten slots of a stack and every finding with its fix."""
    slots = snapshot.slots(name)
    return draft_card(Draft(name, slots), snapshot)


def draft_card(draft: Draft, snapshot: Snapshot) -> Answer:
    """Return the ten slots of a stack that may not be registered."""
    report = diagnose(draft, snapshot)
    active = ", active" if draft.name == snapshot.active else ""
    title = Line(f"stack {draft.name}: {report.verdict}{active}", mark="✓" if report.ok else "✕")
    rows = tuple(_slot_row(kind, draft, snapshot) for kind in StackComponentType)
    filled = [kind for kind in StackComponentType if kind in draft.slots]
    required = sum(kind.is_required for kind in filled)
    counts = Line(f"{required}/3 required, {len(filled) - required}/7 optional")
    table = Table(("slot", "component", "flavor", "status"), rows)
    return Answer((title, counts, table), report, value=dict(draft.slots))


def _slot_row(kind: StackComponentType, draft: Draft, snapshot: Snapshot) -> tuple[str, ...]:
    name = draft.slots.get(kind)
    if name is None:
        status = "✕ required" if kind.is_required else "○ not used"
        return (kind.title, "", "", status)
    registered = snapshot.components.get((kind, name))
    if registered is None:
        return (kind.title, name, "", "✕ not registered")
    status = "▲ stale" if registered.stale else "✓ ready"
    if not registered.stale and notes_of(registered.component):
        status = "▲ see below"
    return (kind.title, name, registered.component.FLAVOR, status)
