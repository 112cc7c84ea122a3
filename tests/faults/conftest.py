"""A kernel that a test may kill."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.live_kernel import new_manager, stop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jupyter_client.manager import KernelManager


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KernelManager]:
    """Gives a running kernel in a folder of its own."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    manager = new_manager()
    manager.start_kernel(cwd=str(tmp_path))
    yield manager
    stop(manager)
