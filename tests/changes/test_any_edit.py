"""Whatever is edited: the pipeline gives what the plain call gives, and nothing stale."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.live_kernel import ROOT

from .notebook import Notebook
from .programs import Edit, Program, edits, programs

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODULES = count(1)


@contextmanager
def opened() -> Iterator[tuple[Notebook, Path]]:
    """Return a notebook, and the folder of its project."""
    with tempfile.TemporaryDirectory() as folder, Notebook(Path(folder)) as notebook:
        yield notebook, Path(folder)


def check(notebook: Notebook) -> tuple[str, object]:
    """Check that the step gives what the plain call gives, and then from the cache."""
    outcome = notebook.outcome()
    assert outcome[1] == notebook.plain()
    assert notebook.outcome() == ("cached", outcome[1])
    return outcome


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(programs, st.lists(edits, min_size=1, max_size=3))
def test_a_cell_that_is_edited_counts(program: Program, changes: list[Edit]) -> None:
    with opened() as (notebook, _):
        notebook.run(*program.cells, program.step())
        first = check(notebook)
        now = program
        for edit in changes:
            now = now.edited(edit)
            notebook.run(now.cells[now.place(edit)], now.step())
            check(notebook)
        notebook.run(*program.cells, program.step())
        assert notebook.outcome() == ("cached", first[1])


@settings(max_examples=100, derandomize=True, database=None, deadline=None)
@given(programs, st.lists(edits, min_size=1, max_size=2))
def test_a_module_that_is_edited_and_loaded_again_counts(
    program: Program, changes: list[Edit]
) -> None:
    name = f"any_edit_{next(_MODULES)}"
    with opened() as (notebook, folder), importable(folder, name):
        write(folder / f"{name}.py", program, 0)
        notebook.run(f"import importlib, {name}\n", program.step(f"{name}."))
        first = check(notebook)
        now = program
        for number, edit in enumerate(changes, 1):
            now = now.edited(edit)
            write(folder / f"{name}.py", now, number)
            notebook.run(f"importlib.reload({name})\n", now.step(f"{name}."))
            check(notebook)
        write(folder / f"{name}.py", program, len(changes) + 1)
        notebook.run(f"importlib.reload({name})\n", program.step(f"{name}."))
        assert notebook.outcome() == ("cached", first[1])


@contextmanager
def importable(folder: Path, name: str) -> Iterator[None]:
    sys.path.insert(0, os.fspath(folder))
    try:
        yield
    finally:
        sys.path.remove(os.fspath(folder))
        sys.modules.pop(name, None)


def write(file: Path, program: Program, number: int) -> None:
    """Write a module, later by the clock than the last time."""
    file.write_text("\n".join(program.cells))
    moment = file.stat().st_mtime + 10 * number
    os.utime(file, (moment, moment))
    importlib.invalidate_caches()


@settings(
    max_examples=5,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # each example takes seconds: what it finds is not made smaller
)
@given(programs, edits)
def test_another_process_says_the_same(program: Program, edit: Edit) -> None:
    now = program.edited(edit)
    with opened() as (notebook, folder):
        notebook.run(*program.cells, program.step())
        first = check(notebook)
        assert elsewhere(folder, program) == ["cached", first[1], first[1]]
        _, value, plain = elsewhere(folder, now)
        assert value == plain
        notebook.run(*now.cells, now.step())
        assert notebook.outcome() == ("cached", plain)


def elsewhere(folder: Path, program: Program) -> list[object]:
    """Return how the step ends in a fresh process, what it gives, and the plain call."""
    command = [sys.executable, "-m", "tests.changes.notebook", os.fspath(folder)]
    ended = subprocess.run(
        command,
        input=json.dumps([*program.cells, program.step()]),
        env={**os.environ, "PYTHONPATH": os.fspath(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    )
    found: list[object] = json.loads(ended.stdout)
    return found
