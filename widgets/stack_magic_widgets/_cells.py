"""Which cell shows which views: those of a cell that runs again are closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython

if TYPE_CHECKING:
    from ._view import View


class _Cells:
    """The open views, by the cell that shows them."""

    def __init__(self) -> None:
        self._views: dict[str, list[View]] = {}
        self._shell: Any = None

    def opened(self, view: View) -> None:
        """Note that the cell that runs now shows *view*."""
        shell = get_ipython()
        if shell is None:
            return
        if self._shell is not shell:
            shell.events.register("pre_run_cell", self.cell_begins)
            self._shell = shell
        views = self._views.setdefault(_cell_of(shell), [])
        if view not in views:
            views.append(view)

    def cell_begins(self, *_: object) -> None:
        """Close the views of the cell that begins, and of cells that were deleted."""
        shell = get_ipython()
        for cell in (_cell_of(shell), *_metadata(shell).get("deletedCells", ())):
            for view in self._views.pop(cell, ()):
                view.close()

    def close_all(self) -> None:
        """Close every view, and hear of cells no more."""
        for views in list(self._views.values()):
            for view in views:
                view.close()
        self._views.clear()
        if self._shell is not None:
            self._shell.events.unregister("pre_run_cell", self.cell_begins)
            self._shell = None


CELLS = _Cells()


def _metadata(shell: Any) -> dict[str, Any]:
    return dict(_parent(shell).get("metadata", {}))


def _cell_of(shell: Any) -> str:
    """Return the id of the cell that runs; where the front end gives none, its text."""
    cell = _metadata(shell).get("cellId")
    if cell:
        return str(cell)
    return str(_parent(shell).get("content", {}).get("code", ""))


def _parent(shell: Any) -> dict[str, Any]:
    """Return the request that is being answered."""
    found: dict[str, Any] = getattr(shell, "get_parent", dict)()
    return found


def close_views() -> None:
    """Close every view that a cell shows."""
    CELLS.close_all()
