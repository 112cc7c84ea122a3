"""A packaged run gives what the notebook gives, or the package is refused by name."""

from __future__ import annotations

import linecache
import sys
import types
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.errors import InvalidPipelineError
from stack_magic.grammar import parse
from tests.session.packaged_notebooks import NOTEBOOKS, SAME, Notebook

if TYPE_CHECKING:
    from pathlib import Path

    from stack_magic.session import Session

_HEAD = "from stack_magic import pipeline, step"
_PIPELINE = "@pipeline\ndef p(): s()"


class Shell:
    """Runs cells as a kernel does: the same text has the same file name, whenever it runs."""

    def __init__(self) -> None:
        self.module = types.ModuleType("__main__")
        self.history: list[str] = []
        vars(self.module)["In"] = self.history

    def run(self, text: str) -> None:
        self.history.append(text)
        filename = f"<cell of {hash(text)}>"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        code = compile(text, filename, "exec", dont_inherit=True)
        exec(code, vars(self.module))  # noqa: S102 - it is a cell


@pytest.fixture
def shell(fresh: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(linecache, "cache", {})
    shell = Shell()
    monkeypatch.setitem(sys.modules, "__main__", shell.module)
    fresh.namespace = vars(shell.module)
    magic(fresh, "container_registry register reg --flavor=oci_layout")
    magic(fresh, "stack register demo -o default -a default -m default -c reg --set")
    return shell


def magic(session: Session, line: str) -> Any:
    name, _, rest = line.partition(" ")
    return session.apply(parse(name, rest))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)
def test_a_package_is_the_notebooks_program(
    fresh: Session, shell: Shell, notebook: Notebook
) -> None:
    for text in (_HEAD, *notebook.cells, _PIPELINE):
        shell.run(text)
    here = vars(shell.module)["s"]()
    if notebook.refused is not SAME:
        with pytest.raises(InvalidPipelineError, match=notebook.refused):
            magic(fresh, "pipeline package p")
        assert not list(fresh.active_stack.container_registry.list_images())
    else:
        magic(fresh, "pipeline package p")
        there = magic(fresh, "pipeline run oci://p:latest --trust --no-cache")
        assert there["s"].output == here
        fresh.active_stack.metadata_store.close()
