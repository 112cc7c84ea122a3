"""Asks every row in every way that a test wants: once, all ways side by side."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tests.live_kernel import ROOT

from .scripts import HEAD, HERE, KERNEL, OPERATOR, UNDO, script_of
from .table import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Phases = dict[str, dict[str, Any]]
"""What came of a row, by phase."""

_PROCESS_LIMIT = 600


class Answers:
    """What came of the rows: a way that broke down is the fault of its own rows only."""

    def __init__(self, made: dict[str, Future[dict[str, Phases]]]) -> None:
        self._made = made

    def of(self, row: str, way: str) -> Phases:
        """Return what came of a row in a way."""
        return self._made[HERE if way == UNDO else way].result()[row]


@pytest.fixture(scope="session")
def answers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Return what came of the rows that are asked for; those only are run."""
    wanted: dict[str, dict[str, None]] = defaultdict(dict)
    undone = False
    for item in request.session.items:
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if {"row", "way"} <= set(parameters):
            way = HERE if parameters["way"] == UNDO else parameters["way"]
            wanted[way][parameters["row"]] = None
            undone |= parameters["way"] == UNDO
    folder = tmp_path_factory.mktemp("changes")
    with ThreadPoolExecutor() as pool:
        return Answers(
            {
                way: pool.submit(_ask, way, rows, folder / way, undone=undone)
                for way, rows in wanted.items()
            }
        )


def _ask(way: str, rows: Iterable[str], folder: Path, *, undone: bool) -> dict[str, Phases]:
    scripts = {says: script_of(ROWS[says], way) for says in rows}
    job = {
        says: script.numbered(ROWS[says].number) | {"told": ROWS[says].told}
        for says, script in scripts.items()
        if script is not None
    }
    folder.mkdir()
    if way == KERNEL:
        first = _in_a_process(job, ["before"], folder, "first")
        then = _in_a_process(job, ["before", "change"], folder, "second")
        return {
            says: {
                "before": first[says]["before"],
                "again": then[says]["before"],
                "change": then[says]["change"],
            }
            for says in first
        }
    phases = ["before", "change", *(["undo"] if way == HERE and undone else [])]
    return _in_a_process(job, phases, folder, "only", parallel=2 if way == OPERATOR else 1)


def _in_a_process(
    rows: dict[str, Any], phases: list[str], folder: Path, name: str, parallel: int = 1
) -> dict[str, Phases]:
    """Run rows in a shell of their own, with *folder* as project."""
    project = folder / "project"
    for part in (project, folder / "home"):
        part.mkdir(exist_ok=True)
    job, answers, log = (folder / f"{name}.{kind}" for kind in ("job", "answers", "log"))
    options = {"parallel": parallel, "head": HEAD}
    job.write_text(json.dumps({"rows": rows, "phases": phases, "options": options}))
    environment = {
        **os.environ,
        "HOME": os.fspath(folder / "home"),
        "IPYTHONDIR": os.fspath(folder / "home" / "ipython"),
        "PYTHONPATH": os.fspath(ROOT),
    }
    command = [sys.executable, "-m", "tests.changes.shell", os.fspath(job), os.fspath(answers)]
    with log.open("w") as said:
        ended = subprocess.run(
            command,
            cwd=project,
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=_PROCESS_LIMIT,
        )
    assert ended.returncode == 0, log.read_text()[-3000:]
    found: dict[str, Phases] = json.loads(answers.read_text())
    return found
