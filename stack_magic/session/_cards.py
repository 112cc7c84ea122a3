"""How components and stacks look: tables for several, a card for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.display import Command, Fields, Line, Table, Title
from stack_magic.enums import StackComponentType
from stack_magic.stack import (
    Draft,
    diagnose,
    notes_of,
    stale_fix,
)

from ._answers import Answer, counted, listed
from ._shown_values import shown_configuration
from ._trust_commands import whose_pickles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.display import Block
    from stack_magic.stack import Registered, Snapshot


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
                *whose_pickles(component).items(),
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
