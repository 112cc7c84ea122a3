"""The composer's card: how far the stack is, at a glance and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.display import safe_html
from stack_magic.enums import Severity, StackComponentType

from ._parts import span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.stack import Draft, Report, Slots, Snapshot

_SEGMENT = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.HINT: "ok"}


def pill(report: Report) -> str:
    """Return the verdict."""
    mark, style = ("✓", "sm-ok") if report.ok else ("✕", "sm-bad")
    if report.ok and report.warnings:
        mark, style = "▲", "sm-warn"
    return span(f"{mark} {report.verdict}", "sm-pill", style, role="status")


def card(draft: Draft, name: str, report: Report, known: Snapshot) -> str:
    """Return name, counts, a bar of ten segments, and what is chosen."""
    filled = [kind for kind in StackComponentType if kind in draft.slots]
    required = sum(kind.is_required for kind in filled)
    counts = f"{required}/3 required · {len(filled) - required}/7 optional"
    label = f"{required} of 3 required and {len(filled) - required} of 7 optional slots filled"
    chosen = "".join(_chosen(kind, draft.slots[kind], known) for kind in filled)
    nothing = f"<li>{span('nothing chosen yet')}</li>"
    return (
        f'<div class="sm-title">{safe_html(name or "no name yet")}</div>'
        f'<div class="sm-sub">{counts}</div>'
        f'<div class="sm-bar" role="img" aria-label="{label}">{_bar(draft, report)}</div>'
        f'<ul class="sm-list">{chosen or nothing}</ul>'
    )


def _bar(draft: Draft, report: Report) -> str:
    worst = {d.subject.rpartition(".")[2]: d.severity for d in reversed(report.diagnostics)}
    segments = []
    for kind in StackComponentType:
        style = "ok" if kind in draft.slots else ""
        style = _SEGMENT.get(worst[kind.value], style) if kind.value in worst else style
        segments.append(f'<i class="{style}" title="{safe_html(kind.title)}"></i>')
    segments.insert(3, '<i class="gap"></i>')
    return "".join(segments)


def _chosen(kind: StackComponentType, name: str, known: Snapshot) -> str:
    registered = known.components.get((kind, name))
    flavor = registered.component.FLAVOR if registered is not None else "not registered"
    return f"<li>{span(kind.title)} <span>{safe_html(name)} {span(flavor, 'sm-tag')}</span></li>"


def difference(before: Slots, after: Slots) -> list[str]:
    """Return in words how two choices of components differ."""
    lines = []
    for kind in StackComponentType:
        old, new = before.get(kind), after.get(kind)
        if old == new:
            continue
        lines.append(f"{kind.title}: {old or 'none'} → {new or 'none'}")
    return lines


def difference_html(lines: list[str]) -> str:
    """Return a difference as a list."""
    if not lines:
        return ""
    items = "".join(f"<li>{span(line)}</li>" for line in lines)
    return f'<div class="sm-section">Changes</div><ul class="sm-list">{items}</ul>'


def by_slot(report: Report) -> Mapping[str, list[object]]:
    """Return the findings by slot."""
    found: dict[str, list[object]] = {}
    for diagnostic in report.diagnostics:
        found.setdefault(diagnostic.subject.rpartition(".")[2], []).append(diagnostic)
    return found
