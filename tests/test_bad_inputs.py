"""What is typed by mistake is answered kindly and does no harm: the cases of bad_inputs.yaml.

Each case is a cell run in a real kernel; each name in its `holds` is a function here, with
the same name, that asserts the invariant.
"""

from __future__ import annotations

import os
import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from stack_magic import errors
from tests.live_kernel import Answer, LiveKernel, live_kernel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCE: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("bad_inputs.yaml").read_text(encoding="utf-8")
)
CANARY = "hunter2-SEKRET"
KEYS = frozenset(
    [
        "id",
        "setup",
        "before",
        "input",
        "expect",
        "must_mention",
        "must_not_mention",
        "holds",
        "changes",
        "note",
    ]
)
LINES, BYTES, SECONDS = 12, 200_000, 5.0


# The kernel of a group, and the stage of one case.


class Kernels:
    """One kernel at a time: the cases of a group share theirs."""

    def __init__(self, sandbox: Path) -> None:
        self.sandbox = sandbox
        self._stack = ExitStack()
        self._group = ""
        self._kernel: LiveKernel | None = None

    def of(self, group: str) -> LiveKernel:
        if self._kernel is None or group != self._group:
            self.close()
            # Apart from the sandbox: a kernel writes its history where it likes.
            self._kernel = self._stack.enter_context(live_kernel(self.sandbox / "kernel"))
            self._group = group
        return self._kernel

    def close(self) -> None:
        self._stack.close()


@pytest.fixture(scope="module")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernels]:
    started = Kernels(tmp_path_factory.mktemp("kernels"))
    yield started
    started.close()


@dataclass
class Stage:
    """One case as it was played.

    Attributes:
        around: The folder around the project: nothing in it but the project may change.
        before: Digests of the registry's entries before the cell, and
        after: after it.
        files: What lay outside the project before the cell.
    """

    case: dict[str, Any]
    kernel: LiveKernel
    around: Path
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[int, int]] = field(default_factory=dict)
    answer: Answer = field(default_factory=lambda: Answer({}))

    @property
    def project(self) -> Path:
        # Deep, so that a few .. still lead to where they are noticed.
        return self.around / "1" / "2" / "3" / "4" / "project"

    def play(self) -> None:
        self.kernel.fresh(self.project)
        (self.project / "tmp").mkdir()
        for cell in _cells(self.case["setup"]):
            self._set_up(cell)
        if "before" in self.case:
            self._set_up(self.case["before"])
        self.kernel.side("hold()")
        self.before, self.files = self.kernel.side("digest()"), self.outside()
        self.answer = self.kernel.run(self._filled(self.case["input"]))
        self.after = self.kernel.side("digest()")

    def _set_up(self, cell: str) -> None:
        answer = self.kernel.run(self._filled(cell))
        assert answer.ok, f"the setup failed:\n{answer.shown}"

    def _filled(self, cell: str) -> str:
        return cell.replace("@TMP@", os.fspath(self.project / "tmp"))

    def outside(self) -> dict[str, tuple[int, int]]:
        """Return what lies outside the project, with time and size of each file."""
        home = self.kernel.home
        paths = [p for top in (self.around, home) for p in top.rglob("*")]
        return {
            os.fspath(p): (p.stat().st_mtime_ns, p.stat().st_size)
            for p in paths
            if p.is_file() and not p.is_relative_to(self.project)
        }


def _cells(setup: str) -> Iterator[str]:
    for cell in SOURCE["setups"][setup]:
        name = cell.removeprefix("@setup: ")
        if name == cell:
            yield cell
        else:
            yield from _cells(name)


# The invariants.


def registry_unchanged(stage: Stage) -> None:
    assert stage.after == stage.before


def only_named_change(stage: Stage) -> None:
    before, after = stage.before.items(), stage.after.items()
    assert {name for name, _ in before ^ after} == set(stage.case["changes"])


def kernel_alive(stage: Stage) -> None:
    assert stage.kernel.value("1 + 1") == 2


def no_traceback(stage: Stage) -> None:
    assert len(stage.answer.traceback) <= LINES
    assert "Traceback" not in stage.answer.shown
    assert "site-packages" not in stage.answer.shown


def bounded(stage: Stage) -> None:
    assert len(stage.answer.everything.encode()) <= BYTES
    assert stage.answer.seconds <= SECONDS


def no_secret(stage: Stage) -> None:
    for answer in stage.kernel.said:
        assert CANARY not in answer.everything
    for path in stage.project.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes()


def no_code_executed(stage: Stage) -> None:
    assert stage.kernel.value("__import__('os').environ.get('PWNED')") is None
    assert not list(stage.around.rglob("*PWNED*"))


def no_files_outside(stage: Stage) -> None:
    assert stage.outside() == stage.files


def html_inert(stage: Stage) -> None:
    for fragment in stage.answer.html:
        reader = InertReader()
        reader.feed(fragment)
        reader.close()
        assert reader.open == []


def no_control_chars(stage: Stage) -> None:
    found = re.findall(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", stage.answer.shown
    )
    assert found == []


def nfc_unique(stage: Stage) -> None:
    assert stage.kernel.side("unlike_nfc()") == []


def old_instances_work(stage: Stage) -> None:
    assert stage.kernel.side("old_instances_work()") == []


def run_finishes(stage: Stage) -> None:
    assert stage.kernel.side("finish_run()") == "done"


INVARIANTS: dict[str, Callable[[Stage], None]] = {
    check.__name__: check
    for check in (
        registry_unchanged,
        only_named_change,
        kernel_alive,
        no_traceback,
        bounded,
        no_secret,
        no_code_executed,
        no_files_outside,
        html_inert,
        no_control_chars,
        nfc_unique,
        old_instances_work,
        run_finishes,
    )
}


class InertReader(HTMLParser):
    """Fails at any tag or attribute that could do more than be read."""

    TAGS = frozenset(["div", "b", "table", "thead", "tbody", "tr", "th", "td", "pre", "code"])
    DRAWING = frozenset(["svg", "title", "path", "rect", "text"])
    STYLES = re.compile(r"((text-align|padding|padding-left|max-width|height|color):[\w .%-]+;?)*")
    DRAWN = re.compile(r"[\w .%#-]+|http://www\.w3\.org/2000/svg")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.TAGS | self.DRAWING
        self.open.append(tag)
        for name, value in attrs:
            if name == "style":
                assert self.STYLES.fullmatch(value or ""), value
            else:
                assert tag in self.DRAWING, (tag, name)
                assert not name.startswith(("on", "data", "href")), name
                assert self.DRAWN.fullmatch(value or ""), value

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        pytest.fail(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        pytest.fail(f"a declaration: {decl}")


# What a case expects of the reply.


def _works(answer: Answer) -> None:
    assert answer.ok, answer.shown


def _warns(answer: Answer) -> None:
    _works(answer)
    assert "▲" in answer.shown


def _helps(answer: Answer) -> None:
    _works(answer)
    assert "usage:" in answer.shown.lower()


EXPECTATIONS: dict[str, Callable[[Answer], None]] = {
    "ok": _works,
    "warning": _warns,
    "help": _helps,
    "any": lambda _: None,
}


def _is_error(name: str) -> bool:
    found = getattr(errors, name, None)
    return isinstance(found, type) and issubclass(found, errors.StackMagicError)


def _flat(names: Any) -> Iterator[str]:
    for name in names:
        if isinstance(name, list):
            yield from _flat(name)
        else:
            yield name


def _cases() -> Iterator[Any]:
    for group, cases in SOURCE["groups"].items():
        for case in cases:
            yield pytest.param(group, case, id=case["id"])


@pytest.mark.parametrize(("group", "case"), [*_cases()])
def test_a_bad_input_is_answered_kindly_and_does_no_harm(
    group: str, case: dict[str, Any], kernels: Kernels, tmp_path: Path
) -> None:
    stage = Stage(case, kernels.of(group), tmp_path)
    stage.play()
    answer, expected = stage.answer, case["expect"]
    if expected in EXPECTATIONS:
        EXPECTATIONS[expected](answer)
    else:
        assert _is_error(expected)
        assert (answer.reply["status"], answer.error) == ("error", expected), answer.shown
    shown = answer.shown.lower()
    for words in case.get("must_mention", ()):
        assert str(words).lower() in shown, answer.shown
    for words in case.get("must_not_mention", ()):
        assert str(words).lower() not in shown, answer.shown
    for name in _flat(case["holds"]):
        INVARIANTS[name](stage)


def test_every_case_is_well_formed() -> None:
    cases = [case for cases in SOURCE["groups"].values() for case in cases]
    ids = [case["id"] for case in cases]
    assert len(ids) == len(set(ids))
    for case in cases:
        assert set(case) <= KEYS, case["id"]
        assert case["setup"] in SOURCE["setups"], case["id"]
        assert case["expect"] in EXPECTATIONS or _is_error(case["expect"]), case["id"]
        assert set(_flat(case["holds"])) <= set(INVARIANTS), case["id"]
        assert ("changes" in case) == ("only_named_change" in _flat(case["holds"])), case["id"]
