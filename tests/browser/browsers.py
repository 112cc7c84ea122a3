"""The browser of the tests: the one of this machine, or else one that is installed.

`python -m tests.browser.browsers` sees to it that there is one, as `make test` does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_KNOWN = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_APT = (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"])
_PLAYWRIGHT = ([sys.executable, "-m", "playwright", "install", "chromium"],)


def find() -> str | None:
    """Return the path of a browser that can be driven, or None."""
    found = next(filter(None, map(shutil.which, _KNOWN)), None)
    return found or _of_playwright()


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return os.fspath(path) if path.exists() else None


def install() -> str | None:
    """Install a browser in the first way that works here; return its path, or None."""
    is_root_of_debian = shutil.which("apt-get") is not None and os.geteuid() == 0
    for commands in (_APT, _PLAYWRIGHT) if is_root_of_debian else (_PLAYWRIGHT,):
        if all(_is_done(command) for command in commands) and (found := find()):
            return found
    return None


def _is_done(command: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"for the tests in a browser: {' '.join(command)}", flush=True)  # noqa: T201
    return subprocess.run(command, env=environment, check=False).returncode == 0


if __name__ == "__main__":
    print(f"browser: {find() or install() or 'none; the tests in a browser are skipped'}")  # noqa: T201
