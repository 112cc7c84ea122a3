"""The panel of a run: its states, its logs, its end; and what a click does to it."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic import pipeline, step
from stack_magic.display import render_html
from stack_magic.enums import Outcome
from stack_magic.errors import StorageError, UnknownNameError
from stack_magic.session import RunPipeline, Session
from stack_magic_widgets import RunPanel
from tests.runs_elsewhere import running_elsewhere
from tests.widgets.hands import read, shown_by

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RUNS, GO_ON = threading.Event(), threading.Event()


@step
def load() -> list[int]:
    print("three numbers")  # noqa: T201 - what the panel shows
    return [3, 1, 4]


@step
def check(numbers: list[int], most: int = 5) -> int:
    RUNS.set()
    if not GO_ON.wait(30):
        raise TimeoutError
    if max(numbers) > most:
        message = "too large"
        raise ValueError(message)
    return len(numbers)


@step
def tell(count: int) -> str:
    return f"{count} numbers"


@pipeline
def checked(most: int = 5) -> None:
    tell(check(load(), most))


UPSTREAM = {"load": (), "check": ("load",), "tell": ("check",)}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.chdir(tmp_path)
    RUNS.clear()
    GO_ON.clear()
    made = Session()
    made.namespace = {"checked": checked}
    return made


@pytest.fixture
def panel(here: Session) -> Iterator[RunPanel]:
    made = RunPanel(RunPipeline("checked", cache=False), UPSTREAM, here)
    yield made
    made.close()


class Ended:
    """Awaits the end of a run."""

    def __init__(self, panel: RunPanel) -> None:
        self._event = threading.Event()
        panel.resume.observe(self._look, "disabled")

    def _look(self, change: Any) -> None:
        if not change.new:
            self._event.set()

    def wait(self) -> None:
        assert self._event.wait(30)


def test_before_the_run_every_step_waits(panel: RunPanel) -> None:
    shown = shown_by(panel)
    assert "○ not run yet" in shown
    assert shown.count("○ waiting") >= 2
    assert panel.resume.description == "Run"
    assert panel.cancel.disabled
    assert repr(panel) == ""


def test_a_run_is_shown_to_its_end(panel: RunPanel) -> None:
    ended = Ended(panel)
    panel.resume.click()
    assert RUNS.wait(30)
    panel.draw()
    assert "▶ running, 1 of 3 steps have ended" in shown_by(panel)
    assert not panel.cancel.disabled
    GO_ON.set()
    ended.wait()
    panel._chosen.choice.value = "load"
    shown = shown_by(panel)
    assert "three numbers" in shown
    assert "list: [3, 1, 4]" in shown
    assert panel.resume.description == "Run again"
    assert "✓ done" in repr(panel)


def test_a_cancelled_run_is_resumed_from_what_is_done(here: Session) -> None:
    panel = RunPanel(RunPipeline("checked"), UPSTREAM, here)
    ended = Ended(panel)
    panel.resume.click()
    assert RUNS.wait(30)
    panel.draw()
    panel.cancel.click()
    assert panel.acts == ["%pipeline cancel checked-1"]
    GO_ON.set()  # a step in a thread of this process cannot be stopped
    ended.wait()
    assert "▲ cancelled in" in shown_by(panel)
    assert panel.resume.description == "Resume"
    again = Ended(panel)
    panel.resume.click()
    again.wait()
    assert "✓ cached" in shown_by(panel)


def test_a_failed_step_says_why(here: Session) -> None:
    GO_ON.set()
    panel = RunPanel(RunPipeline("checked", parameters={"most": 1}), UPSTREAM, here)
    ended = Ended(panel)
    panel.resume.click()
    ended.wait()
    panel._chosen.choice.value = "check"
    assert "too large" in shown_by(panel)
    assert "✕ failed" in read(panel._graph.value)
    assert panel.resume.description == "Resume"


def test_a_recorded_run_is_shown(here: Session) -> None:
    GO_ON.set()
    here.run_pipeline(checked, watchers=[])
    panel = RunPanel.of_run("checked-1", None, here)
    assert "✓ done in" in shown_by(panel)
    panel._chosen.choice.value = "check"
    assert "most" in shown_by(panel)
    assert "%pipeline run checked --stack default --most=5" in shown_by(panel)
    told = repr(panel)
    assert "checked-1 on stack default" in told
    assert "load" in told


def test_choosing_a_step_shows_its_explanation(here: Session) -> None:
    GO_ON.set()
    here.run_pipeline(checked, watchers=[])
    run = here.run_pipeline(checked, parameters={"most": 4}, watchers=[])
    panel = RunPanel.of_run("checked-2", None, here)
    panel._chosen.choice.value = "check"
    assert render_html(run.explain("check").document()) in panel._chosen._why.value
    assert "parameter most: 5 -> 4" in read(panel._chosen._why.value)
    panel._chosen.choice.value = "load"
    assert "its value was made by checked-1/load" in read(panel._chosen._why.value)
    assert (
        'tabindex="0" role="group" aria-label="Why it ran, or did not"' in panel._chosen._why.value
    )


def test_a_store_that_is_away_leaves_the_rest_of_the_panel(
    here: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    GO_ON.set()
    here.run_pipeline(checked, watchers=[])

    def away(*_: object) -> None:
        message = "<b>the store is away"
        raise StorageError(message)

    panel = RunPanel.of_run("checked-1", None, here)
    monkeypatch.setattr(type(panel.run), "explain", away)
    panel._chosen.choice.value = "check"
    assert "&lt;b&gt;the store is away" in panel._chosen._why.value
    assert "✓ done" in shown_by(panel)


def test_an_unknown_run_has_no_panel(here: Session) -> None:
    with pytest.raises(UnknownNameError, match="checked-9"):
        RunPanel.of_run("checked-9", None, here)


def test_what_cannot_run_is_said_in_the_panel(here: Session) -> None:
    here.namespace = {}
    panel = RunPanel(RunPipeline("checked"), UPSTREAM, here)
    told = threading.Event()
    panel.message.observe(lambda _: told.set(), "value")
    panel.resume.click()
    assert told.wait(30)
    assert "no pipeline called 'checked'" in read(panel.message.value)


def test_a_run_of_many_steps_is_drawn_folded(here: Session) -> None:
    names = ["sq", *(f"sq_{number}" for number in range(2, 501))]
    upstream = {"load": (), **dict.fromkeys(names, ("load",))}
    with closing(RunPanel(RunPipeline("checked"), upstream, here)) as panel:
        assert "500 ○ waiting" in read(panel._graph.value)
        panel.step_ended("load", Outcome.DONE, 0.5)
        panel.step_started("sq")
        panel.step_ended("sq_2", Outcome.FAILED, 0.1)
        panel.draw()
        shown = read(panel._graph.value)
        for words in ("sq × 500", "✓ done 0.50 s", "1 ▶ running", "1 ✕ failed", "498 ○ waiting"):
            assert words in shown


def test_a_run_without_end_tells_whether_a_kernel_still_runs_it(
    here: Session, tmp_path: Path
) -> None:
    file = tmp_path / ".stack_magic" / "metadata.db"
    with running_elsewhere(file), closing(RunPanel.of_run("train-1", None, here)) as panel:
        words = shown_by(panel)
        assert "○ running in another kernel" in words
        assert "○ not ended yet" in words
        assert panel.resume.description == "Run again"
    with closing(RunPanel.of_run("train-1", None, here)) as panel:
        words = shown_by(panel)
        assert "▲ abandoned: its kernel has ended" in words
        assert "○ no end recorded" in words
        assert "waiting" not in words
        assert panel.resume.description == "Resume"
        assert panel.cancel.disabled
        assert "▲ abandoned: its kernel has ended" in repr(panel.document())
