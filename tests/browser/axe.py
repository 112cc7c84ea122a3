"""The rules of accessibility, as axe-core has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """Return what the views on a page break, each with the elements that do."""
    options: Any = {"runOnly": {"type": "tag", "values": _RULES}}
    found = Axe().run(page, context=".sm-root", options=options).response["violations"]
    return [
        f"{rule['id']}: {rule['help']}: {[node['html'][:200] for node in rule['nodes'][:5]]}"
        for rule in found
    ]
