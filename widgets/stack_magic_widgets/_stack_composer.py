"""Composes a stack with the hands: ten slots, and every problem while choosing."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Any

from ipywidgets import Checkbox, Text

from stack_magic.display import Command, Document, Fields, Line
from stack_magic.enums import Severity, StackComponentType
from stack_magic.session import (
    ActivateStack,
    RegisterStack,
    UpdateStack,
    ValidateStack,
    draft_card,
)
from stack_magic.session import (
    session as this_session,
)
from stack_magic.stack import Diagnostic, Draft, Report

from ._findings import Findings
from ._fit import options_of, reasons_against
from ._names import OF_THE_NAME, free_name
from ._parts import button, column, copied_line, html, made, row, set_value, span
from ._progress_lines import ProgressLines
from ._slot_row import SlotRow
from ._stack_card import by_slot, card, difference, difference_html, pill
from ._view import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from stack_magic.session import Command as Asked
    from stack_magic.session import Note, Session
    from stack_magic.stack import Slots, Snapshot


class StackComposer(View):
    """Composes a stack, or changes one.

    Args:
        name: A registered stack, to be changed, or the name of a new one.
        session: Where it is registered; this kernel's session by default.
    """

    def __init__(self, name: str | None = None, *, session: Session | None = None) -> None:
        super().__init__(session or this_session())
        snapshot = self.session.registry.snapshot
        self._base: Slots | None = snapshot.stacks.get(name or "")
        self._offered: Any = None
        self._uuids: dict[StackComponentType, Any] = {}
        self.report = Report("")
        self.rows = {kind: SlotRow(self, kind, self._changed) for kind in StackComponentType}
        self._make_widgets(name or "")
        for kind, chosen in (self._base or {}).items():
            self.rows[kind].offer([("— none —", ""), (chosen, chosen)], chosen)
        self.refresh()
        self.follow_registry(self.follow)

    def _make_widgets(self, name: str) -> None:
        self._name = made(Text, description="Stack name", value=name, placeholder="my_stack")
        self._name.disabled = self._base is not None
        self._name.observe(self.guarded(lambda _: self._changed()), "value")
        self._pill, self._card, self._changes, self._line = html(), html(), html(), html()
        self._findings = Findings(self, self.choose)
        self.act = button("Register stack", self.guarded(self._act), button_style="primary")
        self._activate = made(Checkbox, description="set active", value=False, indent=False)
        self._activate.observe(self.guarded(lambda _: self._changed()), "value")
        self.probe = button(
            "Probe",
            self.guarded(self._probe),
            "sm-small",
            tooltip="Ask the outside world too, once the stack is registered",
        )
        required = [kind for kind in StackComponentType if kind.is_required]
        optional = [kind for kind in StackComponentType if not kind.is_required]
        left = column(
            (*self._section("Required", required), *self._section("Optional", optional)), "sm-left"
        )
        right = column((self._card, self._changes, self._findings.widget, self._line), "sm-right")
        self.fill(
            (
                row((self._name, self._pill), "sm-head"),
                row((left, right), "sm-body"),
                row((self.act, self._activate, self.probe, self.message), "sm-foot"),
            )
        )

    def _section(self, title: str, kinds: list[StackComponentType]) -> Iterator[Any]:
        yield html(span(title, "sm-section"))
        for kind in kinds:
            yield from self.rows[kind].widgets

    # What is composed.

    @property
    def name(self) -> str:
        """The stack's name as it is typed."""
        return str(self._name.value).strip()

    @property
    def slots(self) -> Slots:
        """The name of the component in each filled slot."""
        return {kind: row.name for kind, row in self.rows.items() if row.name}

    def choose(self, kind: StackComponentType, name: str) -> None:
        """Put a component into a slot; an empty name leads the user there."""
        if name:
            self.rows[kind].choose(name)
        else:
            self.rows[kind].focus()

    def command(self) -> Asked:
        """Return the command that registers or changes the stack."""
        slots, activate = self.slots, bool(self._activate.value)
        if self._base is None:
            return RegisterStack(self.name, slots, activate)
        changed = {kind: name for kind, name in slots.items() if self._base.get(kind) != name}
        removed = tuple(kind for kind in self._base if kind not in slots)
        activate = activate and self.session.registry.snapshot.active != self.name
        if activate and not (changed or removed):
            return ActivateStack(self.name)
        return UpdateStack(self.name, changed, activate, removed)

    # What the user does.

    def _changed(self) -> None:
        with self.lock:
            self.say()
            self.refresh()

    def _act(self, _: object) -> None:
        with self.lock:
            command, name = self.command(), self.name
        answer = self.apply(command)
        with self.lock:
            self._base = self.session.registry.snapshot.stacks.get(name)
            self._name.disabled = self._base is not None
            self.refresh()
            self.say(answer.document().blocks[0])

    def _probe(self, _: object) -> None:
        command = ValidateStack(self.name, probe=True)
        self.probe.disabled = True

        def work() -> None:
            with self.errors_shown():
                report = self.apply(command, progress=self._progress)
                self.say(*report.document().blocks)
            with self.lock:
                self.refresh()

        # In a thread of its own: other clicks are answered while it waits.
        Thread(target=work, name="probe", daemon=True).start()

    def _progress(self, head: str, names: Sequence[str]) -> AbstractContextManager[Note]:
        return ProgressLines(self, head, names)

    # What is shown.

    def follow(self) -> None:
        """Take over what was registered or changed elsewhere; what was chosen stays."""
        with self.lock:
            snapshot = self.session.registry.snapshot
            self._follow_base(snapshot)
            self._follow_renamed(snapshot)
            for each in self.rows.values():
                each.follow()
            self.refresh()

    def _follow_base(self, snapshot: Snapshot) -> None:
        """Where the stack was changed elsewhere and not here, follow."""
        before, now = self._base, snapshot.stacks.get(self.name)
        if before is None or now is before:
            return
        for kind, each in self.rows.items():
            if each.name == before.get(kind, "") and now is not None:
                name = now.get(kind, "")
                each.offer([("— none —", ""), *(((name, name),) if name else ())], name)
        self._base = now
        self._name.disabled = now is not None

    def _follow_renamed(self, snapshot: Snapshot) -> None:
        for kind, each in self.rows.items():
            if not each.name or (kind, each.name) in snapshot.components:
                continue
            known = (
                (n, r.component.uuid) for (t, n), r in snapshot.components.items() if t is kind
            )
            name = next((n for n, uuid in known if uuid == self._uuids.get(kind)), None)
            if name is not None:
                each.offer([("— none —", ""), (name, name)], name)

    def refresh(self) -> None:
        """Show what fits, what is wrong, and the line."""
        snapshot, slots = self.session.registry.snapshot, self.slots
        self._offer(snapshot, slots)
        command = self.command()
        draft, found = Draft(self.name or "NAME", slots), self._found(command)
        self.report = Report.of(draft.name, found)
        slot_findings: Any = by_slot(self.report)
        for kind, each in self.rows.items():
            each.say(slot_findings.get(kind.value, ()))
        changes = difference(self._base, slots) if self._base is not None else []
        set_value(self._pill, pill(self.report))
        set_value(self._card, card(draft, self.name, self.report, snapshot))
        set_value(self._changes, difference_html(changes))
        self._findings.show(self.report.diagnostics)
        set_value(self._line, copied_line(self._typed(command)))
        activates = isinstance(command, ActivateStack)
        unchanged = self._base is not None and not changes and not activates
        self._enable(unchanged=unchanged)

    def _offer(self, snapshot: Snapshot, slots: Slots) -> None:
        """Offer in each slot what fits first; only when anything has changed."""
        now = (snapshot, dict(slots))
        if self._offered is not None and self._offered[0] is snapshot and self._offered[1] == slots:
            return
        self._offered = now
        for kind, each in self.rows.items():
            reasons = reasons_against(Draft("NAME", slots), kind, snapshot)
            each.offer(options_of(reasons, kind, snapshot, each.name), each.name)
            registered = snapshot.components.get((kind, each.name))
            if registered is not None:
                self._uuids[kind] = registered.component.uuid

    def _found(self, command: Asked) -> list[Diagnostic]:
        """Return everything that is wrong: with the name, and with the choice."""
        if not isinstance(command, RegisterStack):
            if isinstance(command, UpdateStack) and not (command.slots or command.removed):
                command = ValidateStack(self.name)
            return list(self.session.preview(command).diagnostics)
        name = command.name
        found = [d for d in self._preview(command) if d.code in OF_THE_NAME]
        if not name:
            found = [Diagnostic("name", Severity.ERROR, "name", "the stack needs one")]
        if not found:
            return list(self._preview(command))
        # With a name that is free, the choice is looked at all the same.
        free = free_name(self.session.registry.snapshot.stacks.__contains__)
        return [*found, *self._preview(command._replace(name=free))]

    def _preview(self, command: Asked) -> tuple[Diagnostic, ...]:
        return self.session.preview(command).diagnostics

    def _typed(self, command: Asked) -> str:
        if isinstance(command, RegisterStack) and not command.name:
            return str(command._replace(name="NAME"))
        if isinstance(command, UpdateStack) and not (command.slots or command.removed):
            return str(RegisterStack(self.name, self.slots))
        return str(command)

    def _enable(self, *, unchanged: bool) -> None:
        words = "Register stack" if self._base is None else "Update stack"
        if self.act.description != words:
            self.act.description = words
        disabled = unchanged or not self.report.ok
        if self.act.disabled is not disabled:
            self.act.disabled = disabled
        no_probe = self._base is None or self._base != self.slots
        if self.probe.disabled is not no_probe:
            self.probe.disabled = no_probe

    def document(self) -> Document:
        """Return the slots, what is wrong, the difference and the line."""
        with self.lock:
            snapshot = self.session.registry.snapshot
            draft = Draft(self.name or "NAME", self.slots)
            answer = draft_card(draft, snapshot)
            before = self._base
            changes = difference(before, draft.slots) if before is not None else []
            pairs = tuple(tuple(line.split(": ", 1)) for line in changes)
            more = (Line("changes:"), Fields(pairs)) if pairs else ()  # type: ignore[arg-type]
            found = self.report.blocks()
            return Document((*answer.blocks, *found, *more, Command(self._typed(self.command()))))

    def close(self) -> None:
        """Close the widgets, and forget the secrets."""
        for each in self.rows.values():
            each.close()
        super().close()
