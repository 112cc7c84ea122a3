"""Define, compose and run MLOps stacks from notebook cells.

In a notebook, `%load_ext stack_magic` puts `%stack`, `%pipeline` and one magic for each
component type on the shell. The same in Python: `stack_magic.session()`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .enums import StackComponentType
from .errors import StackMagicError
from .pipelines import (
    CachePolicy,
    approval,
    log_artifact,
    log_metrics,
    log_params,
    pipeline,
    step,
)
from .session import Session, flavor, session
from .stack import Stack, StackComponent, StepContext, get_step_context

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

    from .display import Shown
    from .session import Command

__all__ = [
    "CachePolicy",
    "Session",
    "Stack",
    "StackComponent",
    "StackComponentType",
    "StackMagicError",
    "StepContext",
    "approval",
    "flavor",
    "get_step_context",
    "load_ipython_extension",
    "log_artifact",
    "log_metrics",
    "log_params",
    "pipeline",
    "session",
    "step",
    "unload_ipython_extension",
]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Run by `%load_ext stack_magic`: put the magics on the shell."""
    from .magics import load

    load(shell, _open_view)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Run by `%unload_ext stack_magic`: leave the shell as it was."""
    from .magics import unload

    unload(shell)
    if "stack_magic_widgets" in sys.modules:
        from stack_magic_widgets import close_views

        close_views()


def _open_view(command: Command, instead: Callable[[], Shown]) -> Shown:
    from stack_magic_widgets import open_view

    return open_view(command, instead)
