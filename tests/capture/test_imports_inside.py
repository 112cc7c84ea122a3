"""Import statements within functions: what their names stand for, and what threads share."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.capture import Digester, files_named

if TYPE_CHECKING:
    from collections.abc import Callable

    Cell = Callable[[str], dict[str, Any]]


def outside(cell: Cell, body: str) -> list[tuple[str, str]]:
    walk = Digester(imports=True).walk(cell(f"def main(x=1):\n{body}\n")["main"])
    return [(one.kind, one.name) for one in walk.outside]


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (" import os\n return os.environ['A']", [("environment", "A")]),
        (" import os as system\n return system.environ['A']", [("environment", "A")]),
        (" from os import environ\n return environ['A']", [("environment", "A")]),
        (" from os import path, getenv as ask\n return ask('A')", [("environment", "A")]),
        (" from os import getenv, path\n return getenv('A')", [("environment", "A")]),
        (" import os.path\n return os.environ['A']", [("environment", "A")]),
        (" import os.path as path\n return path.join('A', 'B')", []),
        (" import json, time\n return time.time()", [("clock", "time.time")]),
        (" import numpy.random as r\n return r.rand()", [("random", "numpy.random.rand")]),
        (" from time import time\n def inner():\n  return time()\n return inner()",
         [("clock", "time.time")]),
        (" import time\n json = x\n return json.time()", []),
        (" return x.environ['A']", []),
        (" import os\n return len(os.sep)", []),
    ],
)  # fmt: skip
def test_names_that_are_imported_inside_are_known(
    cell: Cell, body: str, read: list[tuple[str, str]]
) -> None:
    assert outside(cell, body) == read


def test_a_module_that_is_not_loaded_yet_is_known_by_its_name(
    cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "numpy"]:
        monkeypatch.delitem(sys.modules, name)
    body = " import numpy as np\n return np.random.rand(), np.array(x).sum()"
    assert outside(cell, body) == [("random", "numpy.random.rand")]
    assert "numpy" not in sys.modules


def test_a_file_that_a_module_imported_inside_reads_is_known(cell: Cell) -> None:
    body = " import numpy as np\n return np.load(x), np.load('y' + x)"
    walk = Digester(imports=True).walk(cell(f"import numpy\ndef main(x=1):\n{body}\n")["main"])
    assert [(one.kind, one.name) for one in files_named(walk)] == [("some file", "load")]


def test_a_function_of_very_many_names_is_read_to_its_end(cell: Cell) -> None:
    many = "\n".join(f" name_{number} = 'text {number}'" for number in range(300))
    assert outside(cell, f"{many}\n import os\n return os.environ['LAST']") == [
        ("environment", "LAST")
    ]


def test_true_is_not_one(cell: Cell) -> None:
    one, true = (
        cell(f"def main(): return open('d.csv', buffering={value})")["main"]
        for value in ("1", "True")
    )
    digests = {Digester().digest(function) for function in (one, true)}
    assert len(digests) == 2


@pytest.mark.parametrize(
    ("body", "shared"),
    [
        (" import random\n random.seed(1)", ("the seed of a generator",)),
        (" import random\n return random.random()", ("random.random",)),
        (" import numpy as np\n return np.random.rand()", ("numpy.random.rand",)),
        (" import numpy as np\n return np.random.default_rng(1).random()", ()),
        (" import uuid\n return uuid.uuid4()", ()),
        (" import time\n return time.time()", ()),
        (" import os\n os.environ['A'] = 'b'", ("os.environ",)),
        (" import os\n os.chdir('/')", ("os.chdir",)),
        (" import os\n return os.getcwd()", ()),
        (" from contextlib import redirect_stdout as to\n with to(x): pass",
         ("contextlib.redirect_stdout",)),
        (" import sys\n sys.stdout = x", ("what sys holds",)),
        (" import sys\n return sys.argv", ()),
        (" import sys\n x.stdout = sys", ()),
        (" import sys\n sys.stdout.write('a')", ()),
        (" import os\n os.sep = x", ()),
        (" return x.chdir('/')", ()),
    ],
)  # fmt: skip
def test_what_threads_share_is_known(cell: Cell, body: str, shared: tuple[str, ...]) -> None:
    assert Digester(imports=True).walk(cell(f"def main(x=1):\n{body}\n")["main"]).shared == shared
