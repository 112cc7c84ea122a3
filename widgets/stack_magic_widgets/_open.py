"""From a command that asks for a view to the view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stack_magic.session import (
    OpenBrowser,
    OpenComposer,
    OpenForm,
    OpenReport,
    OpenRunPanel,
    RunInPanel,
    session,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from stack_magic.display import Shown
    from stack_magic.session import Command


def open_view(command: Command, instead: Callable[[], Shown]) -> Shown:
    """Return the view that *command* asks for, or what to show *instead*."""
    opens = _OPENS.get(type(command))
    return instead() if opens is None else opens(command)


def _form(command: OpenForm) -> Shown:
    from ._component_form import ComponentForm

    return ComponentForm(command.type, flavor=command.flavor, name=command.name)


def _composer(command: OpenComposer) -> Shown:
    from ._stack_composer import StackComposer

    return StackComposer(command.name)


def _browser(_: OpenBrowser) -> Shown:
    from ._registry_browser import RegistryBrowser

    return RegistryBrowser()


def _report(command: OpenReport) -> Shown:
    from ._report_panel import ReportPanel

    return ReportPanel(command.name)


def _run_panel(command: OpenRunPanel) -> Shown:
    from ._run_panel import RunPanel

    return RunPanel.of_run(command.run, command.stack, session())


def _run_in_panel(command: RunInPanel) -> Shown:
    from ._panel_run import run_in_panel

    return run_in_panel(command, session())


_OPENS: dict[type, Callable[[Any], Shown]] = {
    OpenForm: _form,
    OpenComposer: _composer,
    OpenBrowser: _browser,
    OpenReport: _report,
    OpenRunPanel: _run_panel,
    RunInPanel: _run_in_panel,
}
