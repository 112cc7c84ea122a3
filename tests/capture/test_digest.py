from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.capture import Digester, capture

if TYPE_CHECKING:
    from pathlib import Path

Cell = Callable[[str], dict[str, Any]]

# What is there first; the cell that runs next; whether main's digest changes.
CASES = {
    "itself": ("def main(): return 1", "def main(): return 2", True),
    "comment": ("def main(): return 1", "# so\ndef main():\n\n  return 1 # so", False),
    "docstring": (
        "def main():\n 'One.'\n return [None, 1]",
        "def main():\n 'Two.'\n return [None, 1]",
        False,
    ),
    "other cell": ("def main(): return 1", "x = 3", False),
    "same again": ("K = [1000, {'a'}]\ndef main(): return K", "K = [1000, {'a'}]", False),
    "constant": ("K = 1\ndef main(): return K", "K = 2", True),
    "type of constant": ("K = 1\ndef main(): return K", "K = True", True),
    "attribute of that name": ("mean = 1\ndef main(x): return x.mean()", "mean = 2", False),
    "helper": ("def h(): return 1\ndef main(): return h()", "def h(): return 2", True),
    "helper of helper": (
        "def g(): return 1\ndef h(): return g()\ndef main(): return h()",
        "def g(): return 2",
        True,
    ),
    "mutual recursion": (
        "def a(): return b()\ndef b(): return a() or K\nK = 1\ndef main(): return a()",
        "K = 2",
        True,
    ),
    "lambda": ("f = lambda x: x + 1\ndef main(): return f(1)", "f = lambda x: x + 2", True),
    "partial": (
        (
            "from functools import partial\ndef h(x): return x\n"
            "p = partial(h, 1)\ndef main(): return p()"
        ),
        "p = partial(h, 2)",
        True,
    ),
    "behind a partial": (
        (
            "from functools import partial\ndef h(x): return x\n"
            "p = partial(h, 1)\ndef main(): return p()"
        ),
        "def h(x): return -x\np = partial(h, 1)",
        True,
    ),
    "closure": (
        "def make(n):\n def inner(): return n\n return inner\nf = make(1)\ndef main(): return f()",
        "f = make(2)",
        True,
    ),
    "decorator": (
        (
            "def twice(f):\n def g(): return 2 * f()\n return g\n"
            "@twice\ndef h(): return 1\ndef main(): return h()"
        ),
        "def twice(f):\n def g(): return f() * 3\n return g\n@twice\ndef h(): return 1",
        True,
    ),
    "cached function": (
        "from functools import cache\n@cache\ndef h(): return 1\ndef main(): return h()",
        "@cache\ndef h(): return 2",
        True,
    ),
    "step": (
        "from stack_magic.pipelines import step\n@step\ndef h(): return 1\ndef main(): return h()",
        "@step\ndef h(): return 2",
        True,
    ),
    "step, another option": (
        "from stack_magic.pipelines import step\n@step\ndef h(): return 1\ndef main(): return h()",
        "@step(cache=False)\ndef h(): return 1",
        False,
    ),
    "function in a table": (
        "def h(): return 1\nT = {'h': [h]}\ndef main(): return T['h'][0]()",
        "def h(): return 2\nT = {'h': [h]}",
        True,
    ),
    "default": ("K = 1\ndef main(x=K): return x", "def main(x=2): return x", True),
    "nested": ("K = 1\ndef main(): return [K for _ in range(2)]", "K = 2", True),
    "method": (
        "class A:\n def f(self): return 1\ndef main(): return A().f()",
        "class A:\n def f(self): return 2",
        True,
    ),
    "comment in a class": (
        "class A:\n def f(self): return 1\ndef main(): return A().f()",
        "class A:\n  # so\n  def f(self):\n    return 1",
        False,
    ),
    "helper of a method": (
        "def h(): return 1\nclass A:\n def f(self): return h()\ndef main(): return A().f()",
        "def h(): return 2",
        True,
    ),
    "base class": (
        "class B:\n x = 1\nclass A(B): pass\ndef main(): return A.x",
        "class B:\n x = 2\nclass A(B): pass",
        True,
    ),
    "local of that name in a method": (
        "class A:\n def f(self):\n  x = 1\n  return x\nx = 1\ndef main(): return A().f()",
        "x = 2",
        False,
    ),
    "data class": (
        (
            "from dataclasses import dataclass\n@dataclass\nclass A:\n x: int = 1\n"
            "def main(): return A()"
        ),
        "@dataclass\nclass A:\n x: int = 2",
        True,
    ),
    "data class again": (
        (
            "from dataclasses import dataclass\n@dataclass\nclass A:\n x: int = 1\n"
            "def main(): return A()"
        ),
        "@dataclass\nclass A:\n x: int = 1",
        False,
    ),
    "frozen data class": (
        (
            "from dataclasses import dataclass\n@dataclass\nclass A:\n x: int = 1\n"
            "def main(): return A()"
        ),
        "@dataclass(frozen=True)\nclass A:\n x: int = 1",
        True,
    ),
    "default factory": (
        (
            "from dataclasses import dataclass, field\n@dataclass\nclass A:\n"
            " x: list = field(default_factory=lambda: [1])\ndef main(): return A()"
        ),
        "@dataclass\nclass A:\n x: list = field(default_factory=lambda: [2])",
        True,
    ),
    "model": (
        "from pydantic import BaseModel\nclass A(BaseModel):\n x: int = 1\ndef main(): return A()",
        "class A(BaseModel):\n x: int = 2",
        True,
    ),
    "model again": (
        "from pydantic import BaseModel\nclass A(BaseModel):\n x: int = 1\ndef main(): return A()",
        "A().model_dump_json()\nclass A(BaseModel):\n x: int = 1",
        False,
    ),
    "enumeration": (
        "from enum import Enum\nclass A(Enum):\n X = 1\ndef main(): return A.X",
        "class A(Enum):\n X = 2",
        True,
    ),
    "class with a text that is less indented": (
        (
            "if True:\n  class A:\n    text = '''\na\n'''\n    def f(self): return 1\n"
            "def main(): return A()"
        ),
        "if True:\n  class A:\n    text = '''\nb\n'''\n    def f(self): return 1\n",
        True,
    ),
    "object": (
        "class A:\n def __init__(self, k): self.k = k\na = A(1)\ndef main(): return a.k",
        "a = A(2)",
        True,
    ),
    "class of an object": (
        "class A:\n def f(self): return 1\na = A()\ndef main(): return a.f()",
        "class A:\n def f(self): return 2\na = A()",
        True,
    ),
    "bound method": (
        "class A:\n def f(self): return 1\nf = A().f\ndef main(): return f()",
        "class A:\n def f(self): return 2\nf = A().f",
        True,
    ),
    "name of a builtin": ("def main(): return len([])", "def len(x): return 7", True),
}


@pytest.mark.parametrize("case", CASES)
def test_the_digest_changes_with_what_the_code_does(cell: Cell, case: str) -> None:
    before, after, changes = CASES[case]
    first = capture(cell(before)["main"]).digest
    second = capture(cell(after)["main"]).digest
    assert (first != second) is changes


def test_using_a_class_does_not_change_it(cell: Cell) -> None:
    names = cell(
        "import copy, pickle\nfrom dataclasses import dataclass\nfrom pydantic import BaseModel\n"
        "@dataclass\nclass A:\n x: int = 1\nclass B(BaseModel):\n x: int = 1\n"
        "def main(): return A(), B()"
    )
    first = capture(names["main"]).digest
    cell("pickle.dumps(main()); copy.deepcopy(main()); B.model_json_schema()")
    assert capture(names["main"]).digest == first


def test_arrays_count_by_their_values(cell: Cell) -> None:
    pytest.importorskip("numpy")
    cell("import numpy as np\na = np.arange(3)\ndef main(): return a.sum()")
    first = capture(cell("")["main"]).digest
    assert capture(cell("a = np.arange(3)")["main"]).digest == first
    assert capture(cell("a = np.arange(4)")["main"]).digest != first


def test_what_cannot_be_read_counts_by_its_type_and_is_noted(cell: Cell) -> None:
    digester = Digester()
    names = cell("import threading\nlock = threading.Lock()\ndef main(): return lock")
    first = digester.digest(names["main"])
    assert digester.is_opaque
    assert Digester().digest(cell("lock = threading.Lock()")["main"]) == first


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "deep_part.py").write_text("K = 1\n")
    (tmp_path / "my_part.py").write_text("import deep_part\ndef h(): return deep_part.K\n")
    return tmp_path


@pytest.mark.parametrize(
    "source",
    [
        "import my_part\ndef main(): return my_part.h()",
        "from my_part import h\ndef main(): return h()",
    ],
)
@pytest.mark.parametrize("changed", ["my_part", "deep_part"])
def test_a_module_of_the_project_counts_by_its_text(
    cell: Cell, project: Path, monkeypatch: pytest.MonkeyPatch, source: str, changed: str
) -> None:
    for name in ("my_part", "deep_part"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    first = capture(cell(source)["main"]).digest
    assert capture(cell(source)["main"]).digest == first
    file = project / f"{changed}.py"
    file.write_text(file.read_text() + "# more\nADDED = 1\ndef h(): return 5\n")
    importlib.reload(sys.modules["deep_part"])
    importlib.reload(sys.modules["my_part"])
    assert capture(cell(source)["main"]).digest != first


def test_a_module_imported_inside_counts_before_its_first_import(
    cell: Cell, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "deep_part", raising=False)
    main = cell("def main():\n import deep_part\n return deep_part.K")["main"]
    first = capture(main).digest
    main()
    assert capture(main).digest == first
    (project / "deep_part.py").write_text("K = 22\n")
    assert capture(main).digest != first


def test_the_digest_is_the_same_in_every_process(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from stack_magic.capture import capture\n"
        "S = {'a', 'b', 'c', 'd'}\n"
        "def main(x): return x in {'p', 'q', 'r', 's'} or x in S\n"
        "print(capture(main).digest)\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, script],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(digests) == 1
