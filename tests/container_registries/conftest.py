"""A container registry in a folder, for the tests of the room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stack_magic.container_registries import OciLayoutContainerRegistry

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "registry"


@pytest.fixture
def registry(folder: Path) -> OciLayoutContainerRegistry:
    return OciLayoutContainerRegistry(name="r", uri=str(folder))
