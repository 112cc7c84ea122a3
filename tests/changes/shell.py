"""A notebook's shell in a process of its own: runs the rows of one way, phase by phase.

`python -m tests.changes.shell JOB ANSWERS` reads what to run from one JSON file and writes
what came of it to another. The shell is IPython's own; the cells are those of a user.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

_START = """\
%load_ext stack_magic
%load_ext autoreload
%step_operator register sub --flavor=subprocess
%orchestrator register wide --flavor=local --max_parallel={parallel}
%feature_store register features --flavor=local
%experiment_tracker register tracker --flavor=local
%alerter register bell --flavor=notebook
%stack register lab -o wide -a default -m default -s sub -f features -e tracker -al bell --set
from stack_magic import pipeline
{head}"""


class Notebook:
    """A shell of IPython with the extension loaded and a stack set."""

    def __init__(self, start: str) -> None:
        config = Config()
        config.HistoryManager.enabled = False
        self.shell: Any = InteractiveShell.instance(config=config)
        self._written = 0
        self.run(start)

    @property
    def names(self) -> dict[str, Any]:
        found: dict[str, Any] = self.shell.user_ns
        return found

    def run(self, cell: str) -> None:
        """Run *cell*; raise what it raises."""
        importlib.invalidate_caches()
        self.shell.run_cell(cell, store_history=True).raise_error()
        written = re.match(r"%%writefile (\S+)", cell)
        if written:  # two edits in one tick of the file system's clock are still two
            self._written += 1
            path = Path(written[1])
            now = path.stat().st_mtime + 10 * self._written
            os.utime(path, (now, now))

    def explained(self, run: str, step: str) -> dict[str, str]:
        """Return what the extension says of a step of a run."""
        try:
            shown = self.shell.run_line_magic("pipeline", f"explain {run}/{step}")
        except Exception as error:  # noqa: BLE001 - it is the finding
            return {"explain": _told(error)}
        return {"explain": "", "told": str(shown)}


class Rows:
    """The rows of one process.

    Attributes:
        answers: For each row what came of it, by phase.
    """

    def __init__(self, notebook: Notebook, rows: dict[str, dict[str, Any]]) -> None:
        self._notebook = notebook
        self._rows = rows
        self._tried = 0
        self.answers: dict[str, dict[str, Any]] = {name: {} for name in rows}

    def phase(self, phase: str) -> None:
        """Run the cells of *phase* of every row, then all their steps, and what they tell."""
        for name, row in self._rows.items():
            self.answers[name][phase] = {"error": self._cells(row[phase])}
        good = [name for name in self._rows if not self.answers[name][phase]["error"]]
        if not self._run(phase, good):
            for name in good:  # whose fault it is, each tells for itself
                self._run(phase, [name])
        for name in good:
            self._plain(phase, name)

    def _cells(self, cells: list[str]) -> str:
        try:
            for cell in cells:
                self._notebook.run(cell)
        except BaseException as error:  # noqa: BLE001 - it is the finding
            return _told(error)
        return ""

    def _run(self, phase: str, names: list[str]) -> bool:
        """Run the steps of *names* in one run; return whether each has an answer."""
        key = "call_then" if phase == "change" else "call"
        calls = [self._rows[name][key] for name in names]
        self._tried += 1
        try:
            self._notebook.run(
                f"@pipeline\ndef all_{self._tried}():\n" + "".join(f"    {c}\n" for c in calls)
            )
            run = self._notebook.names[f"all_{self._tried}"].run()
        except BaseException as error:  # noqa: BLE001 - likewise
            run = getattr(error, "run", None)
            if run is None:
                self.answers[names[0]][phase]["error"] = _told(error)
                return len(names) == 1
        for name in names:
            self._look_at(run, phase, name)
        return True

    def _look_at(self, run: Any, phase: str, name: str) -> None:
        answer = self.answers[name][phase]
        step = self._rows[name]["step"]
        asked = [n for n in run.steps if re.fullmatch(rf"{step}(_\d+)?", n)][-1]
        found = run[asked]
        answer["outcome"] = str(found.outcome)
        answer["error"] = found.error
        try:
            answer["value"] = repr(found.output) if not found.error else ""
        except Exception as error:  # noqa: BLE001 - likewise
            answer["value"] = _told(error)
        if phase == "change" and self._rows[name]["told"]:
            answer |= self._notebook.explained(run.name, asked)

    def _plain(self, phase: str, name: str) -> None:
        expression = self._rows[name]["plain_then" if phase == "change" else "plain"]
        if not expression:
            return
        try:
            plain = eval(expression, self._notebook.names)  # noqa: S307 - as a cell does
        except Exception as error:  # noqa: BLE001 - likewise
            plain = error
        self.answers[name][phase]["plain"] = repr(plain)


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def main(job_file: str, answers_file: str) -> None:
    """Run what *job_file* asks for and write what came of it to *answers_file*."""
    job = json.loads(Path(job_file).read_text())
    sys.path[0] = os.fspath(Path.cwd())
    rows = Rows(Notebook(_START.format(**job["options"])), job["rows"])
    for phase in job["phases"]:
        rows.phase(phase)
    Path(answers_file).write_text(json.dumps(rows.answers))


if __name__ == "__main__":
    main(*sys.argv[1:])
