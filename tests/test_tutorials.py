"""The tutorials as they are committed; `make notebooks` runs and compares them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

TUTORIALS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def _code_cells(path: Path) -> list[Any]:
    notebook: Any = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_is_short_and_executed(path: Path) -> None:
    """A cell that was never executed would not be compared."""
    cells = _code_cells(path)
    assert 1 <= len(cells) <= 10
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_holds_no_widget_state_and_no_path(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "application/vnd.jupyter.widget" not in text
    outputs = str([cell.outputs for cell in _code_cells(path)])
    for trace in ("ipykernel_", "site-packages", str(Path.home())):
        assert trace not in outputs
