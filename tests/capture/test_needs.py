"""A package has what a definition needs as the notebook made it, or not at all."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.capture import capture, origin_of, origins_of

if TYPE_CHECKING:
    from pathlib import Path

Cell = Callable[[str], dict[str, Any]]

# The cells; of the definition, or of what main needs, what is in the source.
AS_MADE = {
    # A default that was told by a name is what the name meant then.
    "n = 1\ndef f(x=n): return x\nn = 2": "def f(x=1): return x\n",
    "n = 1\ndef f(x=n): return x": "n = 1|def f(x=n): return x\n",
    "n = 100\ndef f(x=n, *, y=n): return x\nn = 2": "def f(x=100, *, y=100): return x\n",
    "from functools import wraps\ndef d(g):\n    @wraps(g)\n    def inner(): return g()\n"
    "    return inner\nn = 1\n@d\ndef f(x=n): return x\nn = 2": (
        "from functools import wraps|def d(g):\n    @wraps(g)\n    def inner(): return g()\n"
        "    return inner\n|@d\ndef f(x=1): return x\n"
    ),
    "n = 1\ndef f(*, x, y=n): return x\nn = 2": "def f(*, x, y=1): return x\n",
    "def f(x=[\n    1,\n    2,\n]): return x": "def f(x=[\n    1,\n    2,\n]): return x\n",
    "n = 1\ndef f(x=[\n    n,\n    2,\n]): return x\nn = 2": "def f(x=[1, 2]): return x\n",
    "def f(x=[]): return x\nf.__defaults__[0].append(1)": "def f(x=[1]): return x\n",
    "def f(x=1): return x\nf.__defaults__ = (2,)": "def f(x=2): return x\n",
    "def f(x=1): return x\nf.__defaults__ = (2, 3)": "def f(x=1): return x\n",
    "def f(*, x=1): return x\nf.__kwdefaults__ = None": "def f(*, x=1): return x\n",
    "n = len\ndef f(x=n): return x": "from builtins import len as n|def f(x=n): return x\n",
    "n = 1\nasync def f(x=n): return x\nn = 2": "async def f(x=1): return x\n",
    "n = 1\nclass f:\n    k = n\nn = 2": "class f:\n    k = 1\n",
    "n = 1\nclass f:\n    k = n": "n = 1|class f:\n    k = n\n",
    "n = 1\nclass f:\n    k: int = n\n    j: int\nn = 2": "class f:\n    k: int = 1\n    j: int\n",
    "n = 1\nclass f:\n    k = -1\nf.k = 2": "class f:\n    k = -1\n",
    "n = 1\nclass f:\n    def g(self, x=n): return x\nn = 2": (
        "class f:\n    def g(self, x=1): return x\n"
    ),
    "n = 1\nclass f:\n    def g(self, x=n): return x\n    h = g\nn = 2": (
        "class f:\n    def g(self, x=1): return x\n    h = g\n"
    ),
    # Lists that two names share stay one.
    "a = [1]\nb = a\ndef f(): return a, b": "a = [1]|b = a|def f(): return a, b\n",
    "a = [1]\nb = [1]\ndef f(): return a, b": "a = [1]|b = [1]|def f(): return a, b\n",
    "c = [1]\na = [c, c]\ndef f(): return a": "c = [1]|a = [c, c]|def f(): return a\n",
    "c = [1]\na = [c, c]\ndef f(): return a, c": "c = [1]|a = [c, c]|def f(): return a, c\n",
    "c = [1]\na = [c]\nb = [c]\ndef f(): return a, b": None,
    "c = [1]\na = [c]\ndef f(): return a, c": None,
    # What was constructed is constructed again.
    "class A:\n    def __init__(self, n): pass\nx = A(1)\ndef f(): return x": (
        "class A:\n    def __init__(self, n): pass\n|x = A(1)|def f(): return x\n"
    ),
    "class A:\n    def __init__(self, n): pass\nn = 1\nx = A(n)\ndef f(): return x": (
        "class A:\n    def __init__(self, n): pass\n|n = 1|x = A(n)|def f(): return x\n"
    ),
    "class A: pass\nx = A()\nx.n = 1\ndef f(): return x": None,
    "class A:\n    n = []\nx = A()\nx.n.append(1)\ndef f(): return x": None,
    "class A: pass\nx = y = A()\ndef f(): return x": None,
    "class A: pass\nif True:\n    x = A()\ndef f(): return x": None,
    "class A: pass\nx, y = A(), 1\ndef f(): return x": None,
    "import re\nx = re.compile('a')\ndef f(): return x": None,
    "class A: pass\nfor x in [A()]: pass\ndef f(): return x": None,
    "class A: pass\nx = A()\ndef g():\n    global x\n    x = 1\ndef f(): return x": None,
    "class A: pass\nx = A()\ny = [x for x in 'ab']\ndef f(): return x": (
        "class A: pass\n|x = A()|def f(): return x\n"
    ),
    "class A: pass\nx = A(); y = 1\ndef f(): return x": (
        "class A: pass\n|x = A()|def f(): return x\n"
    ),
    "class A: pass\ny = 1; x = A()\ndef f(): return x": (
        "class A: pass\n|x = A()|def f(): return x\n"
    ),
    # What a function of the notebook made is made by it again.
    "def d(g):\n    def inner(): return g()\n    return inner\n@d\ndef x(): return 1\n"
    "def f(): return x()": (
        "def d(g):\n    def inner(): return g()\n    return inner\n"
        "|@d\ndef x(): return 1|def f(): return x()\n"
    ),
    "def d(g):\n    def inner(): return g()\n    return inner\nn = object()\n@d\ndef x():\n"
    "    n = 1\n    return n\ndef f(): return x()": (
        "def d(g):\n    def inner(): return g()\n    return inner\n"
        "|@d\ndef x():\n    n = 1\n    return n|def f(): return x()\n"
    ),
    "from functools import wraps\ndef d(g):\n    @wraps(g)\n    def inner(): return g()\n"
    "    return inner\n@d\ndef x(): return 1\ndef f(): return x()": (
        "from functools import wraps|def d(g):\n    @wraps(g)\n    def inner(): return g()\n"
        "    return inner\n|@d\ndef x(): return 1\n|def f(): return x()\n"
    ),
    "def d(g):\n    def inner(): return g()\n    return inner\nx = d(len)\ndef f(): return x()": (
        "def d(g):\n    def inner(): return g()\n    return inner\n|x = d(len)"
        "|def f(): return x()\n"
    ),
}


@pytest.mark.parametrize("cells", AS_MADE)
def test_a_definition_goes_along_as_it_was_made(cell: Cell, cells: str) -> None:
    captured = capture(cell(cells)["f"])
    parts = [*(need.source for need in captured.needs), captured.definition]
    texts = [part for part in parts if part is not None]
    assert ("|".join(texts) if len(texts) == len(parts) else None) == AS_MADE[cells]


@pytest.mark.parametrize(
    ("cells", "is_written"),
    [
        ("from other_part import h\nK = 1\ndef f(): return h(), K", True),
        ("from other_part import h\nK = 2\ndef f(): return h(), K", False),
        ("from other_part import h\ndef f(): return h()", True),
        ("from other_part import asks_f\ndef f(): return asks_f()", False),
        ("from other_part import f, asks_f\nf = f", True),
    ],
)
def test_a_name_that_means_another_thing_in_a_module_is_not_written(
    cell: Cell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cells: str, is_written: bool
) -> None:
    (tmp_path / "other_part.py").write_text(
        "K = 1\ndef h(): return K\ndef f(): return 1\ndef asks_f(): return f()\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    captured = capture(cell(cells)["f"])
    del sys.modules["other_part"]
    assert (captured.source is not None) is is_written


def test_a_wrapped_function_counts_with_its_wrapper(cell: Cell) -> None:
    cell(
        "from functools import wraps\nK = 1\ndef d(g):\n    @wraps(g)\n"
        "    def inner(): return g() + K\n    return inner\n"
    )
    names = cell("@d\ndef f(): return 1")
    before = capture(names["f"]).digest
    cell("K = 2")
    assert capture(names["f"]).digest != before


def test_the_cell_that_ran_last_tells_what_was_constructed(cell: Cell) -> None:
    names = cell("class A:\n    def __init__(self, n): pass\ndef f(): return x\n")
    for text in ("x = A(1)", "x = A(2)"):
        cell(text)
    names["In"] = ["", "x = A(2)", "x = A(1)", None]  # the first of them ran again
    assert "x = A(1)" in (capture(names["f"]).source or "")


FILE = "came from a file or another place outside"
ORIGINS = {
    "k = open('kept').read()": FILE,
    "k = open('kept').read()\nk = 1": "",
    "k = open('kept').read()\nk += 'a'": FILE,
    "k = [open('kept').read()]\nk.append(1)": FILE,
    "k = [open('kept').read()]\nk[0] += 'a'": FILE,
    "k = [1]\nk[0] = open('kept').read()": FILE,
    "k = [1]\nk.append(open('kept').read())": FILE,
    "k = 1\n'a'.upper()": "",
    "k = open('kept').read()\nfrom kept_part import made as k": "",
    "k = 1\nfrom kept_part import read as k": FILE,
    "from kept_part import read\nk = read": FILE,
    "k = open('kept').read()\nimport json as k": "",
    "class A:\n    def __init__(self, t): self.t = t\na = A(open('kept').read())\nk = a.t": FILE,
    "k = open('kept').read()\nif k:\n    k = 1": FILE,
    "def g(x=open('kept').read()): return 1\nk = g(2)": "",  # what it was called with counts
}


@pytest.mark.parametrize("code", ORIGINS)
def test_where_a_value_came_from_is_known(
    cell: Cell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "kept").write_text("a text")
    (tmp_path / "kept_part.py").write_text(
        "from pathlib import Path\nread = Path('kept').read_text()\nmade = 1\n"
    )
    names = cell(
        code.replace("open('kept').read()", "__import__('pathlib').Path('kept').read_text()")
    )
    assert origin_of("k", names["k"]) == ORIGINS[code]
    sys.modules.pop("kept_part", None)


def test_code_and_modules_came_from_no_file(cell: Cell) -> None:
    names = cell(
        "json = __import__('json')\nloads = __import__('json').loads\n"
        "k = __import__('json').loads('1')\ndef f(): return json.dumps(loads('1')), k\n"
    )
    assert origins_of(names["f"]) == {"k": "came from a file or another place outside"}


def test_a_default_that_the_environment_has_is_known(
    cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_KEPT", "hunter2hunter2")
    names = cell("import os\ndef f(x=1): return x\nf.__defaults__ = (os.environ['TOKEN_KEPT'],)")
    words = "came from the environment variable TOKEN_KEPT"
    assert origins_of(names["f"]) == {"f": words}


@pytest.mark.parametrize(
    ("held", "code", "words"),
    [
        ("q7w8e", "k = ''.join(['q7', 'w8e'])", "came from the environment variable TOKEN_KEPT"),
        ("q7w", "k = ''.join(['q7', 'w'])", ""),  # so short that it may be chance
        ("q7w8e9r0", "k = 'q7w8e9r0'", ""),  # spelled here
    ],
)
def test_a_text_that_the_environment_has_and_no_cell_spells_came_from_there(
    cell: Cell, monkeypatch: pytest.MonkeyPatch, held: str, code: str, words: str
) -> None:
    monkeypatch.setenv("TOKEN_KEPT", held)
    assert origin_of("k", cell(code)["k"]) == words
