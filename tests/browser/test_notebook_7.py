"""Notebook 7: the same views, the same clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.cells import LOAD, PIPELINE, SHELF
from tests.browser.notebooks import notebooks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.browser.notebooks import Notebooks


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebooks]:
    with notebooks("notebook", tmp_path_factory.mktemp("notebook7")) as started:
        yield started


def test_from_the_first_flavor_to_a_run(notebook: Notebooks) -> None:
    cells = [LOAD, SHELF, "%stack compose demo", PIPELINE, "%pipeline run first --panel"]
    notebook.open("seven", cells)
    notebook.run(0)
    notebook.run(1)
    composer = notebook.run(2)
    for slot in ("Orchestrator", "Metadata store"):
        chosen = composer.get_by_label(slot, exact=True)
        chosen.select_option(index=1)
    composer.get_by_role("button", name="+", exact=True).nth(1).click()
    composer.get_by_label("name *").fill("top_shelf")
    composer.get_by_label("flavor", exact=True).select_option(label="shelf")
    composer.get_by_label("path *").fill("shelf://top")
    composer.get_by_role("button", name="Register", exact=True).click()
    expect(composer).to_contain_text("✓ valid")
    composer.get_by_label("set active").check()
    notebook.shot("notebook7", composer)
    composer.get_by_role("button", name="Register stack").click()
    expect(composer).to_contain_text("✓ registered stack demo")
    notebook.run(3)
    expect(notebook.run(4)).to_contain_text("first-1 on stack demo")
    expect(notebook.output(4)).to_contain_text("✓ done in")
