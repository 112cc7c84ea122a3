"""Code in which nothing has changed is not walked again, and what changes within is seen."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.capture import Digester

if TYPE_CHECKING:
    from pathlib import Path

Cell = Callable[[str], dict[str, Any]]

HEAD = (
    "import abc, contextlib, functools, threading, types\nfrom pathlib import Path\n"
    "class A:\n    def __init__(self, n): self.n = n\n    def f(self): return self.n\n"
    "class B(abc.ABC): pass\nclass R(abc.ABC): pass\nR.register(int)\nclass D(dict): pass\n"
    "class S:\n    __slots__ = ('n',)\n"
    "def helper(n): return n\ndef made(n):\n    return lambda: n\n"
    "held = {'a': 1}\ndef plugins(): return B.__subclasses__()\n"
)
READS = [
    "1",
    "[1, [2]]",
    "{'a': [1]}",
    "(1, helper)",
    "{'a': helper}",
    "helper",
    "made(1)",
    "A",
    "A(1)",
    "A([1]).f",
    "D(a=1)",
    "S()",
    "functools.partial(helper, 1)",
    "functools.lru_cache(helper)",
    "functools.wraps(helper)(made(1))",
    "contextlib.contextmanager(helper)",
    "Path('a.csv')",
    "threading.Lock()",
    "B",
]


@pytest.mark.parametrize("read", READS)
def test_what_is_unchanged_is_not_walked_again(cell: Cell, read: str) -> None:
    main = cell(f"{HEAD}thing = {read}\ndef main(x: int = 1, *, y=2): return thing")["main"]
    walk = Digester().walk(main)
    assert Digester().walk(main) is walk
    assert Digester(imports=True).walk(main) is walk


@pytest.mark.parametrize(
    ("read", "change"),
    [
        ("[1, 2]", "thing[0] = 3"),
        ("[[1]]", "thing[0].append(3)"),
        ("{'a': helper}", "thing['a'] = A"),
        ("{'a': helper}", "thing['b'] = thing.pop('a')"),
        ("A", "A.more = 1"),
        ("A", "A.f = helper"),
        ("A(1)", "thing.n = 2"),
        ("A(1)", "thing.m = thing.__dict__.pop('n')"),
        ("A([1]).f", "thing.__self__.n.append(2)"),
        ("D(a=1)", "thing['a'] = 2"),
        ("D(a=1)", "thing.b = 2"),
        ("S()", "thing.n = 2"),
        ("functools.lru_cache(helper)", "thing.__wrapped__.__defaults__ = (3,)"),
        ("helper", "helper.__kwdefaults__ = {'n': 3}"),
        ("helper", "helper.__doc__ = 'more'"),
        ("helper", "helper.more = 3"),
        ("helper", "helper.__annotations__['n'] = int"),
        ("helper", "helper.__code__ = (lambda n: -n).__code__"),
        ("made(1)", "thing.__closure__[0].cell_contents = 2"),
        ("types.MappingProxyType(held)", "held['a'] = 2"),
        ("types.SimpleNamespace(n=1)", "thing.n = 2"),
        ("{helper}", "thing.add(A)"),
        ("{helper}", "helper.__defaults__ = (3,)"),
        ("plugins", "class C(B): pass"),
        ("B", "thing.register(A)"),
        ("R", "thing.register(str)"),
    ],
)
def test_what_changes_within_is_seen(cell: Cell, read: str, change: str) -> None:
    main = cell(f"{HEAD}thing = {read}\ndef main(): return thing")["main"]
    first = Digester().digest(main)
    assert Digester().digest(main) == first
    cell(change)
    assert Digester().digest(main) != first


def test_what_another_module_has_is_looked_at_again(
    cell: Cell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "its_part.py").write_text("K = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    names = cell("import its_part\ndef main(): return its_part.K")
    walk = Digester().walk(names["main"])
    assert Digester().walk(names["main"]) is walk
    names["its_part"].K = 2
    assert Digester().walk(names["main"]).digest != walk.digest
    del sys.modules["its_part"]


def test_a_function_that_is_made_again_is_walked_again(cell: Cell) -> None:
    first = Digester().digest(cell("def main(): return 1")["main"])
    assert Digester().digest(cell("def main(): return 2")["main"]) != first
