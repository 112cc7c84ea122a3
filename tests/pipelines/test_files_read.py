"""Files and folders that count: by what is in them, whatever they are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from stack_magic.pipelines import CachePolicy, _files_read, execute, pipeline, step

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stack_magic.stack import Stack

    Ask = Callable[[Path | str], str]


@pytest.fixture
def ask(stack: Stack) -> Ask:
    """Returns how a step ends whose policy names a path."""

    def asked(path: Path | str) -> str:
        @step(cache=CachePolicy(file_dependencies=[path]))
        def only() -> int:
            return 1

        @pipeline
        def one() -> None:
            only()

        record = execute(one, stack)["only"].record
        refused = [line for line in record.reason.splitlines() if line.startswith("not cached")]
        return refused[0] if refused else str(record.outcome)

    return asked


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "a.csv").write_text("1")
    return folder


def test_a_folder_counts_by_all_below_it(ask: Ask, folder: Path) -> None:
    assert [ask(folder), ask(folder)] == ["done", "cached"]
    (folder / "inner" / "a.csv").write_text("2")
    assert [ask(folder), ask(folder)] == ["done", "cached"]
    (folder / "inner" / "a.csv").rename(folder / "inner" / "b.csv")
    assert [ask(folder), ask(folder)] == ["done", "cached"]
    (folder / "empty").mkdir()
    assert [ask(folder), ask(folder)] == ["done", "cached"]
    (folder / "empty").rmdir()
    os.mkfifo(folder / "empty")
    assert [ask(folder), ask(folder)] == ["done", "cached"]


def test_links_in_a_folder_lead_nowhere(ask: Ask, folder: Path) -> None:
    (folder / "itself").symlink_to(folder)
    (folder / "lost").symlink_to(folder / "nowhere")
    assert [ask(folder), ask(folder)] == ["done", "cached"]
    (folder / "inner" / "a.csv").write_text("2")
    assert [ask(folder), ask(folder)] == ["done", "cached"]


def test_a_file_that_is_missing_counts_as_that(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1")
    below = tmp_path / "a.csv" / "b.csv"
    assert [ask(below), ask(below)] == ["done", "cached"]
    data = tmp_path / "d.csv"
    assert [ask(data), ask(data)] == ["done", "cached"]
    data.write_text("1")
    assert [ask(data), ask(data)] == ["done", "cached"]


def test_what_cannot_be_read_is_told(
    ask: Ask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(folder / "pipe")
    assert ask(folder / "pipe").endswith("pipe' is no regular file")
    assert ask("x" * 300).endswith("xx' cannot be read: File name too long")
    monkeypatch.setattr(_files_read, "MOST_FILES", 3)
    assert ask(folder) == "done"
    (folder / "one_more").write_text("")
    assert ask(folder).endswith("data' has more than 3 files")


def test_a_file_is_read_once_a_change_and_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    digests = _files_read.FileDigests()
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("1")
    assert digests.digest(str(tmp_path), told.append) == digests.digest(str(tmp_path))
    assert told == []
    monkeypatch.setattr(_files_read, "_PATIENCE", -1)
    first = digests.digest(str(tmp_path), told.append)
    assert told == [f"reading {tmp_path} to see whether it has changed …"]
    # So young a file may change again in the same moment: it is read each time.
    assert digests.digest(str(tmp_path), told.append) == first
    assert len(told) == 2
    monkeypatch.setattr(_files_read, "_RECENT_NS", -1)
    assert digests.digest(str(tmp_path), told.append) == first
    assert digests.digest(str(tmp_path), told.append) == first
    assert len(told) == 3
    (tmp_path / "a.csv").write_text("22")
    assert digests.digest(str(tmp_path), told.append) != first
    assert len(told) == 4
