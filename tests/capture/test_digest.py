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
        True,
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
    "namespace": (
        "import types\ndef h(): return 1\nN = types.SimpleNamespace(f=h)\ndef main(): return N.f()",
        "def h(): return 2\nN = types.SimpleNamespace(f=h)",
        True,
    ),
    "function in a set": (
        "def h(): return 1\nH = {h}\ndef main(): return [f() for f in H]",
        "def h(): return 2\nH = {h}",
        True,
    ),
    "function in a container of Python's": (
        "from collections import deque\ndef h(): return 1\nH = deque([h])\ndef main(): return H",
        "def h(): return 2\nH = deque([h])",
        True,
    ),
    "class of an object in a container of Python's": (
        (
            "from collections import deque\nclass A:\n def f(self): return 1\n"
            "H = deque([A()])\ndef main(): return H"
        ),
        "class A:\n def f(self): return 2\nH = deque([A()])",
        True,
    ),
    "equal parts that are one object": (
        "from collections import deque\na = [1]\nH = deque([a, a])\ndef main(): return H",
        "H = deque([[1], [1]])",
        False,
    ),
    "what is part of itself": (
        "from collections import deque\nH = deque([1])\nH.append(H)\ndef main(): return H",
        "H[0] = 2",
        True,
    ),
    "object with slots": (
        (
            "from dataclasses import dataclass\n@dataclass(slots=True)\nclass A:\n x: int\n"
            " def f(self): return 1\na = A(1)\ndef main(): return a.f()"
        ),
        "@dataclass(slots=True)\nclass A:\n x: int\n def f(self): return 2\na = A(1)",
        True,
    ),
    "value in a slot": (
        (
            "class A:\n __slots__ = ('__x',)\n def __init__(self, x): self.__x = x\n"
            "a = A(1)\ndef main(): return a"
        ),
        "a = A(2)",
        True,
    ),
    "value in a slot that is not private": (
        (
            "class A:\n __slots__ = 'x'\n def __init__(self, x): self.x = x\n"
            "a = A(1)\ndef main(): return a"
        ),
        "a = A(2)",
        True,
    ),
    "value in a slot that Python does not mangle": (
        (
            "class A:\n __slots__ = ('__x__',)\n def __init__(self, x): self.__x__ = x\n"
            "a = A(1)\ndef main(): return a"
        ),
        "a = A(2)",
        True,
    ),
    "named tuple": (
        (
            "from typing import NamedTuple\nclass A(NamedTuple):\n x: int\n"
            " def f(self): return 1\na = A(1)\ndef main(): return a.f()"
        ),
        "class A(NamedTuple):\n x: int\n def f(self): return 2\na = A(1)",
        True,
    ),
    "named tuple again": (
        (
            "from typing import NamedTuple\nclass A(NamedTuple):\n x: int\n"
            "a = A(1)\ndef main(): return a.f()"
        ),
        "class A(NamedTuple):\n x: int\na = A(1)",
        False,
    ),
    "class of a dictionary": (
        "class A(dict):\n def f(self): return 1\na = A(b=1)\ndef main(): return a.f()",
        "class A(dict):\n def f(self): return 2\na = A(b=1)",
        True,
    ),
    "members of a dictionary of the user's": (
        "class A(dict): pass\na = A(b=1)\ndef main(): return a",
        "a['b'] = 2",
        True,
    ),
    "value of a number of the user's": (
        "class A(int): pass\na = A(1)\ndef main(): return a",
        "a = A(2)",
        True,
    ),
    "exception": (
        "class A(Exception): pass\na = A(1)\ndef main(): return a",
        "a = A(2)",
        True,
    ),
    "class attribute set later": (
        "class A:\n x = 1\n def f(self): return self.x\ndef main(): return A().f()",
        "A.x = 2",
        True,
    ),
    "class attribute from outside": (
        (
            "import os\nos.environ['LR'] = '1'\nclass A:\n x = os.environ['LR']\n"
            " def f(self): return self.x\ndef main(): return A().f()"
        ),
        ("os.environ['LR'] = '2'\nclass A:\n x = os.environ['LR']\n def f(self): return self.x"),
        True,
    ),
    "class made in a function": (
        "def make(n):\n class A:\n  x = n\n return A\nA = make(1)\ndef main(): return A.x",
        "A = make(2)",
        True,
    ),
    "helper of a cached property": (
        (
            "from functools import cached_property\ndef h(): return 1\nclass A:\n"
            " @cached_property\n def f(self): return h()\ndef main(): return A().f"
        ),
        "def h(): return 2",
        True,
    ),
    "helper of a nested class": (
        (
            "def h(): return 1\nclass A:\n class B:\n  def f(self): return h()\n"
            " def g(self): return 0\ndef main(): return A.B().f()"
        ),
        "def h(): return 2",
        True,
    ),
    "helper of a cached method": (
        (
            "from functools import lru_cache\ndef h(): return 1\nclass A:\n"
            " @lru_cache\n def f(self): return h()\ndef main(): return A().f()"
        ),
        "def h(): return 2",
        True,
    ),
    "helper of a validator": (
        (
            "from pydantic import BaseModel, field_validator\ndef h(v): return v + 1\n"
            "class A(BaseModel):\n x: int\n @field_validator('x')\n @classmethod\n"
            " def v(cls, x): return h(x)\ndef main(): return A(x=1)"
        ),
        "def h(v): return v + 2",
        True,
    ),
    "single dispatch": (
        (
            "from functools import singledispatch\n@singledispatch\ndef h(x): return 1\n"
            "def main(): return h(0)"
        ),
        "@singledispatch\ndef h(x): return 2",
        True,
    ),
    "registered for single dispatch": (
        (
            "from functools import singledispatch\n@singledispatch\ndef h(x): return 1\n"
            "def main(): return h(0)"
        ),
        "@h.register\ndef _(x: int): return 2",
        True,
    ),
    "single dispatch, used": (
        (
            "from functools import singledispatch\n@singledispatch\ndef h(x): return 1\n"
            "def main(): return h(0)"
        ),
        "main()",
        False,
    ),
    "attribute of a function": (
        "def h(): return h.n\nh.n = 1\ndef main(): return h()",
        "h.n = 2",
        True,
    ),
    "read-only dictionary": (
        "import types\nC = types.MappingProxyType({'a': 1})\ndef main(): return C",
        "C = types.MappingProxyType({'a': 2})",
        True,
    ),
    "subclass": (
        "class A: pass\ndef main(): return A",
        "class B(A): pass\ndef main(): return A",
        False,
    ),
    "subclass that is asked for": (
        "class A: pass\ndef main(): return A.__subclasses__()",
        "class B(A): pass",
        True,
    ),
    "subclass of a class of Python's": (
        "class A: pass\ndef main(): return A.__subclasses__(), ArithmeticError",
        "class B(ArithmeticError): pass",
        False,
    ),
    "metaclass": (
        (
            "class M(type):\n def f(cls): return 1\nclass A(metaclass=M): pass\n"
            "def main(): return A.f()"
        ),
        "class M(type):\n def f(cls): return 2\nclass A(metaclass=M): pass",
        True,
    ),
    "method that is switched off": (
        "class A: pass\ndef main(): return A",
        "class A:\n __hash__ = None",
        True,
    ),
    "name in a query": ("K = 1\ndef main(d): return d.query('a > @K')", "K = 2", True),
    "word in a query": ("K = 1\ndef main(d): return d.query('a > K')", "K = 2", False),
    "name in a query of a constant": (
        "Q = 'a > @K'\nK = 1\ndef main(d): return d.query(Q)",
        "K = 2",
        True,
    ),
    "name in what is evaluated": ("K = 1\ndef main(): return eval('1 + K')", "K = 2", True),
    "name in SQL": ("K = 1\ndef main(d): return d.sql('select * from K')", "K = 2", True),
    "name in a query of duckdb": (
        (
            "import types\nK = 1\nduckdb = types.ModuleType('duckdb')\n"
            "def main(): return duckdb.query('select * from K')"
        ),
        "K = 2",
        True,
    ),
    "name in another text": ("K = 1\ndef main(d): return 'K @K'", "K = 2", False),
    "name of a builtin in SQL": (
        "sum = 1\ndef main(d): return d.sql('select sum(a) from b')",
        "sum = 2",
        False,
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
    names = cell("state = (n for n in 'ab')\ndef main(): return state\ndef other(): return 1")
    first = Digester().walk(names["main"])
    assert first.is_opaque
    assert Digester().digest(cell("state = (n for n in 'ab')")["main"]) == first.digest
    assert not Digester().walk(names["other"]).is_opaque


def test_what_refuses_to_be_pickled_counts_by_its_attributes(cell: Cell) -> None:
    names = cell(
        "class A:\n x = 1\n def __getstate__(self): raise TypeError\n"
        "class B(dict):\n def __getstate__(self): raise TypeError\n"
        "a, b = A(), B()\ndef main(): return a, b"
    )
    before = Digester().walk(names["main"])
    names["a"].x = 2
    assert not before.is_opaque
    assert Digester().digest(names["main"]) != before.digest


def test_what_says_itself_how_it_is_written_counts_by_that(cell: Cell) -> None:
    head = "class A:\n __slots__ = ()\n def __reduce__(self): "
    names = cell(f"{head}raise TypeError\na = A()\ndef main(): return a")
    assert Digester().walk(names["main"]).is_opaque
    cell(f"{head}return (A, ())\na = A()")
    assert not Digester().walk(names["main"]).is_opaque


@pytest.mark.parametrize(
    "made", ["threading.Lock()", "threading.RLock()", "threading.Event()", "logging.getLogger('a')"]
)
def test_locks_and_loggers_are_no_data(cell: Cell, made: str) -> None:
    main = cell(f"import logging, threading\nx = {made}\ndef main(): return x")["main"]
    assert not Digester().walk(main).is_opaque


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
        "import my_part\ndef main(): return vars(my_part)",
        "from my_part import h\ndef main(): return h()",
        "def main():\n from my_part import h\n return h()",
        "def main():\n import my_part as part\n return part.h()",
    ],
)
def test_a_module_of_the_project_counts_by_what_is_loaded(
    cell: Cell, project: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    for name in ("my_part", "deep_part"):
        monkeypatch.delitem(sys.modules, name, raising=False)

    def digest() -> str:
        return Digester(imports=True).digest(cell(source)["main"])

    first = digest()
    (project / "deep_part.py").write_text("# more\nK = 22\n")
    assert digest() == first
    importlib.reload(sys.modules["deep_part"])
    importlib.reload(sys.modules["my_part"])
    assert digest() != first


@pytest.mark.parametrize(
    "source",
    [
        "def main():\n import my_package.inner\n return my_package.inner.K",
        "def main():\n import my_package.inner as inner\n return inner.K",
        "def main():\n from my_package import inner\n return inner.K",
        "def main():\n from my_package.inner import K\n return K",
        "from my_package.code import relative as main",
        "from my_package.code import relative_name as main",
    ],
)
def test_a_module_of_a_package_counts_that_is_imported_inside(
    cell: Cell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    for name in ("my_package", "my_package.inner", "my_package.code"):
        monkeypatch.setitem(sys.modules, name, sys)  # so that it is gone after the test
        del sys.modules[name]
    folder = tmp_path / "my_package"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    (folder / "__init__.py").write_text("")
    (folder / "inner.py").write_text("K = 1\n")
    (folder / "code.py").write_text(
        "def relative():\n from . import inner\n return inner.K\n"
        "def relative_name():\n from .inner import K\n return K\n"
    )
    main = cell(source)["main"]
    first = Digester(imports=True).digest(main)
    main()
    assert Digester(imports=True).digest(main) == first
    sys.modules["my_package.inner"].__dict__["K"] = 2
    assert Digester(imports=True).digest(main) != first


@pytest.mark.parametrize(
    ("source", "counts"),
    [
        ("import deep_part\ndef main(): return deep_part.K", False),
        ("def main():\n import deep_part\n return deep_part.K", False),
        ("def main():\n import deep_part as deep\n return deep.K", False),
        ("def main():\n from deep_part import K\n return K", False),
        ("import deep_part\ndef main(): return vars(deep_part)", True),
        ("def main():\n import deep_part\n return vars(deep_part)", True),
        ("def main():\n import deep_part as deep\n return vars(deep)", True),
        (
            "def main():\n from importlib import import_module\n return import_module('deep_part')",
            True,
        ),
    ],
)
def test_what_else_a_module_of_the_project_holds_counts_where_all_of_it_does(
    cell: Cell, project: Path, monkeypatch: pytest.MonkeyPatch, source: str, counts: bool
) -> None:
    monkeypatch.delitem(sys.modules, "deep_part", raising=False)
    names = cell(f"{source}\nimport deep_part")
    first = Digester(imports=True).digest(names["main"])
    names["deep_part"].other = 3
    assert (Digester(imports=True).digest(names["main"]) != first) is counts


def test_a_module_imported_inside_is_opaque_before_its_first_import(
    cell: Cell, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "deep_part", raising=False)
    main = cell("def main():\n import deep_part\n return deep_part.K")["main"]
    assert Digester().walk(main).is_opaque
    assert "deep_part" not in sys.modules
    main()
    assert not Digester().walk(main).is_opaque


def test_an_installed_module_counts_by_its_version_before_its_first_import(
    cell: Cell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    (folder / "brought.py").write_text("def f(): return 1\n")
    main = cell("def main():\n import brought\n return brought.f()")["main"]
    first = capture(main).digest
    main()
    assert capture(main).digest == first
    monkeypatch.delitem(sys.modules, "brought")
    (folder / "brought.py").write_text("def f(): return 22\n")
    assert capture(main).digest != first


@pytest.mark.parametrize(
    "case",
    [
        ("2", "3", True),
        ("2", "2", False),
        ("[1]", "[2]", True),
        ("Settings(2)", "Settings(3)", True),
        ("Settings(2)", "Settings(2)", False),
        ("lambda: 1", "lambda: 2", True),
        ("Own", "Own.more", True),
        ("print", "repr", False),
    ],
)
def test_a_wrapper_of_a_package_counts_by_what_it_was_given(
    cell: Cell,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    case: tuple[str, str, bool],
) -> None:
    first, second, changes = case
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    (folder / "retrying.py").write_text(
        "class Settings:\n    def __init__(self, held): self.held = held\n"
        "def retry(settings):\n    def decorate(function):\n"
        "        def call(): return function(), settings.held\n"
        "        return call\n    return decorate\n"
    )
    text = "@retry(given)\ndef h(): return 1\n"
    names = cell(
        "import json, math\nfrom retrying import Settings, retry\n"
        f"class Own:\n class more: pass\ngiven = Settings({first})\n{text}def main(): return h()"
    )
    digest = Digester().digest(names["main"])
    cell(f"given.held = {second}")
    assert (Digester().digest(names["main"]) != digest) is changes
    cell(f"given = Settings({first})\n{text}")
    assert Digester().digest(names["main"]) == digest
    cell(f"given = Settings({second})\n{text}")
    assert (Digester().digest(names["main"]) != digest) is changes
    monkeypatch.delitem(sys.modules, "retrying")


@pytest.mark.parametrize(
    "source",
    [
        "import json\ndef main():\n try:\n  from deep_part import later\n except ImportError: pass",
        "import deep_part\ndef make(deep): return lambda: deep.later\nmain = make(deep_part)",
    ],
)
def test_what_a_module_has_not_is_known(cell: Cell, project: Path, source: str) -> None:
    importlib.import_module("deep_part")
    walk = Digester(imports=True).walk(cell(source)["main"])
    assert not walk.is_opaque


def test_an_abstract_class_counts_by_what_it_holds(cell: Cell) -> None:
    source = (
        "import abc\nclass A(abc.ABC):\n __slots__ = ('x',)\n @abc.abstractmethod\n"
        " def f(self): return {}\nclass B(A):\n def f(self): return super().f()\n"
        "def main(): return B().f()"
    )
    first, second = (Digester().walk(cell(source.format(n))["main"]) for n in (1, 2))
    assert not first.is_opaque
    assert first.digest != second.digest


@pytest.mark.usefixtures("project")
def test_of_a_module_imported_inside_counts_what_is_asked_for(cell: Cell) -> None:
    main = cell("def main():\n import deep_part\n return deep_part.K")["main"]
    before = Digester(imports=True).digest(main)
    module = importlib.import_module("deep_part")
    vars(module)["other"] = 1
    assert Digester(imports=True).digest(main) == before
    vars(module)["K"] = 2
    changed = Digester(imports=True).digest(main)
    del sys.modules["deep_part"]
    assert changed != before


def test_the_digest_is_the_same_in_every_process(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from stack_magic.capture import Digester, capture\n"
        "from enum import Enum\n"
        "from types import SimpleNamespace\n"
        "class E(Enum): A = 'a'; B = 'b'; C = 'c'\n"
        "class Q: pass\n"
        "q = Q(); q.s = SimpleNamespace(s={'a', 'b', 'c'})\n"
        "S = {'a', 'b', 'c', 'd'}\n"
        "T = {('a', E.A), ('b', E.B), ('c', E.C)}\n"
        "def main(x): return x in {'p', 'q', 'r', 's'} or x in S or (T, q)\n"
        "print(capture(main).digest, Digester().walk(main).identity)\n"
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
