"""What code is made of, by the names that a user gave it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.capture import Digester

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Cell = Callable[[str], dict[str, Any]]

CODE = """
import its_part
LOW, TEXT, MANY = 1, "secret", [1]
class A:
    rate = 1
    def f(self): return 1
a = A()
def helper(x=3):
    "Text."
    return x
def made():
    def inner(): return 1
    return inner
inner = made()
held = {"f": inner, "a": A()}
def main(y=2, z=A()):
    return helper(LOW), TEXT, MANY, a, its_part.K, its_part.h(), held
"""
KINDS = {
    "A": "class",
    "A.f": "function",
    "LOW": "value",
    "MANY": "value",
    "TEXT": "value",
    "a": "value",
    "held": "value",
    "helper": "function",
    "its_part.K": "value",
    "its_part.h": "function",
    "made.inner": "function",
    "main": "function",
}


@pytest.fixture
def names(cell: Cell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    (tmp_path / "its_part.py").write_text("K = 2\ndef h(): return 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield cell(CODE)
    del sys.modules["its_part"]


def test_each_part_has_a_name_and_a_kind(names: dict[str, Any]) -> None:
    walk = Digester().walk(names["main"])
    assert {name: part.partition(" ")[0] for name, part in walk.parts.items()} == KINDS
    code = {name for name, kind in KINDS.items() if kind in {"function", "class"}}
    assert walk.definitions.keys() == code
    assert walk.definitions["A.f"] is names["A"].f


def test_numbers_are_told_and_no_texts(names: dict[str, Any]) -> None:
    parts = Digester().walk(names["main"]).parts
    assert (parts["LOW"], parts["its_part.K"]) == ("value = 1", "value = 2")
    for name in ("TEXT", "MANY"):
        assert len(parts[name].removeprefix("value ")) == 4


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        ("LOW = 2", {"LOW"}),
        ("TEXT = 'other'", {"TEXT"}),
        ("helper.__defaults__ = (4,)", {"helper"}),
        ("helper.__doc__ = 'Other.'", {"helper"}),
        ("A.rate = 2", {"A"}),
        ("A.f.__code__ = (lambda self: 2).__code__", {"A.f"}),
        ("main.__defaults__ = (3,)", {"main"}),
        ("unrelated = 1", set()),
    ],
)
def test_a_change_is_one_of_the_part_that_has_it(
    cell: Cell, names: dict[str, Any], change: str, changed: set[str]
) -> None:
    before = Digester().walk(names["main"]).parts
    cell(change)
    now = Digester().walk(names["main"]).parts
    assert {name for name in before if before[name] != now.get(name)} == changed


def test_the_same_code_in_another_place_is_the_same(cell: Cell, names: dict[str, Any]) -> None:
    before = Digester().walk(names["main"]).identity
    again = cell(f"# A line more.\n{CODE}")
    assert Digester().walk(again["main"]).identity == before
    assert {"A", "A.f", "helper", "h", "made.inner", "main"} <= before.keys()


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        ("LOW = 2", {"main"}),
        ("helper.__defaults__ = (4,)", {"helper"}),
        ("helper.__code__ = (lambda x=3: 4).__code__", {"helper"}),
        ("A.rate = 2", {"A"}),
        ("A.f.__code__ = (lambda self: 2).__code__", {"A.f"}),
        ("its_part.h.__code__ = (lambda: 2).__code__", {"h"}),
        ("unrelated = 1", set()),
    ],
)
def test_what_is_not_the_same_is_told(
    cell: Cell, names: dict[str, Any], change: str, changed: set[str]
) -> None:
    before = Digester().walk(names["main"]).identity
    cell(change)
    now = Digester().walk(names["main"]).identity
    assert {name for name in before if before[name] != now.get(name)} == changed


def test_code_of_packages_is_theirs(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "from textwrap import dedent\ndef main(): return dedent(' a')"
    other = cell("def dedent(text): return text")["dedent"]
    names = cell(source)
    before = Digester().walk(names["main"]).identity
    monkeypatch.setattr(names["dedent"], "__code__", other.__code__)
    assert Digester().walk(cell(source)["main"]).identity == before
    assert before.keys() == {"main", "textwrap.dedent"}


BODIES = {
    "a loop": ("for x in y: z(x)", "for x in y: z(x)", True),
    "another constant": ("return [y, 1.5, 'a']", "return [y, 1.5, 'b']", False),
    "another operation": ("return y + z", "return y - z", False),
    "another attribute": ("return y.a", "return y.b", False),
    "another method": ("return y.a()", "return y.b()", False),
    "another keyword": ("return y(a=z)", "return y(b=z)", False),
    "another order": ("y()\n    z()", "z()\n    y()", False),
    "another jump": (
        "while y:\n        if z: continue\n        y = 1\n    return y",
        "while y:\n        if z: break\n        y = 1\n    return y",
        False,
    ),
    "another inner function": ("return lambda: y", "return lambda: z", False),
    "an inner function": ("return lambda: y", "return lambda: y", True),
    "an ellipsis": ("return ...", "return ...", True),
    "another local": ("a = 1; return a", "b = 1; return b", False),
    "another except": (
        "try: y()\n    except ValueError: z()",
        "y()\n    try: z()\n    except ValueError: z()",
        False,
    ),
}


@pytest.mark.parametrize("case", BODIES)
def test_code_is_the_same_by_what_it_does(cell: Cell, case: str) -> None:
    *bodies, is_same = BODIES[case]
    here, there = (
        Digester().walk(cell(f"def main(y, z):\n    {body}\n")["main"]).identity["main"]
        for body in bodies
    )
    assert (here == there) is is_same


def test_code_is_the_same_wherever_its_imports_are_written(cell: Cell) -> None:
    """Python compiles a call of what the same cell imports in another way."""
    body = (
        "def main(xs):\n    for x in xs:\n        if textwrap.dedent(x): textwrap.indent(x, 'a')\n"
        "        else: textwrap.fill(x, width=textwrap.most(x))\n    return [len(x)]\n"
    )
    cell("import textwrap")
    apart = Digester().walk(cell(body)["main"]).identity["main"]
    assert Digester().walk(cell(f"import textwrap\n{body}")["main"]).identity["main"] == apart
