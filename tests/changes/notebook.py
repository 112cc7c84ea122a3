"""A notebook without a shell: its cells are run in a `__main__` of its own, from no file.

`python -m tests.changes.notebook FOLDER` reads cells as JSON, runs them and the pipeline,
and writes how its step ended and what it gave.
"""

from __future__ import annotations

import json
import linecache
import sys
import types
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.enums import StackComponentType
from stack_magic.metadata_stores import SqliteMetadataStore
from stack_magic.orchestrators import LocalOrchestrator
from stack_magic.pipelines import execute
from stack_magic.stack import Stack

if TYPE_CHECKING:
    from typing import Self

HEAD = "from stack_magic.pipelines import pipeline, step\n"
PIPELINE = "@pipeline\ndef train():\n    main()\n"
_NUMBERS = count(1)


class Notebook:
    """A notebook of the project in *folder*; it is `__main__` while it is open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._module = types.ModuleType("__main__")
        self._former = sys.modules["__main__"]
        self._stack = Stack.from_components(
            "lab",
            {
                StackComponentType.ORCHESTRATOR: LocalOrchestrator(name="here"),
                StackComponentType.ARTIFACT_STORE: LocalArtifactStore(
                    name="lake", path=str(folder / "artifacts")
                ),
                StackComponentType.METADATA_STORE: SqliteMetadataStore(
                    name="book", uri=f"sqlite:///{folder}/runs.db"
                ),
            },
        )

    def __enter__(self) -> Self:
        sys.modules["__main__"] = self._module
        self.run(HEAD)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.metadata_store.close()
        sys.modules["__main__"] = self._former

    def run(self, *cells: str) -> None:
        """Run *cells*, one after the other."""
        for cell in cells:
            filename = f"<any-{next(_NUMBERS)}>"
            linecache.cache[filename] = (len(cell), None, cell.splitlines(keepends=True), filename)
            code = compile(cell, filename, "exec", dont_inherit=True)
            exec(code, vars(self._module))  # noqa: S102 - it is a cell

    def plain(self) -> Any:
        """Return what the step gives as a plain call."""
        return vars(self._module)["main"]()

    def outcome(self) -> tuple[str, Any]:
        """Run the pipeline; return how its step ended, and what it gave."""
        self.run(PIPELINE)
        found = execute(vars(self._module)["train"], self._stack)["main"]
        return str(found.outcome), found.error or found.output


def main(folder: str) -> None:
    """Run the cells that are on the standard input."""
    cells = json.load(sys.stdin)
    with Notebook(Path(folder)) as notebook:
        notebook.run(*cells)
        json.dump([*notebook.outcome(), notebook.plain()], sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
