"""Forms and panels for notebooks: what they do, they do by the commands of the session."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._cells import close_views
    from ._component_form import ComponentForm
    from ._open import open_view
    from ._registry_browser import RegistryBrowser
    from ._report_panel import ReportPanel
    from ._run_panel import RunPanel
    from ._secret_field import SecretField
    from ._stack_composer import StackComposer

__all__ = [
    "ComponentForm",
    "RegistryBrowser",
    "ReportPanel",
    "RunPanel",
    "SecretField",
    "StackComposer",
    "close_views",
    "open_view",
]

_ROOMS = {
    "ComponentForm": "._component_form",
    "RegistryBrowser": "._registry_browser",
    "ReportPanel": "._report_panel",
    "RunPanel": "._run_panel",
    "SecretField": "._secret_field",
    "StackComposer": "._stack_composer",
    "close_views": "._cells",
    "open_view": "._open",
}


def __getattr__(name: str) -> Any:
    """Import a view when it is asked for: ipywidgets takes its time."""
    if name not in _ROOMS:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_ROOMS[name], __name__), name)
