"""Files of the local tracker: of earlier versions, and with what cannot be read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from stack_magic.errors import StorageError
from stack_magic.experiment_trackers._database import MIGRATIONS

if TYPE_CHECKING:
    from pathlib import Path

    from stack_magic.experiment_trackers import LocalExperimentTracker

LOGGED = """
INSERT INTO runs VALUES (1, 'train', 'train-1', 'fit', 'mark', 1709209800.0);
INSERT INTO params VALUES (1, 'rate', '0.5');
INSERT INTO points VALUES (NULL, 1, 'loss', 0, 0.25, 1709209800.0);
"""


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_file_of_an_earlier_version_is_read_and_written(
    tracker: LocalExperimentTracker, project: Path, version: int
) -> None:
    file = project / ".stack_magic" / "experiments.db"
    file.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(file)) as connection:
        for migration in (*MIGRATIONS[:version], LOGGED, f"PRAGMA user_version={version}"):
            connection.executescript(migration)
    tracker.log_params({"rate": 1})
    first, second = tracker.get_runs()
    assert (first.run, first.params, first.metrics["loss"][0].value) == (
        "train-1",
        {"rate": 0.5},
        0.25,
    )
    assert second.params == {"rate": 1}
    assert (file.parent / f"experiments.db.schema-{version}.backup").exists()


def test_a_param_that_cannot_be_read_is_named(
    tracker: LocalExperimentTracker, project: Path
) -> None:
    tracker.log_params({"rate": 1})
    with closing(sqlite3.connect(project / ".stack_magic" / "experiments.db")) as connection:
        connection.execute("UPDATE params SET value = '{broken'")
        connection.commit()
    said = r"param 'rate' of run 'notes' cannot be read: '\{broken' is not JSON"
    with pytest.raises(StorageError, match=said):
        tracker.get_runs()


def test_the_newest_runs_of_a_pipeline_are_found_among_others(
    tracker: LocalExperimentTracker,
) -> None:
    for value in range(3):
        tracker.log_metrics({"loss": value})
    assert len(tracker.get_runs("notes", last=1)) == 1
    assert tracker.get_runs("none", last=1) == []
