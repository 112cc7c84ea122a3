"""`%load_ext` in a fresh interpreter, over importing what it stands on."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

from .measure import Figure, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

_OURS = """
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.instance().run_line_magic("load_ext", "stack_magic")
"""
# `import pydantic` alone imports next to nothing; its model class is what one imports it for.
_LIMIT = """
import IPython, ipywidgets
from pydantic import BaseModel
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.instance()
"""


def _seconds(code: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begin


def figures() -> Iterator[Figure]:
    """Yield the figure."""
    ours, limit = compare(lambda: _seconds(_OURS), lambda: _seconds(_LIMIT), repeats=15)
    against = "a shell with IPython, ipywidgets and pydantic's BaseModel imported"
    yield Figure("`%load_ext`, fresh process", ours, limit, 1.3, against)
