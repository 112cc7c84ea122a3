"""A real JupyterLab or Notebook 7 with a real browser, for tests of what people see."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from playwright.sync_api import expect, sync_playwright

from . import browsers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Locator, Page

LIMIT = 60.0
"""Seconds that anything may take before a test fails."""

SHOTS = Path(__file__).parents[2] / "build" / "screenshots"
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_STATE = """() => {
  const app = window.jupyterapp, now = app && app.shell.currentWidget;
  const context = now && (now.sessionContext || (now.context && now.context.sessionContext));
  const kernel = context && context.isReady && context.session && context.session.kernel;
  return kernel ? `${kernel.connectionStatus}:${kernel.status}` : 'none';
}"""
_SETTINGS: dict[str, dict[str, Any]] = {
    "apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
}
HEAD = "%load_ext stack_magic"

expect.set_options(timeout=LIMIT * 500)


class Notebooks:
    """A front end with its server, and the page that shows it."""

    def __init__(self, app: str, home: Path, page: Page, url: str) -> None:
        self.app = app
        self.home = home
        self.page = page
        self.url = url
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    # Notebooks.

    def open(self, name: str, cells: Sequence[str]) -> None:
        """Make the notebook *name* of *cells*, and open it with a kernel that is ready."""
        made = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        self.path(name).write_text(nbformat.writes(made))
        self.show(name)

    def show(self, name: str) -> None:
        """Open a notebook that is there."""
        where = f"lab/tree/{name}.ipynb?reset" if self.app == "lab" else f"notebooks/{name}.ipynb"
        self.page.goto(f"{self.url}/{where}", wait_until="domcontentloaded")
        self.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=LIMIT * 1000)
        if self.app == "lab":
            self._hide_side_bar()
        self.wait_for_kernel()

    def path(self, name: str) -> Path:
        return self.home / "notebooks" / f"{name}.ipynb"

    def wait_for_kernel(self) -> None:
        """Wait until the kernel says that it is idle, over a connection that stands."""
        end = time.monotonic() + LIMIT
        while self.page.evaluate(_STATE) != "connected:idle":
            assert time.monotonic() < end, self.page.evaluate(_STATE)
            self.page.wait_for_timeout(50)  # the page's own clock: its events go on

    def command(self, name: str) -> None:
        """Carry out a command of the front end, to its end."""
        self.page.evaluate("n => window.jupyterapp.commands.execute(n).then(() => true)", name)

    def run(self, number: int) -> Locator:
        """Run a cell to its end and return its output."""
        self.page.evaluate(
            """number => {
              const notebook = window.jupyterapp.shell.currentWidget.content;
              notebook.activeCellIndex = number;
              notebook.deselectAll();
            }""",
            number,
        )
        self.command("notebook:run-cell")
        return self.output(number)

    def start(self, number: int) -> Locator:
        """Run a cell without waiting for its end."""
        self.page.evaluate(
            """number => {
              const notebook = window.jupyterapp.shell.currentWidget.content;
              notebook.activeCellIndex = number;
              notebook.deselectAll();
              window.jupyterapp.commands.execute('notebook:run-cell');
            }""",
            number,
        )
        return self.output(number)

    def output(self, number: int) -> Locator:
        cells = self.page.locator(".jp-Notebook .jp-Cell")
        return cells.nth(number).locator(".jp-Cell-outputArea")

    def save(self, name: str) -> str:
        """Save the notebook and return the text of its file."""
        before = self.path(name).stat().st_mtime_ns
        self.command("docmanager:save")
        end = time.monotonic() + LIMIT
        while self.path(name).stat().st_mtime_ns == before:
            assert time.monotonic() < end, "the notebook was not saved"
            self.page.wait_for_timeout(50)
        return self.path(name).read_text()

    def shot(self, name: str, where: Locator | None = None) -> Path:
        """Keep a picture to look at; the folder is not a part of the project."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        (where or self.page).screenshot(path=str(path))
        return path

    def _hide_side_bar(self) -> None:
        bar = self.page.locator("#jp-left-stack")
        if bar.is_visible():
            self.command("application:toggle-left-area")


@contextmanager
def notebooks(
    app: str, home: Path, *, dark: bool = False, keeps_widgets: bool = False, width: int = 1280
) -> Iterator[Notebooks]:
    """Start `lab` or `notebook` in *home*, and a browser on it."""
    folder = home / "notebooks"
    folder.mkdir(parents=True)
    settings = _SETTINGS | {
        "apputils-extension/themes": {"theme": f"JupyterLab {'Dark' if dark else 'Light'}"},
    }
    for name, content in settings.items():
        _write_setting(home, f"@jupyterlab/{name}", content)
    _write_setting(home, "@jupyter-widgets/jupyterlab-manager/plugin", {"saveState": keeps_widgets})
    with _served(app, home, folder) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browsers.find(), args=_ARGUMENTS)
        size: Any = {"width": width, "height": 1000}
        context = browser.new_context(viewport=size)
        try:
            yield Notebooks(app, home, context.new_page(), url)
        finally:
            browser.close()


def _write_setting(home: Path, name: str, content: dict[str, Any]) -> None:
    path = home / "config" / "lab" / "user-settings" / f"{name}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


@contextmanager
def _served(app: str, home: Path, folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "run"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    command = [
        sys.executable,
        "-m",
        "jupyterlab" if app == "lab" else "notebook",
        f"--ServerApp.port={port}",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.open_browser=False",
        "--ServerApp.allow_root=True",
        "--IdentityProvider.token=",
        "--ServerApp.password=",
        "--ServerApp.disable_check_xsrf=True",
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.log_level=WARN",
        "--expose-app-in-browser",
    ]
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=log, stderr=log, cwd=folder
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(server, url, home / "server.log")
            yield url
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(LIMIT)


def _wait_for(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + LIMIT
    while server.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{url}/api/status", timeout=2).close()  # noqa: S310 - loopback
        except OSError:
            time.sleep(0.1)  # nothing tells when a server begins to listen
        else:
            return
    raise AssertionError(log.read_text())
