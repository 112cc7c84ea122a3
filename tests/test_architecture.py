"""The house stands as CONTRIBUTING.md draws it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import stack_magic
from stack_magic.enums import StackComponentType

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "stack_magic"
WIDGETS = ROOT / "widgets" / "stack_magic_widgets"
FLOORS: list[set[str]] = [
    {"secrets"},
    {"errors"},
    {"enums", "display", "capture", "machine"},
    {"stack", "materializers", "trust"},
    {kind.plural for kind in StackComponentType},
    {"pipelines", "configuration", "catalog"},
    {"session"},
    {"grammar", "testing"},
    {"magics"},
    {"__init__"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# For type checkers only: a value may be annotated with what it never imports.
TYPE_ONLY = {("errors", "stack"), ("errors", "pipelines")}


def _room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imported_rooms(path: Path) -> set[str]:
    """Every room that a module imports, inside functions too."""
    rooms: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            words = (node.module or "").split(".")
            if words == ["stack_magic"]:
                rooms |= {alias.name for alias in node.names}
            elif words[0] == "stack_magic":
                rooms.add(words[1])
        if isinstance(node, ast.Import):
            dotted = [alias.name.split(".") for alias in node.names]
            rooms |= {w[1] for w in dotted if w[0] == "stack_magic" and len(w) > 1}
    return rooms


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_imports_only_from_floors_below(path: Path) -> None:
    room = _room_of(path)
    for imported in _imported_rooms(path) - {room}:
        if (room, imported) not in TYPE_ONLY:
            assert FLOOR[imported] < FLOOR[room], f"{room} imports {imported}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_the_front_hall_knows_the_widgets(path: Path) -> None:
    if path != PACKAGE / "__init__.py":
        assert "stack_magic_widgets" not in path.read_text()


@pytest.mark.parametrize("path", sorted(WIDGETS.glob("*.py")), ids=lambda p: p.stem)
def test_widgets_stand_on_every_floor_but_the_shell(path: Path) -> None:
    assert not {"magics", "__init__"} & _imported_rooms(path)
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_is_about_one_thing(path: Path) -> None:
    assert path.stem.strip("_") not in {"utils", "util", "helpers", "common", "misc"}
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("kind", StackComponentType)
def test_every_type_has_a_room_with_a_base(kind: StackComponentType) -> None:
    room = __import__(f"stack_magic.{kind.plural}", fromlist=["_"])
    base = "Base" + "".join(word.capitalize() for word in kind.value.split("_"))
    assert getattr(room, base).TYPE is kind
    assert room.__doc__


def _modules_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def test_importing_the_core_imports_nothing_heavy() -> None:
    heavy = {"IPython", "ipywidgets", "sqlalchemy", "fsspec", "numpy", "pandas", "yaml"}
    heavy |= {"cryptography", "starlette", "uvicorn", "sqlite3"}
    assert not heavy & _modules_after("import stack_magic; stack_magic.session()")


def test_the_public_names_are_those_of_the_readme() -> None:
    section = (ROOT / "README.md").read_text().partition("### Public names")[2]
    names = section.partition("###")[0].partition("\n## ")[0]
    documented = re.findall(r"^- `(\w+)", names, re.MULTILINE)
    assert sorted(documented) == sorted(stack_magic.__all__)


def test_loading_writes_and_opens_nothing(tmp_path: Path) -> None:
    code = "import stack_magic; stack_magic.session().active_stack"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
    assert not list(tmp_path.iterdir())
