"""What `%load_ext` puts on a shell and `%unload_ext` takes away again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

from stack_magic.enums import MAGICS
from stack_magic.session import session

from ._completer import make_matcher
from ._errors import show_errors_briefly
from ._flavor_cell import FlavorCell, register_cell_flavors
from ._line_magic import LineMagic
from ._progress import progress_for, work_shown_on
from ._redefinition import Redefinition
from ._reloading import WholeReloads, follow_reloads, stop_following
from ._showing import LoadingCell, ShowEveryAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

    from stack_magic.session import OpenView, Session

_LOADED: WeakKeyDictionary[InteractiveShell, list[Callable[[], object]]] = WeakKeyDictionary()


def load(shell: InteractiveShell, open_view: OpenView | None = None) -> None:
    """Put everything on *shell*; loading twice is the same as once.

    Args:
        shell: The shell.
        open_view: Opens forms and panels; where *shell* is no kernel, nothing can.
    """
    if shell in _LOADED:
        return
    made = session()
    undo: list[Callable[[], object]] = []
    _LOADED[shell] = undo
    former, made.namespace = made.namespace, shell.user_ns
    undo.append(lambda: setattr(made, "namespace", former))
    loading = LoadingCell(shell)
    _on_cell_end(undo, shell, loading.ends)
    for name in MAGICS:
        _register(undo, shell, LineMagic(name, made, loading), "line", name)
    _register(undo, shell, FlavorCell(), "cell", "flavor")
    _put(undo, shell.input_transformers_cleanup, register_cell_flavors)
    _put(undo, shell.ast_transformers, ShowEveryAnswer())
    _put(undo, shell.Completer.custom_matchers, make_matcher(made))
    _put(undo, made.watchers, progress_for(shell))
    former_progress, made.progress = made.progress, work_shown_on(shell)
    undo.append(lambda: setattr(made, "progress", former_progress))
    if open_view is not None and hasattr(shell, "kernel"):
        former_views, made.open_view = made.open_view, open_view
        undo.append(lambda: setattr(made, "open_view", former_views))
    _show_in_cells(undo, made)
    undo.append(show_errors_briefly())
    redefinition = Redefinition(made)
    made.look_around = redefinition.look_around
    undo.append(lambda: setattr(made, "look_around", lambda: None))
    _on_cell_end(undo, shell, redefinition.after_cell)
    follow_reloads()
    undo.append(stop_following)
    _on_cell_end(undo, shell, follow_reloads)
    _on_cell_end(undo, shell, WholeReloads(shell, made).after_cell)


def _register(
    undo: list[Callable[[], object]],
    shell: InteractiveShell,
    function: LineMagic | FlavorCell,
    kind: Literal["line", "cell"],
    name: str,
) -> None:
    manager = shell.magics_manager
    former = manager.magics[kind].get(name)
    manager.register_function(function, magic_kind=kind, magic_name=name)

    def take_away() -> None:
        manager.magics[kind].pop(name, None)
        if former is not None:
            manager.magics[kind][name] = former

    undo.append(take_away)


def _on_cell_end(
    undo: list[Callable[[], object]], shell: InteractiveShell, hook: Callable[..., None]
) -> None:
    shell.events.register("post_run_cell", hook)
    undo.append(lambda: shell.events.unregister("post_run_cell", hook))


def _put(undo: list[Callable[[], object]], target: list[Any], item: object) -> None:
    target.append(item)
    undo.append(lambda: target.remove(item))


def _show_in_cells(undo: list[Callable[[], object]], made: Session) -> None:
    from IPython.display import display

    former, made.show = made.show, display
    undo.append(lambda: setattr(made, "show", former))


def unload(shell: InteractiveShell) -> None:
    """Leave *shell* as it was; what is registered stays in the session."""
    for take_away in reversed(_LOADED.pop(shell, [])):
        take_away()
