"""A run that another process has begun."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import sys
from stack_magic.metadata_stores import SqliteMetadataStore
store = SqliteMetadataStore(name="book", uri=sys.argv[1])
print(store.start_run("train", "lab", parameters={}, steps=["load"]).name, flush=True)
sys.stdin.read()
"""


def running_elsewhere(file: Path) -> subprocess.Popen[str]:
    """Return a process that has begun the run train-1, and goes on with it until its input ends."""
    command = [sys.executable, "-c", PROGRAM, str(file)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "train-1\n"
    return process
