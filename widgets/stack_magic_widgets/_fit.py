"""Which components fit into a slot of a draft, and why the others do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.stack import Draft, diagnose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.enums import StackComponentType
    from stack_magic.stack import Registered, Snapshot

_EACH = 20
"""Components of a slot that are tried one by one; of more, one of each flavor is."""


def reasons_against(draft: Draft, kind: StackComponentType, known: Snapshot) -> dict[str, str]:
    """Return for each component of a type why it does not fit; empty where it does.

    It fits when the draft has no errors with it that it would not have with the slot
    empty.
    """
    candidates = {n: r for (t, n), r in known.components.items() if t is kind}
    rest = {t: name for t, name in draft.slots.items() if t is not kind}
    without = Draft(draft.name, rest)
    before = {d.message for d in diagnose(without, known).errors}
    tried: dict[str, str] = {}

    def reason(name: str, registered: Registered) -> str:
        flavor = registered.component.FLAVOR
        key = name if len(candidates) <= _EACH else flavor
        if key not in tried:
            tried[key] = _reason(Draft(draft.name, {**rest, kind: name}), before, known)
        return "made by a former definition of its flavor" if registered.stale else tried[key]

    return {name: reason(name, registered) for name, registered in sorted(candidates.items())}


def _reason(draft: Draft, before: set[str], known: Snapshot) -> str:
    errors = (d.message for d in diagnose(draft, known).errors)
    return next((message for message in errors if message not in before), "")


def options_of(
    reasons: Mapping[str, str], kind: StackComponentType, known: Snapshot, chosen: str
) -> list[tuple[str, str]]:
    """Return the options of a slot: none, those that fit, the others with the reason."""
    fitting = [name for name, reason in reasons.items() if not reason]
    others = [name for name, reason in reasons.items() if reason]
    options = [("— none —", "")]
    for name in (*fitting, *others):
        flavor = known.components[kind, name].component.FLAVOR
        words = f"{name} · {flavor}"
        reason = reasons[name]
        options.append((f"{words} — does not fit: {reason}" if reason else words, name))
    if chosen and chosen not in reasons:
        options.append((f"{chosen} — not registered", chosen))
    return options
