"""One server and one browser for each module of tests."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True, scope="session")
def _no_loop_of_others() -> Iterator[None]:
    """Playwright's loop stays this thread's own: kernels of other tests look for one."""
    yield
    asyncio.set_event_loop(None)
