"""One server and one browser for each module of tests."""

from __future__ import annotations

import asyncio
import os
from functools import cache
from typing import TYPE_CHECKING

import pytest

from . import browsers

if TYPE_CHECKING:
    from collections.abc import Iterator

WANTED = "no browser: apt install chromium, or python -m playwright install chromium"


@pytest.fixture(autouse=True, scope="session")
def _no_loop_of_others() -> Iterator[None]:
    """Playwright's loop stays this thread's own: kernels of other tests look for one."""
    yield
    asyncio.set_event_loop(None)


@cache
def _is_there() -> bool:
    return browsers.find() is not None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a browser where there is none; in CI, that fails."""
    if _is_there():
        return
    if os.environ.get("CI"):
        pytest.fail(WANTED, pytrace=False)
    pytest.skip(WANTED)
