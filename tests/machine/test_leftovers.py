"""What killed writers leave behind is removed after a day."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.experiment_trackers._files import copied
from stack_magic.machine import SqliteFile, sweep_below, write_private

if TYPE_CHECKING:
    from pathlib import Path

LEFT = f".{'0a' * 16}.tmp"
LATE = f".{'0b' * 16}.tmp"
KEPT = {LATE, ".0a.tmp", f"{'0a' * 16}.tmp", "notes.tmp"}
"""One that may still be written, and files of others."""


def _leave(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in (LEFT, *KEPT):
        file = folder / name
        file.write_text("half")
        ago = time.time() - (0 if name == LATE else 25 * 3600)
        os.utime(file, (ago, ago))


def _names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def test_an_artifact_store_sweeps_all_its_folders(tmp_path: Path) -> None:
    _leave(tmp_path / "train" / "train-1" / "load")
    store = LocalArtifactStore(name="lake", path=str(tmp_path))
    store.write_bytes("train/train-2/load/output", b"whole")
    sweep_below(tmp_path).join()
    assert _names(tmp_path / "train" / "train-1" / "load") == KEPT
    assert store.read_bytes("train/train-2/load/output") == b"whole"


def test_a_private_file_sweeps_its_folder(tmp_path: Path) -> None:
    _leave(tmp_path)
    write_private(tmp_path / "secrets", b"whole")
    assert _names(tmp_path) == {*KEPT, "secrets"}


def test_a_database_sweeps_its_folder_when_it_is_opened(tmp_path: Path) -> None:
    _leave(tmp_path)
    with SqliteFile("CREATE TABLE a (b);").writing(tmp_path / "a.db"):
        assert LEFT not in _names(tmp_path)
    assert _names(tmp_path) > KEPT


def test_copies_of_logged_files_and_folders_are_swept(tmp_path: Path) -> None:
    _leave(tmp_path / "files")
    folder = tmp_path / "files" / f".{'0c' * 16}.tmp"
    folder.mkdir()
    os.utime(folder, (0, 0))
    source = tmp_path / "model"
    source.write_text("model")
    with copied(source, tmp_path / "files") as copy:
        assert _names(tmp_path / "files") == {*KEPT, copy.temporary.name}
