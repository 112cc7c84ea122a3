"""Pickles refer to what the notebook and the project have, and hold what they have not."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.materializers import dump, load

if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Cell = Callable[[str], dict[str, Any]]

NAME = f"cloudpickle-{sys.version_info[0]}.{sys.version_info[1]}"


def written(value: Any) -> bytes:
    materializer, content = dump(value)
    assert materializer.name == NAME
    return content


def read(content: bytes) -> Any:
    return load(NAME, content, "value")


@pytest.fixture
def part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[types.ModuleType]:
    (tmp_path / "kept_part.py").write_text(
        "class Kept:\n    class Inner: pass\n    def f(self): return 1\ndef helper(): return 1\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("kept_part")
    del sys.modules["kept_part"]


@pytest.mark.parametrize(
    "named",
    [
        "A",
        "A.Inner",
        "helper",
        "kept_part",
        "kept_part.Kept",
        "kept_part.Kept.Inner",
        "kept_part.Kept.f",
        "kept_part.helper",
        "json",
        "json.JSONDecoder",
        "json.dumps",
        "len",
    ],
)
def test_what_a_name_finds_comes_back_as_itself(
    cell: Cell, part: types.ModuleType, named: str
) -> None:
    names = cell(
        "import json, kept_part\nclass A:\n    class Inner: pass\ndef helper(): return 1\n"
        f"thing = {named}"
    )
    assert read(written([names["thing"]]))[0] is names["thing"]


@pytest.mark.parametrize(
    ("made", "asked"),
    [
        ("lambda: K", "thing()"),
        ("make(2)", "thing()"),
        ("made_class()", "thing().f()"),
        ("hidden", "thing()"),
        ("module('nowhere')", "thing.K"),
        ("module('kept_part')", "thing.K"),
    ],
)
def test_what_no_name_finds_comes_back_as_it_was(
    cell: Cell, part: types.ModuleType, made: str, asked: str
) -> None:
    names = cell(
        "import types\nK = 1\ndef make(n):\n    return lambda: n\n"
        "def made_class():\n    class Own:\n        def f(self): return K\n    return Own\n"
        "def module(name):\n    made = types.ModuleType(name)\n    made.K = 3\n    return made\n"
        "def hidden(): return 1\nformer = hidden\ndef hidden(): return 2\nhidden, now = former, 0\n"
        f"thing = {made}\nanswer = {asked}\ndel hidden"
    )
    value = read(written([names["thing"]]))[0]
    assert value is not names["thing"]
    assert eval(asked, {"thing": value}) == names["answer"]  # noqa: S307 - of this test


@pytest.mark.parametrize("change", ["class A:\n    def f(self): return 2", "del A", "A = None"])
def test_an_object_keeps_the_class_that_the_notebook_has_no_more(cell: Cell, change: str) -> None:
    names = cell("class A:\n    def f(self): return 1\na, b = A(), A()")
    content = written([names["a"], names["b"]])
    names = cell(change)
    one, other = read(content)
    assert (one.f(), other.f()) == (1, 1)
    assert type(one) is type(other)
    assert type(one) is not names.get("A")


def test_a_class_that_is_defined_again_as_it_was_is_taken(cell: Cell) -> None:
    source = "class A:\n    def f(self): return 1\n"
    content = written([cell(f"{source}a = A()")["a"]])
    names = cell(source)
    assert type(read(content)[0]) is names["A"]


def test_a_class_that_is_still_there_is_taken_whatever_it_holds_by_now(cell: Cell) -> None:
    names = cell("class A:\n    seen = 0\na = A()")
    content = written([names["a"]])
    names["A"].seen = 1
    assert type(read(content)[0]) is names["A"]


def test_a_class_of_the_project_is_taken_as_it_is_now(part: types.ModuleType) -> None:
    content = written([part.Kept(), part])
    former = part.Kept
    part = importlib.reload(part)
    one, module = read(content)
    assert type(one) is part.Kept is not former
    assert module is part
