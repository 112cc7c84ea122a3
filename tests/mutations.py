"""Turns round one condition, comparison or boolean at a time, and says which no test notices.

    python -m tests.mutations                          # all modules of the list below
    python -m tests.mutations stack_magic/capture/_parts.py --limit 20
    python -m tests.mutations --list                   # what would be tried
    python -m tests.mutations --quick                  # without the table of changes

Each change is made in a copy of the project, in which the tests of its module run until one
fails. What was found is kept in `build/mutations.json`: a change is tried again when the
function around it is another, and one that survived also when the tests are others. What
changes nothing is listed, with why, in `tests/equivalent_mutations.txt`.
"""
# ruff: noqa: T201 - a tool says what it found

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING

from tests.mutants import Mutant, mutants_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parent.parent
FOUND = ROOT / "build" / "mutations.json"
EQUIVALENT = ROOT / "tests" / "equivalent_mutations.txt"
MODULES = (
    "stack_magic/capture/*.py",
    "stack_magic/pipelines/_cache*.py",
    "stack_magic/pipelines/_files_read.py",
    "stack_magic/pipelines/_policy.py",
    "stack_magic/pipelines/_refusals.py",
    "stack_magic/stack/_checks.py",
    "stack_magic/stack/_rules.py",
)
_CHANGES = "tests/changes/test_changes.py::"
_CODE = (
    "tests/capture/test_digest.py",
    "tests/capture/test_file_names.py",
    "tests/capture/test_imports_inside.py",
    "tests/capture/test_needs.py",
    "tests/capture/test_outside.py",
    "tests/capture/test_program.py",
    "tests/capture/test_unchanged.py",
    "tests/capture/test_walk.py",
    f"{_CHANGES}test_here",
    f"{_CHANGES}test_why_a_step_is_not_cached_is_told",
    "tests/capture",
)
_CACHE = tuple(
    f"tests/pipelines/test_{name}.py" for name in ("caching", "explanation", "files_read", "policy")
)
_SOURCE = (
    "tests/capture/test_captured.py",
    "tests/capture/test_needs.py",
    "tests/magics/test_flavor_cell.py",
)
_TRAVEL = (
    "tests/materializers",
    "tests/capture/test_travel.py",
    "tests/pipelines/test_artifacts.py",
)
TESTS = {
    "stack_magic/stack/": ("tests/stack",),
    "stack_magic/pipelines/": (*_CACHE, *_CODE),
    "stack_magic/capture/_captured": (*_SOURCE, *_CODE),
    "stack_magic/capture/_definition": (*_SOURCE, *_CODE),
    "stack_magic/capture/_import_lines": (*_SOURCE, *_CODE),
    "stack_magic/capture/_arrival": (*_TRAVEL, *_CACHE, *_CODE),
    "stack_magic/capture/_reducers": (*_TRAVEL, *_CACHE, *_CODE),
    "stack_magic/capture/_travel": (*_TRAVEL, *_CACHE, *_CODE),
    "stack_magic/capture/_installed": (*_SOURCE, *_CODE),
    "stack_magic/capture/_needs": (*_SOURCE, *_CODE),
    "stack_magic/capture/_origins": (*_SOURCE, "tests/session/test_package_refusals.py", *_CODE),
    "stack_magic/capture/_reads": (*_SOURCE, "tests/capture/test_travel.py", *_CODE),
    "stack_magic/capture/_reference": (*_TRAVEL, *_CACHE, *_CODE),
    "stack_magic/capture/": (*_CODE, *_CACHE),
}
"""The tests of modules, those first that are likely to notice; the first name that fits counts."""
_COPIED = ("stack_magic", "widgets", "tests", "pyproject.toml", "README.md", "LICENSE")
_SLOWER = 2
"""How often as long as without a change the tests may take: then they are caught in a loop."""


@dataclass(frozen=True)
class Try:
    """One change of one module, and the tests that should notice it."""

    module: str
    mutant: Mutant
    tests: tuple[str, ...]
    number: int

    @property
    def place(self) -> str:
        """What the reader is shown."""
        return f"{self.module}:{self.mutant.line}: {self.mutant.change}"

    @property
    def equivalent(self) -> str:
        """Its line in the list of changes that change nothing, without the reason."""
        which = "" if self.number == 1 else f" ({self.number})"
        return f"{self.module} {self.mutant.scope}{which}: {self.mutant.change}"

    @property
    def key(self) -> str:
        """What it is known by while the code around it stays."""
        parts = (self.module, self.mutant.around, self.mutant.change, self.number)
        return hashlib.sha256(repr(parts).encode()).hexdigest()


class Copies:
    """Copies of the project, one for each of those who try at the same time."""

    def __init__(self, folder: Path, count: int) -> None:
        self._free: SimpleQueue[Path] = SimpleQueue()
        ignored = shutil.ignore_patterns("__pycache__", ".hypothesis")
        self.all = tuple(folder / str(number) for number in range(count))
        for copy in self.all:
            copy.mkdir()
            for part in _COPIED:
                source = ROOT / part
                if source.is_dir():
                    shutil.copytree(source, copy / part, ignore=ignored)
                else:
                    shutil.copy2(source, copy / part)
            self._free.put(copy)

    def survives(self, tried: Try, options: Sequence[str], limit: float) -> bool:
        """Whether no test notices the change."""
        copy = self._free.get()
        file = copy / tried.module
        plain, times = file.read_bytes(), file.stat()
        try:
            file.write_text(tried.mutant.text, encoding="utf-8")
            said = _pytest(copy, tried.tests, ("-x", *options), limit)
        finally:
            file.write_bytes(plain)
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
            self._free.put(copy)
        counts = said.strip().rpartition("\n")[2]
        return " passed" in counts and not re.search(r"\d (failed|error)", counts)


def _pytest(copy: Path, tests: Sequence[str], options: Sequence[str], limit: float | None) -> str:
    """Return what pytest says in a copy, or nothing if it is too slow.

    Plugins take longer to load than most tests. Bytecode is written only without a limit:
    of what is as it was.
    """
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "--tb=no", "-rfE"]
    environment = {
        **os.environ,
        "PYTHONPATH": os.fspath(copy),
        "COLUMNS": "1000",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1" if limit else "",
    }
    with subprocess.Popen(
        [*command, "-p", "no:cacheprovider", *options, *tests],
        cwd=copy,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            return process.communicate(timeout=limit)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # with what it has started
            return ""


def tries(patterns: Sequence[str], *, quick: bool = False) -> Iterator[Try]:
    """Yield what is to be tried; *quick* with the tests before the table of changes only."""
    equivalent = equivalents()
    return (one for one in _changes(patterns, quick=quick) if one.equivalent not in equivalent)


def _changes(patterns: Sequence[str], *, quick: bool) -> Iterator[Try]:
    modules = (file for pattern in patterns for file in sorted(ROOT.glob(pattern)))
    for file in dict.fromkeys(modules):
        module = file.relative_to(ROOT).as_posix()
        tests = next(tests for folder, tests in TESTS.items() if module.startswith(folder))
        if quick:
            tests = tuple(takewhile(lambda test: not test.startswith(_CHANGES), tests))
        seen: dict[tuple[str, str], int] = {}
        for mutant in mutants_of(file.read_text(encoding="utf-8")):
            same = (mutant.around, mutant.change)
            seen[same] = seen.get(same, 0) + 1
            yield Try(module, mutant, tests, seen[same])


def equivalents() -> dict[str, str]:
    """Return the changes that are known to change nothing, with the reasons."""
    lines = EQUIVALENT.read_text(encoding="utf-8").splitlines()
    split = (line.partition("  # ") for line in lines if line and line[0] != "#")
    return {change.strip(): reason.strip() for change, _, reason in split}


def equivalents_without_a_change() -> list[str]:
    """Return what the list names that is not in the modules, or names without a reason."""
    listed = equivalents()
    modules = dict.fromkeys(one.partition(" ")[0] for one in listed)
    there = {one.equivalent for one in _changes(tuple(modules), quick=True)}
    return [one for one, reason in listed.items() if one not in there or not reason]


def _state_of_tests() -> str:
    files = sorted(p for p in (ROOT / "tests").rglob("*") if p.suffix in {".py", ".txt"})
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


class Findings:
    """What is known of changes that were tried, kept in a file."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tests = _state_of_tests()
        self._found = self._kept()

    @staticmethod
    def _kept() -> dict[str, str]:
        found: dict[str, str] = json.loads(FOUND.read_text()) if FOUND.exists() else {}
        return found

    def known(self, tried: Try) -> str | None:
        """Return `noticed` or `survived`, or None where it must be tried."""
        found = self._found.get(tried.key)
        if found is None or found == "noticed":
            return found
        return "survived" if found == self._tests else None

    def keep(self, tried: Try, *, survived: bool) -> None:
        """Keep what was found."""
        with self._lock:
            self._found = self._kept()  # with what others have found meanwhile
            self._found[tried.key] = self._tests if survived else "noticed"
            FOUND.parent.mkdir(exist_ok=True)
            new = FOUND.with_suffix(f".{os.getpid()}")
            new.write_text(json.dumps(self._found, indent=0))
            new.replace(FOUND)


def _failing(copy: Path, tests: Sequence[str]) -> tuple[list[str], float]:
    """Return the options that leave out the tests that fail anyway, and how long all take."""
    begin = time.monotonic()
    said = _pytest(copy, tests, (), None)
    if " passed" not in said.strip().rpartition("\n")[2]:
        sys.exit(f"the tests do not run as they are:\n{said[-2000:]}")
    failing = re.findall(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", said, flags=re.MULTILINE)
    if failing:
        print(f"{len(failing)} tests fail without any change and are left out")
    return [f"--deselect={one}" for one in failing], time.monotonic() - begin


def run(asked: Sequence[Try], findings: Findings, jobs: int, *, quick: bool) -> list[Try]:
    """Try everything that is asked; return what survives.

    What survives the quick tests may be noticed by the others: it is not kept.
    """
    survivors = [one for one in asked if findings.known(one) == "survived"]
    left = [one for one in asked if findings.known(one) is None]
    print(f"{len(asked)} changes, {len(asked) - len(left)} known from before")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as pool:
        copies = Copies(Path(folder), jobs)
        found = {}
        for tests in dict.fromkeys(one.tests for one in left):
            found[tests] = list(pool.map(lambda copy, t=tests: _failing(copy, t), copies.all))

        def attempt(one: Try) -> None:
            options = [option for failing, _ in found[one.tests] for option in failing]
            limit = _SLOWER * max(seconds for _, seconds in found[one.tests]) + 10
            survived = copies.survives(one, options, limit)
            if not (survived and quick):
                findings.keep(one, survived=survived)
            print("SURVIVED" if survived else "noticed ", one.place, flush=True)
            if survived:
                survivors.append(one)

        list(pool.map(attempt, left))
    return survivors


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the changes of the modules that are given; return how many survive."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("modules", nargs="*", default=MODULES, help="patterns of modules")
    parser.add_argument("--jobs", type=int, default=2, help="how many are tried side by side")
    parser.add_argument("--limit", type=int, help="try so many of them at most")
    parser.add_argument("--list", action="store_true", help="only list what would be tried")
    parser.add_argument("--quick", action="store_true", help="leave out the table of changes")
    options = parser.parse_args(arguments)
    asked = list(tries(options.modules, quick=options.quick))[: options.limit]
    if options.list:
        print("\n".join(one.place for one in asked))
        return 0
    survivors = run(asked, Findings(), options.jobs, quick=options.quick)
    print(f"\n{len(survivors)} of {len(asked)} changes survive")
    for one in sorted(survivors, key=lambda one: (one.module, one.mutant.line)):
        print(one.place)
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
