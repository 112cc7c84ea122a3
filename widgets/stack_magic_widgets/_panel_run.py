"""A run in the cell that asks for it, watched in a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stack_magic.errors import StackMagicError

from ._run_panel import RunPanel

if TYPE_CHECKING:
    from stack_magic.pipelines import Run
    from stack_magic.session import RunPipeline, Session


def run_in_panel(command: Any, session: Session) -> Run:
    """Run what *command* asks for, shown in a panel, and return the run.

    Raises:
        RunFailedError: Steps failed; the run's card is shown.
    """
    from IPython.display import display

    plain: RunPipeline = command.without_panel()
    panel = RunPanel(plain, _upstream_of(plain, session), session)
    display(panel)
    try:
        run: Any = session.apply(plain, watchers=[panel])
    except Exception:
        if panel.run is not None:
            display(panel.run)
        raise
    return run  # type: ignore[no-any-return]


def _upstream_of(command: RunPipeline, session: Session) -> dict[str, tuple[str, ...]]:
    """Return the graph of what *command* runs, if its parameters allow to know it before."""
    try:
        graph = command.graph(session.world())
    except StackMagicError:
        return {}
    return {node.name: node.upstream for node in graph.nodes.values()}
