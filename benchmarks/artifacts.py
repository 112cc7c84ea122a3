"""Large values through a step, over bare writing of the same value, as durably."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import sys
import tempfile
import time
import types
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import stack_magic
from stack_magic import pipeline, step

from .measure import Figure, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HELD = types.ModuleType("values_of_the_benchmark")
"""Holds the value of the step: one that the step reads itself would count with its code."""


@step(cache=False)
def make() -> Any:
    """Return the value."""
    return vars(sys.modules["values_of_the_benchmark"])["value"]


@pipeline
def made() -> None:
    """Make it."""
    make()


def _ours(value: Any) -> float:
    sys.modules[_HELD.__name__] = _HELD
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        session = stack_magic.Session()
        vars(_HELD)["value"] = None
        session.run_pipeline(made)  # makes the tables
        vars(_HELD)["value"] = value
        begin = time.perf_counter()
        session.run_pipeline(made)
        return time.perf_counter() - begin


def _limit(value: Any, write: Callable[[Any], bytes]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        content = write(value)
        hashlib.sha256(content).hexdigest()
        with (Path(folder) / "value").open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return time.perf_counter() - begin


def _parquet(frame: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.to_parquet(file)
    return file.getvalue()


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def figures() -> Iterator[Figure]:
    """Yield a figure for each value."""
    random = np.random.default_rng(0)
    words = np.array([f"word number {number}" for number in range(50_000)])
    numbers = pd.DataFrame({f"c{n}": random.normal(size=1_250_000) for n in range(10)})
    texts = pd.DataFrame({f"c{n}": words[random.integers(0, 50_000, 600_000)] for n in range(10)})
    values: dict[str, tuple[Any, Callable[[Any], bytes], str]] = {
        "100 MB of numbers as a data frame": (numbers, _parquet, "to_parquet, fsync, sha256"),
        "100 MB of texts as a data frame": (texts, _parquet, "to_parquet, fsync, sha256"),
        "100 MB of texts as objects": (texts.astype(object), _parquet, "to_parquet, fsync, sha256"),
        "1,000,000 ints": (list(range(1_000_000)), _json, "json.dumps, fsync, sha256"),
    }
    for name, (value, write, against) in values.items():
        seconds = compare(partial(_ours, value), partial(_limit, value, write), 5)
        yield Figure(f"{name} through a step", *seconds, 1.3, against)
