"""Fixtures of tests in a real kernel, and of cells without one."""

from __future__ import annotations

import linecache
import signal
import sys
import types
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.secrets import _known
from tests.live_kernel import live_kernel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.live_kernel import LiveKernel

Cell = Callable[[str], dict[str, Any]]
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def module_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKernel]:
    with live_kernel(tmp_path_factory.mktemp("kernel")) as kernel:
        yield kernel


@pytest.fixture
def kernel(module_kernel: LiveKernel, tmp_path: Path) -> LiveKernel:
    """Return the module's kernel, begun anew, with the extension loaded."""
    module_kernel.fresh(tmp_path / "project")
    assert module_kernel.run("%load_ext stack_magic").ok
    return module_kernel


@pytest.fixture(scope="session", autouse=True)
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give the user of the tests, and of all processes that they start, a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("user")))
        yield


@pytest.fixture(autouse=True, scope="session")
def interrupts_are_heard() -> None:
    """Hear Ctrl-C also where the tests run in the background of a script, which ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test know the secrets of others."""
    monkeypatch.setattr(_known, "KNOWN", _known.KnownSecrets())


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    """Runs source as a notebook would: in `__main__`, from no file."""
    notebook = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", notebook)
    monkeypatch.setattr(linecache, "cache", {})  # no cells of other tests

    def run(source: str) -> dict[str, Any]:
        filename = f"<cell-{next(_NUMBERS)}>"  # never the name of another cell
        lines = source.splitlines(keepends=True)
        linecache.cache[filename] = (len(source), None, lines, filename)
        code = compile(source, filename, "exec", dont_inherit=True)  # no future of this module
        exec(code, vars(notebook))  # noqa: S102 - it is a cell
        return vars(notebook)

    return run


def pytest_unconfigure(config: pytest.Config) -> None:
    """Name in the last line what was not run: a skip is loud."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped:
        names = ", ".join(sorted({report.nodeid for report in skipped}))
        reporter.write_line(f"NOT RUN here: {len(skipped)}: {names}", yellow=True, bold=True)
