"""Artifacts of the first version, which hold the classes of cells by value.

`earlier_pickles.json` has the cells, what they returned, and the bytes that the version before
commit b739ea8 wrote of it on Python 3.11.
"""

from __future__ import annotations

import base64
import gc
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.materializers import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Cell = Callable[[str], dict[str, Any]]

CASES = json.loads(Path(__file__).with_name("earlier_pickles.json").read_text(encoding="ascii"))

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="holds code of 3.11")


@pytest.fixture(autouse=True)
def _closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOSED", "no")


def read(name: str) -> Any:
    return load("cloudpickle-3.11", base64.b64decode(CASES[name]["written"]), name)


def objects_in(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif type(value) in {list, tuple}:
        yield from value
    else:
        yield value


def state_of(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return what the notebook holds, and what its classes hold and know."""
    state: dict[str, Any] = {}
    for name, thing in notebook.items():
        state[name] = list(thing) if type(thing) is list else thing
        if isinstance(thing, type) and thing.__module__ == "__main__":
            state[f"{name} holds"] = dict(vars(thing))
            state[f"{name} is the base of"] = type.__subclasses__(thing)
    return state


@pytest.mark.parametrize("name", CASES)
def test_an_object_is_one_of_the_class_that_the_notebook_has(name: str, cell: Cell) -> None:
    notebook = cell(CASES[name]["source"])
    before = state_of(notebook)
    value = read(name)
    for one in objects_in(value):
        assert type(one) is notebook[type(one).__qualname__]
    assert state_of(notebook) == before


def test_what_comes_back_is_what_was_written(cell: Cell) -> None:
    for name in ("dataclass", "enum", "model"):
        notebook = cell(CASES[name]["source"])
        assert read(name) == eval(CASES[name]["value"], notebook)  # noqa: S307 - of this test
    cell(CASES["plain"]["source"])
    assert [disc.area() for disc in read("plain")] == pytest.approx([6.2832, 12.5664], abs=1e-4)
    nested = cell(CASES["nested"]["source"])
    assert type(read("nested").root.children[0]) is nested["Tree"].Node


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("plain", "* FACTOR", "+ FACTOR"),
        ("dataclass", "0.5", "0.25"),
        ("enum", "return self.value", "return self.name"),
        ("meta", "self.n = n", "self.n = -n"),
        ("model", "value.lower()", "value.upper()"),
    ],
)
def test_an_object_of_a_class_that_was_edited_is_a_copy(
    name: str, old: str, new: str, cell: Cell
) -> None:
    source = CASES[name]["source"]
    assert old in source
    notebook = cell(source.replace(old, new))
    before = state_of(notebook)
    for one in objects_in(read(name)):
        assert type(one) is not notebook[type(one).__qualname__]
    assert state_of(notebook) == before


def test_no_copy_is_made_of_a_class_of_the_notebook(cell: Cell) -> None:
    """It would be told, and would know the copy among its subclasses."""
    notebook = cell(CASES["registry"]["source"].replace("self.path = path", "self.path = [path]"))
    before = state_of(notebook)
    csv, plugin = read("registry")
    assert csv.path == "a"
    assert type(csv).__mro__[1] is type(plugin)
    assert type(plugin) is not notebook["Plugin"]
    gc.collect()
    assert state_of(notebook) == before


def test_a_class_that_a_copy_has_registered_is_a_copy_too(cell: Cell) -> None:
    notebook = cell(CASES["abstract"]["source"].replace("** 2", "** 3"))
    source = CASES["abstract"]["source"]
    assert "def size(self): ..." in source
    cell(source.replace("def size(self): ...", "def size(self):\n        return 0"))
    before = state_of(notebook)
    square, cube = read("abstract")
    assert isinstance(cube, type(square).__mro__[1])
    assert type(cube) is not notebook["Cube"]
    assert state_of(notebook) == before


def test_classes_that_the_notebook_has_not_are_copies(cell: Cell) -> None:
    notebook = cell("x = 1")
    (closing,) = read("closing")
    assert type(closing).__name__ == "Closing"
    assert "Closing" not in notebook


def test_an_object_is_destroyed_once_and_at_once(
    cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    gc.collect()  # those of the tests before
    monkeypatch.setenv("CLOSED", "no")
    cell(CASES["closing"]["source"])
    value = read("closing")
    gc.collect()
    assert os.environ["CLOSED"] == "no"
    gc.disable()
    try:
        del value
    finally:
        gc.enable()
    assert os.environ["CLOSED"] == "yes"
