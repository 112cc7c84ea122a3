"""From a key in the browser to the words below the field, beside a bare echo."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from .measure import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEYS = 50

_CELLS = [
    "%load_ext stack_magic",
    "%artifact_store form lake --flavor local",
    """import ipywidgets
box, echo = ipywidgets.Text(description="bare"), ipywidgets.HTML("nothing")
box.observe(lambda change: setattr(echo, "value", change.new), "value")
ipywidgets.VBox([box, echo])""",
]
# The page's own clock, from the event of the key to the change of the words.
_MEASURE = """([box, area]) => new Promise((resolve) => {
  const begin = performance.now();
  const watch = new MutationObserver(() => {
    watch.disconnect();
    resolve(performance.now() - begin);
  });
  watch.observe(area, {childList: true, subtree: true, characterData: true});
  box.value += 'x';
  box.dispatchEvent(new Event('input', {bubbles: true}));
})"""


def figures() -> Iterator[Figure]:
    """Yield the figure; none where there is no chromium."""
    if shutil.which("chromium") is None:
        return
    from tests.browser.notebooks import notebooks

    with (
        tempfile.TemporaryDirectory() as home,
        notebooks("lab", Path(home)) as lab,
    ):
        lab.open("keys", _CELLS)
        for number in range(len(_CELLS)):
            lab.run(number)
        form, bare = lab.output(1), lab.output(2)
        pairs = [
            (form.get_by_label("path"), form.locator(".sm-line").first.locator("..")),
            (bare.get_by_label("bare"), bare.locator(".widget-html-content").first),
        ]
        times: list[list[float]] = [[], []]
        for _ in range(_KEYS):
            for kept, (box, area) in zip(times, pairs, strict=True):
                handles = [box.element_handle(), area.element_handle()]
                kept.append(lab.page.evaluate(_MEASURE, handles) / 1000)
                lab.page.wait_for_timeout(30)  # a hand's pause
    ours, limit = map(statistics.median, times)
    name = "from a key to the words below, in JupyterLab (aim under 60 ms)"
    yield Figure(name, ours, limit, 1.5, "a bare ipywidgets Text that is echoed, in the same page")
