"""Runs in a SQLite file and a folder of this machine."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, PrivateAttr, field_validator

from stack_magic.enums import Severity
from stack_magic.machine import SqliteFile, absolute_path
from stack_magic.stack import Diagnostic

from ._base import BaseExperimentTracker
from ._database import (
    MIGRATIONS,
    add_params,
    add_points,
    forget,
    ids_of,
    newest_ids,
    open_run,
    put_artifact,
    read_rows,
    tracked_runs,
    unused,
)
from ._files import copied, place_of
from ._logged import artifact_name, logged_name, metric_value, param_text, step_number
from ._openings import Openings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from sqlite3 import Connection

    from ._database import Rows
    from ._records import RunKey, TrackedRun


class LocalExperimentTracker(BaseExperimentTracker):
    """Keeps what is logged on this machine, readable by you only.

    Params and metrics are in one SQLite file, `PATH.db`, and logged files below the
    folder `PATH`, each by its SHA-256. Every call is on the disk when it returns (about
    a millisecond on a fast disk): give metrics of one moment in one call. Threads and
    processes may log at the same time, also to one run.
    """

    FLAVOR: ClassVar[str] = "local"

    path: str = Field(
        default=".stack_magic/experiments",
        description="Folder of the logged files; params and metrics are beside it in PATH.db",
    )

    # A relative path stays what it meant when the component was made.
    _made_in: str = PrivateAttr(default_factory=os.getcwd)
    _database: SqliteFile = PrivateAttr(default_factory=lambda: SqliteFile(*MIGRATIONS))
    _openings: Openings = PrivateAttr(default_factory=Openings)

    @field_validator("path")
    @classmethod
    def _path_names_a_folder(cls, path: str) -> str:
        last = Path(os.path.normpath(path)).name
        if "\0" in path or not path.strip() or last in {"", ".."}:
            message = f"path {path!r} names no folder: .stack_magic/experiments is one"
            raise ValueError(message)
        if "://" in path:
            message = f"path {path!r} is a URI, and a folder of this machine is wanted"
            raise ValueError(message)
        return path

    @property
    def local_path(self) -> str | None:
        """The folder, absolute: on another machine it is not there."""
        return os.fspath(self._folder)

    def probe(self) -> Iterator[Diagnostic]:
        """Yield whether runs cannot be written; a file that cannot be read raises."""
        with self._database.reading(self._file) as connection:
            read_rows(connection, newest_ids(connection, None, 1))
        place = next(p for p in (self._folder, *self._folder.parents) if p.exists())
        if not os.access(place, os.W_OK | os.X_OK):
            message = f"{os.fspath(place)!r} cannot be written: nothing could be logged"
            fix = f"%{self.TYPE} update {self.name} --path=FOLDER"
            yield Diagnostic("not-writable", Severity.ERROR, self.name, message, fix)

    # Around a step.

    def prepare_step_run(self) -> None:
        """Let what is logged from now on be a run of its own; nothing is written yet."""
        self._openings.begin(self.current_run)

    def cleanup_step_run(self) -> None:
        """End the run; all that was logged is on the disk already."""
        self._openings.end()

    def cleanup_pipeline_run(self) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        self._database.close()

    # Logging.

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Log what the step was given; a param has one value in a run."""
        names = {logged_name(name, "param"): value for name, value in params.items()}
        texts = {name: param_text(name, value) for name, value in names.items()}
        if texts:
            with self._writing() as (connection, run):
                add_params(connection, run, self.current_run, texts)

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Log numbers, each a point of its metric's curve; nan and inf are kept."""
        names = {logged_name(name, "metric"): value for name, value in metrics.items()}
        values = {name: metric_value(name, value) for name, value in names.items()}
        at = step_number(step)
        if values:
            with self._writing() as (connection, run):
                add_points(connection, run, values, at)

    def log_artifact(self, path: str | os.PathLike[str], name: str | None = None) -> None:
        """Keep a copy of the file at *path*, whole or not at all."""
        source = Path(path)
        kept_as = artifact_name(source.name if name is None else name)
        with copied(source, self._folder) as copy, self._writing() as (connection, run):
            former = put_artifact(connection, run, kept_as, copy)
            # While nobody else may write: the same bytes could be on their way out.
            copy.settle()
        if former is not None:
            self._remove_unused([former])

    # Asking.

    def get_runs(self, pipeline: str | None = None, *, last: int | None = None) -> list[TrackedRun]:
        """Return what the steps of one pipeline, or of all, logged; the oldest first."""
        with self._database.reading(self._file) as connection:
            rows = read_rows(connection, newest_ids(connection, pipeline, last))
        return self._tracked(rows)

    def get_step_runs(self, steps: Collection[RunKey]) -> list[TrackedRun]:
        """Return what these steps logged, the oldest first; nothing of those that did not."""
        with self._database.reading(self._file) as connection:
            rows = read_rows(connection, ids_of(connection, steps))
        return self._tracked(rows)

    def _tracked(self, rows: Rows) -> list[TrackedRun]:
        return tracked_runs(rows, lambda digest: os.fspath(place_of(self._folder, digest)))

    # Tidying.

    def forget_pipeline(self, pipeline: str) -> None:
        """Remove what the runs of a pipeline logged, and the files that no other run has."""
        if self._file.exists():
            with self._database.writing(self._file) as connection:
                digests = forget(connection, pipeline)
            self._remove_unused(digests)

    def _remove_unused(self, digests: Iterable[str]) -> None:
        # After what needed them is gone for good, and while nobody can need them again.
        with self._database.writing(self._file) as connection:
            for digest in unused(connection, digests):
                place_of(self._folder, digest).unlink(missing_ok=True)

    @contextmanager
    def _writing(self) -> Iterator[tuple[Connection, int]]:
        """Yield a transaction and the id of the run that is logged to."""
        key = self.current_run
        mark = self._openings.mark(key)
        with self._database.writing(self._file) as connection:
            yield connection, open_run(connection, key, mark)

    @property
    def _folder(self) -> Path:
        return absolute_path(self.path, self._made_in)

    @property
    def _file(self) -> Path:
        return self._folder.with_name(f"{self._folder.name}.db")
