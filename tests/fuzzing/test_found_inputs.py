"""What fuzzing has found stays mended: `make faults` looks for more."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from tests.fuzzing.__main__ import TARGETS
from tests.fuzzing.target import tried

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fuzzing.target import Target


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_what_was_found_gives_a_result_or_an_error_with_a_way_out(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = target.found()
    assert found
    with patch.dict(os.environ):
        trial = target.begin(tmp_path)
        for value in found:
            tried(trial, value)
