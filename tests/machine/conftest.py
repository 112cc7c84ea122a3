from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NOBODY = 65534


@pytest.fixture
def ordinary_user(tmp_path: Path) -> Iterator[None]:
    """Lets the test be a user whom the rights of files concern, in the test's folder."""
    if os.geteuid() != 0:
        yield
        return
    folders = [folder for folder in (tmp_path, *tmp_path.parents) if folder.owner() == "root"]
    modes = {folder: folder.stat().st_mode for folder in folders if folder.parent != folder}
    for folder, former in modes.items():
        folder.chmod(former | 0o111)
    os.chown(tmp_path, _NOBODY, _NOBODY)
    os.seteuid(_NOBODY)
    yield
    os.seteuid(0)
    for folder, former in modes.items():
        folder.chmod(former)
