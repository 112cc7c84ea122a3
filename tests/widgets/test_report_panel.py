"""The panel of a report: what is wrong now, and what mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from stack_magic.enums import Severity, StackComponentType
from stack_magic.session import UpdateStack
from stack_magic.stack import Diagnostic
from stack_magic_widgets import ReportPanel
from tests.sample_flavors import Pager
from tests.widgets.hands import shown_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack_magic.session import Session

ALERTER = StackComponentType.ALERTER


class Idle(Pager):
    """Asks to be taken out."""

    FLAVOR: ClassVar[str] = "idle"

    def diagnostics(self) -> Iterator[Diagnostic]:
        fix = "%stack remove-component default -al"
        yield Diagnostic("idle", Severity.WARNING, self.name, "has nothing to do", fix)


def test_a_finding_comes_and_its_fix_takes_it_away(session: Session) -> None:
    panel = ReportPanel(session=session)
    assert "✓ valid" in shown_by(panel)
    session.register_flavor(Idle)
    session.register_component("alerter", "lazy", flavor="idle")
    session.apply(UpdateStack("default", {ALERTER: "lazy"}))
    assert "has nothing to do" in shown_by(panel)
    assert "▲ valid, 1 warning" in shown_by(panel)
    fix: Any = panel._findings.widget.children[0].children[1]
    assert fix.description == "Fix: %stack remove-component default -al"
    fix.click()
    assert "✓ valid" in shown_by(panel)
    assert panel.acts == ["%stack remove-component default -al"]
    assert "default is valid" in repr(panel)
