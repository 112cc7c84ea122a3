"""From a command that asks for a view to the view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.session import (
    OpenBrowser,
    OpenComposer,
    OpenForm,
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
    if isinstance(command, OpenForm):
        from ._component_form import ComponentForm

        return ComponentForm(command.type, flavor=command.flavor, name=command.name)
    if isinstance(command, OpenComposer):
        from ._stack_composer import StackComposer

        return StackComposer(command.name)
    if isinstance(command, OpenBrowser):
        from ._registry_browser import RegistryBrowser

        return RegistryBrowser()
    if isinstance(command, OpenRunPanel):
        from ._run_panel import RunPanel

        return RunPanel.of_run(command.run, command.stack, session())
    if isinstance(command, RunInPanel):
        from ._panel_run import run_in_panel

        return run_in_panel(command, session())
    return instead()
