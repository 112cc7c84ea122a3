"""Every finding on a stack, as it is now, with fixes to click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.session import ValidateStack
from stack_magic.session import session as this_session

from ._findings import Findings
from ._parts import column, copied_line, html, row, set_value, span
from ._stack_card import pill
from ._view import View

if TYPE_CHECKING:
    from stack_magic.display import Document
    from stack_magic.session import Session
    from stack_magic.stack import Report


class ReportPanel(View):
    """Shows the report on a stack, and follows what is changed.

    Args:
        stack: Name of the stack; the active one by default.
        session: Where it is registered; this kernel's session by default.

    Raises:
        UnknownNameError: There is no such stack.
    """

    def __init__(self, stack: str | None = None, *, session: Session | None = None) -> None:
        super().__init__(session or this_session())
        self.stack = self.session.registry.snapshot.chosen(stack)
        self._pill = html()
        self._findings = Findings(self)
        head = row((html(span(f"Stack {self.stack}", "sm-title")), self._pill), "sm-head")
        line = html(copied_line(str(ValidateStack(self.stack))))
        self.fill((head, column((self._findings.widget, self.message, line), "sm-pad")))
        self.refresh()
        self.follow_registry(self.refresh)

    @property
    def report(self) -> Report:
        """What is wrong now."""
        return self.session.preview(ValidateStack(self.stack))

    def refresh(self) -> None:
        """Show what is wrong now."""
        with self.lock:
            report = self.report
            set_value(self._pill, pill(report))
            self._findings.show(report.diagnostics)

    def document(self) -> Document:
        """Return the report."""
        return self.report.document()
