"""Print every figure as a Markdown table."""

from __future__ import annotations

import compileall
import os
import platform
import sys
from pathlib import Path

from . import (
    artifacts,
    digests,
    feature_stores,
    forms,
    graphs,
    kernels,
    keystrokes,
    loading,
    masking,
    model_deployers,
    pipelines,
    records,
    registering,
    step_operators,
)

# An installed package is compiled once; a checkout should not be measured compiling.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
compileall.compile_dir(Path(__file__).parents[1] / "stack_magic", quiet=1)

print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}\n")
print("| what | ours | limit | ratio | aim | the limit is |")
print("|---|---|---|---|---|---|")
MODULES = (
    kernels,
    loading,
    registering,
    digests,
    graphs,
    pipelines,
    records,
    artifacts,
    step_operators,
    model_deployers,
    feature_stores,
    forms,
    keystrokes,
    masking,
)
for module in MODULES:
    for figure in module.figures():
        print(figure.row())
        sys.stdout.flush()
