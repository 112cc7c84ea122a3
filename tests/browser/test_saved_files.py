"""What stays in a saved notebook: the content of the views, and never a secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbclient import NotebookClient
from playwright.sync_api import expect

from tests.browser.cells import CANARY, LOAD, SHELF
from tests.browser.notebooks import notebooks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser.notebooks import Notebooks

FORM = "%artifact_store form top --flavor shelf"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebooks]:
    with notebooks("lab", tmp_path_factory.mktemp("saved"), keeps_widgets=True) as started:
        yield started


def test_a_file_with_its_widgets_holds_no_secret(lab: Notebooks) -> None:
    lab.open("saved", [LOAD, SHELF, FORM, "%stack compose", "%stack browse"])
    for number in range(5):
        lab.run(number)
    form = lab.output(2)
    form.get_by_label("path *").fill("shelf://top")
    box = form.get_by_label("token", exact=True)
    box.fill(CANARY)
    assert CANARY not in lab.save("saved")  # while it is being typed
    box.press("Enter")
    form.get_by_role("button", name="Register", exact=True).click()
    expect(form).to_contain_text("✓ registered artifact_store top")
    saved = lab.save("saved")
    assert CANARY not in saved
    assert str(lab.home) not in saved
    notebook = json.loads(saved)
    assert notebook["metadata"]["widgets"]  # the front end did keep them
    shown = [_text(output) for output in notebook["cells"][2]["outputs"]]
    assert "new artifact_store: top (flavor shelf)" in shown[0]
    assert "%artifact_store register top --flavor=shelf --path=shelf://top" in shown[1]
    assert "✓ registered artifact_store top" in shown[1]


def _text(output: dict[str, Any]) -> str:
    return "".join(output["data"]["text/plain"])


def test_a_notebook_that_a_program_runs_keeps_the_content(tmp_path: Path) -> None:
    cells = [LOAD, SHELF, FORM, "%stack compose", "%stack browse"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, resources=resources, store_widget_state=True).execute()
    written = nbformat.writes(notebook)
    assert str(tmp_path) not in written
    for number, words in ((2, "new artifact_store: top"), (3, "✕ required"), (4, "Registry:")):
        data = notebook.cells[number].outputs[0].data
        assert words in data["text/plain"]
        assert words in data["text/html"]
        assert "application/vnd.jupyter.widget-view+json" in data
