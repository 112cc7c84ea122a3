"""JupyterLab in the dark, and in a narrow window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.cells import EVERY, LOAD, PIPELINE
from tests.browser.notebooks import notebooks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.browser.notebooks import Notebooks

NARROW = 760


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebooks]:
    with notebooks("lab", tmp_path_factory.mktemp("dark"), dark=True, width=NARROW) as started:
        yield started


def test_every_view_is_readable_in_the_dark_and_narrow(lab: Notebooks) -> None:
    cells = [
        LOAD,
        EVERY,
        PIPELINE,
        "%artifact_store form lake --flavor every",
        "%stack compose",
        "%stack browse",
        "%pipeline run first --panel",
    ]
    lab.open("dark", cells)
    for number in range(3):
        lab.run(number)
    for number, name in enumerate(("form", "composer", "registry", "run"), 3):
        view = lab.run(number)
        root = view.locator(".sm-root").first
        root.wait_for()
        lab.shot(f"{name}_dark", view)
        assert root.evaluate("e => e.scrollWidth <= e.clientWidth + 1"), f"{name} is cut off"
    assert violations(lab.page) == []


def test_a_drawer_opens_below_its_slot(lab: Notebooks) -> None:
    lab.open("drawer", [LOAD, "%stack compose"])
    lab.run(0)
    composer = lab.run(1)
    composer.get_by_role("button", name="+", exact=True).nth(1).click()
    expect(composer.get_by_label("path", exact=True)).to_be_visible()
    lab.shot("drawer_dark", composer)
    assert violations(lab.page) == []
