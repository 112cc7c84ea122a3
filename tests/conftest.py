"""Fixtures of tests in a real kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.live_kernel import live_kernel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.live_kernel import LiveKernel


@pytest.fixture(scope="module")
def module_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKernel]:
    with live_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        yield kernel


@pytest.fixture
def kernel(module_kernel: LiveKernel, tmp_path: Path) -> LiveKernel:
    """Return the module's kernel, begun anew, with the extension loaded."""
    module_kernel.fresh(tmp_path / "project")
    assert module_kernel.run("%load_ext stack_magic").ok
    return module_kernel
