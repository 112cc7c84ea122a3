"""Findings with their fixes: a button where the fix can be done at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from stack_magic.enums import MAGICS, Severity, StackComponentType
from stack_magic.errors import StackMagicError
from stack_magic.grammar import parse
from stack_magic.session import UpdateStack

from ._parts import button, close_all, column, html, set_class, span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stack_magic.session import Command
    from stack_magic.stack import Diagnostic

    from ._view import View

_OPEN = re.compile(r"\b(?:NAME|VALUE|FIELD|FLAVOR|OTHER\w*|CLASS|KEY)\b|…")
"""What a line leaves to the user."""

STYLES = {Severity.ERROR: "sm-bad", Severity.WARNING: "sm-warn", Severity.HINT: "sm-off"}
_EDGES = {Severity.ERROR: "", Severity.WARNING: "sm-is-warn", Severity.HINT: "sm-is-off"}


class Findings:
    """A list of diagnostics.

    Args:
        view: Carries out the fixes.
        choose: Puts a component into a slot of what is being composed; an empty name
            asks the user which one. None where nothing is.
    """

    def __init__(
        self, view: View, choose: Callable[[StackComponentType, str], object] | None = None
    ) -> None:
        self.widget = column()
        self._view = view
        self._choose = choose
        self._rows: dict[tuple[str, ...], Any] = {}

    def show(self, found: Sequence[Diagnostic]) -> None:
        """Show *found* in the place of what was shown.

        What is found again keeps its widgets: a click that is on its way is not lost.
        """
        read = {(d.severity.value, _sentence(d), d.fix): d for d in found}
        if tuple(read) == tuple(self._rows):
            return
        former = self._rows
        self._rows = {w: former[w] if w in former else self._row(d) for w, d in read.items()}
        self.widget.children = tuple(self._rows.values())
        for gone in former.keys() - self._rows.keys():
            close_all(former[gone])

    def _row(self, found: Diagnostic) -> Any:
        words = span(f"{found.severity.mark} {found.severity.value}", STYLES[found.severity])
        text = html(f"<b>{words}</b> {span(_sentence(found))}")
        parts = [text]
        act = self._act(found.fix) if found.fix else None
        if act is not None:
            parts.append(button(_label(found.fix), self._view.guarded(act), "sm-small"))
        elif found.fix:
            parts.append(html(f"fix: <code>{span(found.fix)}</code>"))
        made = column(parts, "sm-finding")
        if _EDGES[found.severity]:
            set_class(made, _EDGES[found.severity], on=True)
        return made

    def _act(self, fix: str) -> Callable[[object], object] | None:
        """Return what a click on a fix does, or None where the user has to type."""
        if fix.startswith("-"):
            option, _, name = fix.partition(" ")
            return self._choice(option, name)
        command = command_of(fix)
        if isinstance(command, UpdateStack) and self._choose is not None:
            kind, name = next(iter(command.slots.items()), (None, ""))
            return None if kind is None else self._choice(kind.short_option, name)
        if command is None or _OPEN.search(fix):
            return None
        return lambda _: self._view.apply(command)

    def _choice(self, option: str, name: str) -> Callable[[object], object] | None:
        kinds = {kind.short_option: kind for kind in StackComponentType}
        if self._choose is None or option not in kinds:
            return None
        choose, chosen = self._choose, "" if _OPEN.search(name) else name
        return lambda _: choose(kinds[option], chosen)


def _label(fix: str) -> str:
    """Return what the button of a fix says: what it does, or the line that it carries out."""
    name = fix.rpartition(" ")[2]
    if fix.startswith("%") and not fix.startswith("%stack update "):
        return f"Fix: {fix}"
    return "Choose one" if _OPEN.search(name) else f"Choose {name}"


def _sentence(found: Diagnostic) -> str:
    slot = found.subject.rpartition(".")[2]
    known = slot in {kind.value for kind in StackComponentType}
    subject = StackComponentType(slot).title if known else found.subject
    return f"{subject}: {found.message}"


def command_of(line: str) -> Command | None:
    """Return the command of a line such as `%stack up prod`, or None if it is none."""
    magic, _, rest = line.removeprefix("%").partition(" ")
    if not line.startswith("%") or magic not in MAGICS:
        return None
    try:
        return parse(magic, rest)
    except StackMagicError:
        return None
