"""Cells of the notebooks that are looked at."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
CANARY = "hunter2-SEKRET"

LOAD = "%load_ext stack_magic"

SHELF = """%%flavor
import fsspec
from typing import ClassVar
from pydantic import Field, SecretStr
from stack_magic.artifact_stores import BaseArtifactStore

class Shelf(BaseArtifactStore):
    "Keeps artifacts in memory."
    FLAVOR: ClassVar[str] = "shelf"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {"shelf://"}
    shelves: int = Field(3, ge=1, le=9, description="How many there are")
    token: SecretStr | None = Field(None, description="Opens it")

    def filesystem(self):
        return fsspec.filesystem("memory")
"""

EVERY = f"""import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.widgets.conftest import Every
%artifact_store flavor register Every"""

PIPELINE = """import time
from stack_magic import pipeline, step

@step
def load() -> list[int]:
    print("loading three numbers")
    return [3, 1, 4]

@step
def average(numbers: list[int]) -> float:
    return sum(numbers) / len(numbers)

@pipeline
def first():
    average(load())
"""

SLOW = """import time, pathlib
from stack_magic import pipeline, step

@step
def begin() -> int:
    return 1

@step
def wait(number: int) -> int:
    print("waiting")
    while not pathlib.Path("go-on").exists():
        time.sleep(0.05)
    return number + 1

@pipeline
def slow():
    wait(begin())
"""
