from __future__ import annotations

import linecache
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.capture import capture, definition_of, is_installed, is_installed_file

if TYPE_CHECKING:
    from pathlib import Path

Cell = Callable[[str], dict[str, Any]]


def test_the_source_has_all_that_a_definition_needs_in_order(cell: Cell) -> None:
    names = cell(
        "import math as m\nfrom json import dumps\nK = [1, 'a']\n"
        "def deep(): return K\n"
        "class Base:\n    def f(self): return deep()\n"
        "class Main(Base):\n    size: int = len(K)\n    def g(self): return m.pi, dumps(1)\n"
    )
    captured = capture(names["Main"])
    source = captured.source
    assert source is not None
    fresh: dict[str, Any] = {"__name__": "fresh"}
    exec(source, fresh)  # noqa: S102 - what was captured must run alone
    assert fresh["Main"]().f() == [1, "a"]
    assert fresh["Main"]().g()[1] == "1"
    assert fresh["Main"].size == 2


def test_a_step_is_captured_as_its_function(cell: Cell) -> None:
    names = cell(
        "from stack_magic.pipelines import step\n"
        "def h(): return 2\n@step(cache=False)\ndef fit(): return h()\n"
    )
    captured = capture(names["fit"])
    assert captured.name == "fit"
    assert captured.definition == "@step(cache=False)\ndef fit(): return h()\n"
    assert {need.name for need in captured.needs} == {"h", "step"}


def test_a_class_without_methods_is_found_in_its_cell(cell: Cell) -> None:
    cell("class Sizes:\n    small = 1\n    big = 2")
    names = cell(
        "from dataclasses import dataclass\n@dataclass\nclass Sizes:\n    small: int = 1\n"
        "class Main:\n    def f(self): return Sizes().small"
    )
    cell("class Sizes_:\n    small: int = 1")
    source = capture(names["Main"]).source or ""
    assert "@dataclass\nclass Sizes:\n    small: int = 1\n" in source


def test_recursion_ends(cell: Cell) -> None:
    names = cell("def a(): return b()\ndef b(): return a()")
    assert [need.name for need in capture(names["a"]).needs] == ["b"]


def test_a_value_that_cannot_be_written_leaves_no_source(cell: Cell) -> None:
    names = cell("thing = object()\ndef main(): return thing")
    assert capture(names["main"]).source is None


def test_a_name_that_means_two_things_leaves_no_source(cell: Cell) -> None:
    names = cell(
        "def make(n):\n def inner(): return n\n return inner\n"
        "one, two = make(1), make(2)\ndef main(): return one() + two()"
    )
    assert capture(names["main"]).source is None


def test_a_function_without_source_is_captured_by_its_code() -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    exec("def lost(): return 1", names)  # noqa: S102 - made from nothing
    captured = capture(names["lost"])
    assert captured.definition is None
    assert captured.source is None
    assert len(captured.digest) == 64


def test_another_name_of_a_function_without_source_leaves_none(cell: Cell) -> None:
    names = cell("exec('def lost(): return 1')\nk = lost\ndef main(): return k()")
    assert capture(names["main"]).source is None


def test_a_text_that_cannot_stand_alone_is_no_source(cell: Cell) -> None:
    names = cell("if True:\n  class Main:\n    text = '''\na\n'''\n    def f(self): return 1")
    captured = capture(names["Main"])
    assert captured.definition is not None
    assert captured.source is None


@pytest.mark.parametrize(
    ("head", "expression", "written"),
    [
        # Of two ways to the same value that which was written last.
        (
            "from posixpath import join\nfrom os.path import join",
            "join",
            "from os.path import join",
        ),
        # What is not there where it was looked for is not imported from there.
        (
            "if True:\n    from json import loads\nelse:\n    from absent import loads",
            "loads",
            "from json import loads",
        ),
        ("try:\n    from absent import k\nexcept ImportError:\n    k = None", "k", "k = None"),
        ("try:\n    from json import k\nexcept ImportError:\n    k = None", "k", "k = None"),
        # A package with all of its modules that were asked for, however it was named last.
        ("import xml.dom.minidom", "xml", "import xml.dom.minidom"),
        ("import xml.dom.minidom\nimport xml", "xml", "import xml\nimport xml.dom.minidom"),
        (
            "import xml.dom\ntry:\n    import xml.absent\nexcept ImportError:\n    pass",
            "xml",
            "import xml.dom",
        ),
        ("import xml.dom.minidom as m\nimport xml as m2", "m", "import xml.dom.minidom as m"),
        ("import xml.dom.minidom as m\nimport xml as m2", "m2", "import xml as m2"),
        # A module that tells its name.
        ("m = __import__('math')", "m", "import math as m"),
        ("import types\nm = types.ModuleType('math')", "m", None),
        ("import types\nm = types.ModuleType('nowhere')", "m", None),
        # Plain data as it is now, not as it was written first.
        ("k = [1]\nk.append(2)", "k", "k = [1, 2]"),
    ],
)
def test_what_a_name_stands_for_is_written(
    cell: Cell, head: str, expression: str, written: str | None
) -> None:
    captured = capture(cell(f"{head}\ndef main(): return {expression}")["main"])
    assert [need.source for need in captured.needs] == [written]


def test_names_in_quoted_annotations_go_along(cell: Cell) -> None:
    names = cell(
        "from typing import Optional\nfrom decimal import Decimal\n"
        "def main(x: 'Optional[int]') -> 'Decimal': return x"
    )
    sources = [need.source for need in capture(names["main"]).needs]
    assert sources == ["from decimal import Decimal", "from typing import Optional"]


def test_a_class_without_methods_is_not_another_of_its_name(cell: Cell) -> None:
    kept = cell("class Sizes:\n    small = 1\n    big = 2")["Sizes"]
    cell("class Sizes:\n    small = 3")
    assert capture(kept).definition == "class Sizes:\n    small = 1\n    big = 2\n"


def test_postponed_annotations_stay_postponed(cell: Cell) -> None:
    head = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pathlib import Path\n"
    definition = "def main(x: Path): return x\n"
    names = cell(f"from __future__ import annotations\n{head}{definition}")
    future = "from __future__ import annotations\n\n"
    assert capture(names["main"]).source == f"{future}{definition}"


def test_postponed_annotations_of_the_projects_modules_stay_postponed(
    cell: Cell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "later.py").write_text(
        "from __future__ import annotations\nfrom typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from pathlib import Path\n"
        "def name(x: Path): return x\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    names = cell("from later import name\ndef main(): return name(1)")
    source = capture(names["main"]).source or ""
    del sys.modules["later"]
    fresh: dict[str, Any] = {"__name__": "fresh"}
    exec(compile(source, "fresh", "exec", dont_inherit=True), fresh)  # noqa: S102 - it must run alone
    assert fresh["main"]() == 1


def test_annotations_that_only_a_package_postpones_do_not(cell: Cell) -> None:
    names = cell("from stack_magic.capture import capture\ndef main(x: int): return capture(x)")
    assert "__future__" not in (capture(names["main"]).source or "__future__")


def test_a_decorated_function_is_found_in_its_cell(cell: Cell) -> None:
    cell(
        "from functools import wraps\ndef twice(f):\n    @wraps(f)\n"
        "    def call(): return 2 * f()\n    return call"
    )
    names = cell("@twice\ndef h(): return 1")
    assert definition_of(names["h"]) == "@twice\ndef h(): return 1\n"


def test_a_class_of_a_module_without_methods_is_found_in_its_file(
    cell: Cell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sized.py").write_text("# sizes\nclass Sizes:\n    small = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    names = cell("from sized import Sizes\ndef main(): return Sizes.small")
    source = capture(names["main"]).source
    del sys.modules["sized"]
    assert source == "class Sizes:\n    small = 1\n\ndef main(): return Sizes.small\n"


def test_a_cell_that_ran_again_has_its_own_text(cell: Cell) -> None:
    cell("def f():\n    return 1")
    names = cell("\n\n@staticmethod\ndef f():\n    return 2")
    assert "return 2" in (definition_of(names["f"].__func__) or "")


def test_what_is_installed_is_not_the_projects() -> None:
    assert is_installed("json")
    assert is_installed("sys")
    assert is_installed("pytest")
    assert is_installed("stack_magic.stack")
    assert not is_installed("__main__")
    assert not is_installed(None)
    assert not is_installed("nowhere")
    assert not is_installed_file(__file__)
    assert is_installed_file("<frozen importlib>")
    # Code that was made where Python lies elsewhere is Python's too.
    assert is_installed_file("/opt/other/lib/python3.9/dataclasses.py")
    assert not is_installed_file("/home/me/lib/python/tools.py")


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (["from math import sin\ndef main(): return sin(0)"], "0.0"),
        (["import xml.etree.ElementTree\ndef main(): return xml.etree.ElementTree.__name__"], None),
        (["def h(): return 1\nk = h\ndef main(): return k()"], "1"),
        (["def main():\n    return 'a\tb'.encode()"], "b'a\\tb'"),
        (["X = '\u2028'\ndef main():\n    return 1"], "1"),
        (["import math\ns = math.sin\ndef main(): return s(0)"], "0.0"),
        (["import math\nsin = math.sin\ndef main(): return sin(0)"], "0.0"),
        (["m = __import__('math')\ndef main(): return m.sin(0)"], "0.0"),
        (["math = __import__('math')\ndef main(): return math.sin(0)"], "0.0"),
        (["glob = __import__('glob').escape\ndef main(): return glob('a')"], "'a'"),
        (["size = len\ndef main(): return size('ab')"], "2"),
        (
            [
                (
                    "from textwrap import dedent\nclass A:\n    clean = staticmethod(dedent)\n"
                    "def main(): return A.clean(' a')"
                )
            ],
            "'a'",
        ),
        (
            [
                (
                    "from dataclasses import dataclass, field\n@dataclass\nclass A:\n"
                    "    x: list = field(default_factory=lambda: [1])\ndef main(): return A().x"
                )
            ],
            "[1]",
        ),
        (["from math import pi as K", "K = 3\ndef main(): return K"], "3"),
        (["import glob\nglob = glob.escape\ndef main(): return glob('a')"], "'a'"),
        (
            ["import xml.dom, xml.sax as s\ndef main(): return xml.dom.__name__, s.__name__"],
            "('xml.dom', 'xml.sax')",
        ),
        (["from typing import Optional\ndef main(x: Optional[int] = 1): return x"], "1"),
    ],
)
def test_a_source_runs_alone(cell: Cell, cells: list[str], shown: str | None) -> None:
    names = [cell(source) for source in cells][-1]
    source = capture(names["main"]).source
    assert source is not None
    fresh: dict[str, Any] = {"__name__": "fresh"}
    code = compile(source, "fresh", "exec", dont_inherit=True)
    exec(code, fresh)  # noqa: S102 - what was captured must run alone
    assert shown is None or repr(fresh["main"]()) == shown


@pytest.mark.parametrize(
    "made",
    [
        "L = float('inf')",
        "L = []\nL.append(L)",
        "import re\nL = re.compile('a')",
        "import json\nL = json.JSONDecoder().decode.__func__",
    ],
)
def test_a_value_without_a_literal_leaves_no_source(cell: Cell, made: str) -> None:
    captured = capture(cell(f"{made}\ndef main(): return L")["main"])
    assert captured.source is None
    assert [need.name for need in captured.needs if need.source is None] == ["L"]


def test_what_a_file_defines_is_not_the_notebooks(cell: Cell, tmp_path: Path) -> None:
    names = cell("class Sizes:\n    small = 1\nclass Main:\n    def f(self): return Sizes.small")
    file = tmp_path / "shown.py"
    file.write_text("class Sizes:\n    small = 2\n")
    linecache.getlines(str(file))  # as a traceback does
    assert "small = 1" in (capture(names["Main"]).source or "")


def test_what_a_file_imports_is_not_the_notebooks(cell: Cell, tmp_path: Path) -> None:
    file = tmp_path / "shown.py"
    file.write_text("from os import sep as K\n")
    linecache.getlines(str(file))  # as a traceback does
    linecache.lazycache(f"{file}-not-read-yet", vars(subprocess))  # likewise
    source = capture(cell("K = 1\ndef main(): return K")["main"]).source
    assert source == "K = 1\n\ndef main(): return K\n"


def test_the_source_of_a_flavor_runs_in_a_fresh_interpreter(cell: Cell) -> None:
    cell(
        "from typing import ClassVar, Optional\nimport fsspec\nfrom pydantic import Field\n"
        "from stack_magic.artifact_stores import BaseArtifactStore\n"
    )
    names = cell(
        "class Lake(BaseArtifactStore):\n"
        "    FLAVOR: ClassVar[str] = 'lake'\n"
        "    SUPPORTED_SCHEMES: ClassVar[set[str]] = {'memory://'}\n"
        "    region: Optional[str] = Field(default=None, description='Where')\n"
        "    def system(self): return fsspec.filesystem('memory')\n"
    )
    source = capture(names["Lake"]).source
    assert source is not None
    script = f"{source}\nprint(Lake.FLAVOR)"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    assert done.stdout.split() == [b"lake"]
