from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.step_operators import StepJob, SubprocessStepOperator

if TYPE_CHECKING:
    from pathlib import Path

MakeJob = Callable[..., StepJob]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def said() -> list[str]:
    """The lines that a job logs."""
    return []


@pytest.fixture
def job(said: list[str]) -> MakeJob:
    """Returns a function that makes a job of Python code."""

    def make(code: str, payload: bytes = b"", **more: Any) -> StepJob:
        options = {"run": "train-1", "step": "fit", "log": said.append, **more}
        return StepJob(pipeline="train", arguments=("-c", code), payload=payload, **options)

    return make


@pytest.fixture
def operator() -> SubprocessStepOperator:
    return SubprocessStepOperator(name="elsewhere")
