"""Fuzzing for a while: `python -m tests.fuzzing [--seconds 60] [TARGET ...]`.

What fails is made small, kept in `inputs/`, and told; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzzing.layouts import LAYOUTS
from tests.fuzzing.lines import LINES
from tests.fuzzing.references import REFERENCES
from tests.fuzzing.rows import ROWS
from tests.fuzzing.server_folders import SERVER_FOLDERS
from tests.fuzzing.target import tried

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fuzzing.target import Target

TARGETS = {target.name: target for target in (LINES, REFERENCES, LAYOUTS, SERVER_FOLDERS, ROWS)}
_AT_ONCE = settings(
    max_examples=300,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    print_blob=False,
    report_multiple_bugs=False,
)


def main() -> int:
    """Fuzz each target, and return whether something was found."""
    options = argparse.ArgumentParser(prog="python -m tests.fuzzing")
    options.add_argument("targets", nargs="*", default=list(TARGETS), metavar="TARGET")
    options.add_argument("--seconds", type=float, default=60, help="for each target")
    asked = options.parse_args()
    return max(int(_fuzzed(TARGETS[name], asked.seconds)) for name in asked.targets)


def _fuzzed(target: Target, seconds: float) -> bool:
    """Try *target* for a while; return whether it failed."""
    here = Path.cwd()
    in_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - quick
    with tempfile.TemporaryDirectory(dir=in_memory) as folder, patch.dict(os.environ):
        try:
            trial = target.begin(Path(folder))
            return _failed(target, trial, time.monotonic() + seconds)
        finally:
            os.chdir(here)


def _failed(target: Target, trial: Callable[[Any], None], end: float) -> bool:
    inputs = target.inputs()
    number, last = 0, None
    while time.monotonic() < end:

        @seed(int.from_bytes(os.urandom(8)))
        @_AT_ONCE
        @given(inputs)
        def once(value: Any) -> None:
            nonlocal number, last
            number, last = number + 1, value
            tried(trial, value)

        try:
            once()
        except Exception:  # noqa: BLE001 - whatever it is, it is a finding
            # The last one tried is the smallest that fails.
            target.keep(last)
            print(f"{target.name}: failed for {str(last)[:1000]}")
            traceback.print_exc()
            return True
    print(f"{target.name}: {number} inputs, nothing found")
    return False


if __name__ == "__main__":
    sys.exit(main())
